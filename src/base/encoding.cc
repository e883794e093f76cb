#include "base/encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace patrol {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_digits = "abcdefghijklmnopqrstuvwxyz234567";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Groups of `bits` from the byte stream, most significant first; no padding.
std::string to_digits(Bytes bytes, std::string_view digits, int bits) {
    std::string out;
    out.reserve((bytes.size() * 8 + static_cast<std::size_t>(bits) - 1) / static_cast<std::size_t>(bits));
    std::uint32_t buffer = 0;
    int held = 0;
    for (unsigned char byte : bytes) {
        buffer = (buffer << 8) | byte;
        held += 8;
        while (held >= bits) {
            held -= bits;
            out.push_back(digits[(buffer >> held) & ((1U << bits) - 1)]);
        }
        buffer &= (1U << held) - 1;
    }
    if (held > 0) out.push_back(digits[(buffer << (bits - held)) & ((1U << bits) - 1)]);
    return out;
}

std::optional<std::string> from_digits(std::string_view text, std::string_view digits, int bits) {
    std::string out;
    std::uint32_t buffer = 0;
    int held = 0;
    for (char c : text) {
        auto value = digits.find(c);
        if (value == std::string_view::npos) return {};
        buffer = (buffer << bits) | static_cast<std::uint32_t>(value);
        held += bits;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<char>((buffer >> held) & 0xff));
        }
        buffer &= (1U << held) - 1;
    }
    // Left-over bits must be zero and fewer than one digit: else two texts would mean the same bytes.
    if (held >= bits || buffer != 0) return {};
    return out;
}

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string to_hex(Bytes bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (unsigned char byte : bytes) {
        out.push_back(hex_digits[byte >> 4]);
        out.push_back(hex_digits[byte & 15]);
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return {};
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        int high = hex_value(text[i]);
        int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return {};
        out.push_back(static_cast<char>(high * 16 + low));
    }
    return out;
}

std::string to_base64(Bytes bytes) {
    auto out = to_digits(bytes, base64_digits, 6);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return from_digits(text, base64_digits, 6);
}

std::string to_base64url(Bytes bytes) { return to_digits(bytes, base64url_digits, 6); }
std::optional<std::string> from_base64url(std::string_view text) {
    return from_digits(text, base64url_digits, 6);
}
std::string to_base32(Bytes bytes) { return to_digits(bytes, base32_digits, 5); }

std::string percent_encode(std::string_view text, KeepSlash keep) {
    constexpr std::string_view upper = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        if (is_unreserved(c) || (c == '/' && keep == KeepSlash::yes)) {
            out.push_back(c);
            continue;
        }
        auto byte = static_cast<unsigned char>(c);
        out += {'%', upper[byte >> 4], upper[byte & 15]};
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size()) return {};
        int high = hex_value(text[i + 1]);
        int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return {};
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

namespace {

// Nothing but ASCII and no zero byte: eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x8080808080808080U;
    std::size_t i = 0;
    for (std::uint64_t eight = 0; i + sizeof eight <= text.size(); i += sizeof eight) {
        std::memcpy(&eight, text.data() + i, sizeof eight);
        if (((eight | (eight - ones)) & tops) != 0) return false;
    }
    for (; i < text.size(); ++i)
        if (text[i] == '\0' || static_cast<unsigned char>(text[i]) >= 0x80) return false;
    return true;
}

}  // namespace

bool is_text(std::string_view text) {
    return is_plain(text) || (is_utf8(text) && text.find('\0') == std::string_view::npos);
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        // Most texts are ASCII throughout: eight bytes at a time.
        for (std::uint64_t eight = 0; i + sizeof eight <= text.size(); i += sizeof eight) {
            std::memcpy(&eight, text.data() + i, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) break;
        }
        if (i == text.size()) return true;
        auto lead = static_cast<unsigned char>(text[i]);
        std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
        if (length == 0 || i + length > text.size()) return false;
        std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80U) return false;
            code = (code << 6) | (next & 0x3FU);
        }
        constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
        if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        i += length;
    }
    return true;
}

std::string storable(std::string text, std::size_t most) {
    static const std::string replacement = "\xEF\xBF\xBD";
    for (auto at = text.find('\0'); at != std::string::npos; at = text.find('\0', at + replacement.size()))
        text.replace(at, 1, replacement);
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    text.resize(most);
    return text;
}

}  // namespace patrol

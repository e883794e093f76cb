#include "document/canonical_json.h"

#include <charconv>
#include <cstring>

namespace patrol::document {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// For each byte: 0 = copy, 1 = control or quote or backslash, 2 = part of a longer UTF-8 sequence.
constexpr auto byte_classes = [] {
    std::array<unsigned char, 256> out{};
    for (std::size_t i = 0; i < 0x20; ++i) out[i] = 1;
    out['"'] = out['\\'] = 1;
    for (std::size_t i = 0x80; i < 0x100; ++i) out[i] = 2;
    return out;
}();

// How many bytes from `at` on are of class 0. Eight at a time: a byte of the word is below 0x20, or
// zero after the exclusive or with a quote or backslash, or has its top bit set.
std::size_t plain_until(std::string_view text, std::size_t at) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x8080808080808080U;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        const auto quote = word ^ (ones * '"');
        const auto slash = word ^ (ones * '\\');
        if (((word | (word - ones * 0x20) | (quote - ones) | (slash - ones)) & tops) != 0) break;
    }
    while (at < text.size() && byte_classes[static_cast<unsigned char>(text[at])] == 0) ++at;
    return at;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out.append("\\\"");
            return;
        case '\\':
            out.append("\\\\");
            return;
        case '\b':
            out.append("\\b");
            return;
        case '\t':
            out.append("\\t");
            return;
        case '\n':
            out.append("\\n");
            return;
        case '\f':
            out.append("\\f");
            return;
        case '\r':
            out.append("\\r");
            return;
        default:
            out.append("\\u00");
            out.push_back(hex_digits[static_cast<unsigned char>(c) >> 4]);
            out.push_back(hex_digits[static_cast<unsigned char>(c) & 15]);
    }
}

// Bytes of the valid UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t sequence_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned lead = byte(0);
    const unsigned second = byte(1);
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return 0;
        return follows(1) && follows(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return 0;
        return follows(1) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
    std::array<char, 24> buffer{};
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

// The shortest digits of a positive number and the position of its decimal point after the first
// `point` digits.
struct Decimal {
    std::array<char, 24> digits{};
    int count = 0;
    int point = 0;
};

Decimal shortest_digits(double number) {
    std::array<char, 40> buffer{};
    // Only the scientific form is the shortest round trip for large numbers in libstdc++ 12.
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific)
            .ptr;
    Decimal out;
    const char* at = buffer.data();
    for (; at != end && *at != 'e'; ++at)
        if (*at != '.') out.digits[static_cast<std::size_t>(out.count++)] = *at;
    int exponent = 0;
    if (at != end) {
        ++at;
        if (*at == '+') ++at;
        std::from_chars(at, end, exponent);
    }
    out.point = exponent + 1;
    return out;
}

// ECMA-262, Number::toString, radix 10.
void append_decimal(std::string& out, const Decimal& number) {
    const std::string_view digits(number.digits.data(), static_cast<std::size_t>(number.count));
    const int count = number.count;
    const int point = number.point;
    if (count <= point && point <= 21) {
        out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else if (point > 0 && point <= 21) {
        out.append(digits.substr(0, static_cast<std::size_t>(point))).append(".");
        out.append(digits.substr(static_cast<std::size_t>(point)));
    } else if (point > -6 && point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
    } else {
        out.push_back(digits[0]);
        if (count > 1) out.append(".").append(digits.substr(1));
        out.append(point > 0 ? "e+" : "e-");
        append_integer(out, point > 0 ? point - 1 : 1 - point);
    }
}

void append_scalar(std::string& out, const json::value& value) {
    switch (value.kind()) {
        case json::kind::string:
            append_string(out, view(value.get_string()));
            return;
        case json::kind::int64:
            append_integer(out, value.get_int64());
            return;
        case json::kind::uint64:
            append_integer(out, value.get_uint64());
            return;
        case json::kind::double_:
            append_number(out, value.get_double());
            return;
        case json::kind::bool_:
            out.append(value.get_bool() ? "true" : "false");
            return;
        default:
            out.append("null");
            return;
    }
}

enum class Members { as_they_are, sorted };

void append_value(std::string& out, const json::value& value, Members members);

void append_member(std::string& out, const json::object::value_type& member, Members members) {
    append_string(out, view(member.key()));
    out.push_back(':');
    append_value(out, member.value(), members);
    out.push_back(',');
}

void append_object(std::string& out, const json::object& object, Members members) {
    out.push_back('{');
    if (members == Members::as_they_are) {
        for (const auto& member : object) append_member(out, member, members);
    } else {
        std::vector<const json::object::value_type*> sorted;
        sorted.reserve(object.size());
        for (const auto& member : object) sorted.push_back(&member);
        std::ranges::sort(sorted, name_less, [](const auto* member) { return view(member->key()); });
        for (const auto* member : sorted) append_member(out, *member, members);
    }
    if (out.back() == ',') out.pop_back();
    out.push_back('}');
}

void append_value(std::string& out, const json::value& value, Members members) {
    if (const auto* object = value.if_object()) return append_object(out, *object, members);
    const auto* array = value.if_array();
    if (array == nullptr) return append_scalar(out, value);
    out.push_back('[');
    for (const auto& element : *array) {
        append_value(out, element, members);
        out.push_back(',');
    }
    if (!array->empty()) out.pop_back();
    out.push_back(']');
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    out.push_back('"');
    std::size_t copied = 0;
    std::size_t at = 0;
    while ((at = plain_until(text, at)) < text.size()) {
        const auto kind = byte_classes[static_cast<unsigned char>(text[at])];
        if (kind == 2) {
            if (const auto bytes = sequence_bytes(text.substr(at)); bytes != 0) {
                at += bytes;
                continue;
            }
        }
        out.append(text.substr(copied, at - copied));
        if (kind == 1)
            append_escape(out, text[at]);
        else
            out.append("\xef\xbf\xbd");
        copied = ++at;
    }
    out.append(text.substr(copied));
    out.push_back('"');
}

void append_number(std::string& out, double number) {
    if (number == 0 || !std::isfinite(number)) {
        out.append(number == 0 ? "0" : "null");  // -0 is 0; JSON has no infinity
        return;
    }
    if (number < 0) out.push_back('-');
    append_decimal(out, shortest_digits(std::abs(number)));
}

void append_canonical(std::string& out, const json::value& value) {
    append_value(out, value, Members::sorted);
}

std::string canonical_json(const json::value& value) {
    std::string out;
    append_canonical(out, value);
    return out;
}

void append_compact(std::string& out, const json::value& value) {
    append_value(out, value, Members::as_they_are);
}

// UTF-8 sorts by code point. UTF-16 differs only in that the surrogates of code points from U+10000
// (lead byte F0 and up) come before U+E000-U+FFFF (lead bytes EE and EF).
bool name_less(std::string_view left, std::string_view right) {
    const auto size = std::min(left.size(), right.size());
    const auto [a, b] =
        std::mismatch(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size), right.begin());
    if (a == left.begin() + static_cast<std::ptrdiff_t>(size)) return left.size() < right.size();
    const auto rank = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0xee) return static_cast<int>(byte);
        return byte < 0xf0 ? byte + 0x100 : static_cast<int>(byte);
    };
    return rank(*a) < rank(*b);
}

}  // namespace patrol::document

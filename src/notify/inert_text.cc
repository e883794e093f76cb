#include "notify/inert_text.h"

#include <cstdint>

namespace patrol::notify {

namespace {

constexpr char32_t not_utf8 = 0xffffffff;
constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::string_view ellipsis = "\xe2\x80\xa6";

struct Character {
    char32_t code = not_utf8;
    std::string_view bytes;
};

std::size_t length_of(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first < 0xe0) return 2;
    if (first >= 0xe0 && first < 0xf0) return 3;
    if (first >= 0xf0 && first < 0xf5) return 4;
    return 0;
}

Character first_of(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = length_of(first);
    if (length == 0 || length > text.size()) return {not_utf8, text.substr(0, 1)};
    char32_t code = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0) != 0x80) return {not_utf8, text.substr(0, 1)};
        code = (code << 6) | (next & 0x3f);
    }
    const bool overlong =
        (length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff));
    if (overlong || (code >= 0xd800 && code <= 0xdfff)) return {not_utf8, text.substr(0, 1)};
    return {code, text.substr(0, length)};
}

bool is_space(char32_t c) {
    return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
           c == 0x3000;
}

// Unicode's controls, its bidi controls (UAX 9), zero width and invisible characters, variation selectors
// of no glyph, tags and non-characters.
bool hides_or_turns(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f ||
           c == 0x1160 || c == 0x17b4 || c == 0x17b5 || (c >= 0x180b && c <= 0x180f) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0x3164 || c == 0xfeff || c == 0xffa0 || (c >= 0xfff0 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff) || c == not_utf8 || (c & 0xfffe) == 0xfffe;
}

template <class Entity>
std::string escape(std::string_view text, Entity entity) {
    std::string escaped;
    for (const char c : text) {
        const std::string_view written = entity(c);
        if (written.empty())
            escaped += c;
        else
            escaped += written;
    }
    return escaped;
}

}  // namespace

std::string inert(std::string_view text, std::size_t max_chars) {
    std::string line;
    std::size_t chars = 0;
    bool space_waits = false;
    while (!text.empty()) {
        const auto character = first_of(text);
        text.remove_prefix(character.bytes.size());
        if (is_space(character.code)) {
            space_waits = !line.empty();
            continue;
        }
        if (chars + (space_waits ? 1 : 0) >= max_chars) return line.append(ellipsis);
        if (space_waits) line += ' ';
        chars += space_waits ? 2 : 1;
        space_waits = false;
        line += hides_or_turns(character.code) ? replacement : character.bytes;
    }
    return line;
}

std::string html_escape(std::string_view text) {
    return escape(text, [](char c) -> std::string_view {
        if (c == '&') return "&amp;";
        if (c == '<') return "&lt;";
        if (c == '>') return "&gt;";
        if (c == '"') return "&quot;";
        if (c == '\'') return "&#39;";
        return {};
    });
}

std::string slack_escape(std::string_view text) {
    return escape(text, [](char c) -> std::string_view {
        if (c == '&') return "&amp;";
        if (c == '<') return "&lt;";
        if (c == '>') return "&gt;";
        return {};
    });
}

}  // namespace patrol::notify

#include "api/json_text.h"

#include <array>

namespace patrol::api {

void append_json_text(std::string& out, std::string_view text) {
    // By character: how it is escaped, "u" as \u00xx; 0 where it stands for itself.
    static constexpr auto escapes = [] {
        std::array<char, 256> table{};
        for (std::size_t c = 0; c < ' '; ++c) table[c] = 'u';
        table['\b'] = 'b';
        table['\f'] = 'f';
        table['\n'] = 'n';
        table['\r'] = 'r';
        table['\t'] = 't';
        table['"'] = '"';
        table['\\'] = '\\';
        return table;
    }();
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char escape = escapes[byte];
        if (escape == 0) continue;
        out.append(text, done, i - done);
        done = i + 1;
        out += {'\\', escape};
        if (escape == 'u') out += {'0', '0', digits[byte >> 4], digits[byte & 15]};
    }
    out.append(text, done);
    out += '"';
}

std::string& ObjectText::begin(std::string_view name) {
    if (!is_empty_) out_ += ',';
    is_empty_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
}

void ObjectText::time(std::string_view name, Timestamp value) {
    std::string& out = begin(name);
    if (!value.is_set()) return void(out += "null");
    out += '"';
    out += to_rfc3339(value);
    out += '"';
}

void ObjectText::labels(std::string_view name, const model::Labels& labels) {
    std::string& out = begin(name);
    out += '{';
    bool is_first = true;
    for (const auto& [key, value] : labels) {
        if (!is_first) out += ',';
        is_first = false;
        append_json_text(out, key);
        out += ':';
        append_json_text(out, value);
    }
    out += '}';
}

}  // namespace patrol::api

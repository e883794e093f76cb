// patrol-canonical/1: the one text of a JSON value. RFC 8785 (members sorted by UTF-16 code units, no
// white space, shortest escapes, numbers as ECMAScript prints them) with one deviation: integers that
// fit 64 bits are written exactly, where RFC 8785 would round them to a double. Invalid UTF-8 becomes
// U+FFFD, so the text is always valid. Appends to a caller's buffer; cannot fail.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace patrol::document {

inline constexpr int canonical_version = 1;

// Arrays keep their order: rules of a resource type are applied by document/canonical.h.
void append_canonical(std::string& out, const json::value& value);
std::string canonical_json(const json::value& value);

// The parts: a quoted string, a number.
void append_string(std::string& out, std::string_view text);
void append_number(std::string& out, double number);

// The same forms with members in the order they have: what is stored.
void append_compact(std::string& out, const json::value& value);

// Order of member names: by UTF-16 code units, computed on UTF-8.
bool name_less(std::string_view left, std::string_view right);

inline std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
inline std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

}  // namespace patrol::document

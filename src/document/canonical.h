// The canonical form of a resource's document under its type's rules: volatile and state values left
// out, sets sorted without repeats, keyed lists sorted by key, JSON strings parsed, policies
// normalised. What is hashed. Applying it to its own result changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "document/rules.h"
#include "document/scratch.h"

namespace patrol::document {

// JSON strings deeper in the document than this stay strings.
inline constexpr std::size_t embedded_json_depth = 64;

void append_canonical(std::string& out, const json::value& document, const Rules& rules, Scratch& scratch);
// Of a stored document, for comparing two versions (drift::diff takes the parsed result).
std::string canonical_text(const json::value& stored, const Rules& rules);

// A text that holds a JSON object or array, as such or percent-encoded ("%7B…"), else nullopt.
std::optional<json::value> parse_embedded(std::string_view text, json::storage_ptr memory = {});

}  // namespace patrol::document

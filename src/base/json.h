// JSON values (Boost.JSON) and the reader for bytes from outside. The reader refuses duplicate
// names, invalid UTF-8, lone surrogates, numbers outside a double and nesting beyond the limit; it
// never throws. Written text is always compact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/error.h"
#include "base/limits.h"

namespace patrol {

namespace json = boost::json;

struct JsonLimits {
    std::size_t depth = limits::json_depth;
};

// Kind::malformed with the byte position in `detail`.
Result<json::value> parse_json(std::string_view text, JsonLimits limits = {}, json::storage_ptr memory = {});
std::string to_text(const json::value& value);

// Member access that never throws. `null` counts as absent.
const json::value* find(const json::value& object, std::string_view key);
std::string_view string_or(const json::value& object, std::string_view key, std::string_view fallback = {});
std::int64_t int_or(const json::value& object, std::string_view key, std::int64_t fallback = 0);
bool bool_or(const json::value& object, std::string_view key, bool fallback = false);

}  // namespace patrol

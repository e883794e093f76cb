// YAML text as a JSON value: plain scalars that read as numbers, booleans or null become such, quoted
// ones stay text.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace patrol::cloudsim {

Result<json::value> parse_yaml(std::string_view text);

}  // namespace patrol::cloudsim

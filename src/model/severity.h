// How bad a change is, from "worth knowing" to "act now". Ordered: critical is the greatest.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace patrol::model {

enum class Severity : std::uint8_t { info, low, medium, high, critical };

std::string_view to_string(Severity);
std::optional<Severity> parse_severity(std::string_view);

}  // namespace patrol::model

// Times as people write them at this machine: "22:00" (the next one), "2026-11-22 22:00" in local time, or
// RFC 3339 with its own offset.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace patrol::cli {

// nullopt for what is no time, and for an hour that the change to summer time leaves out.
std::optional<Timestamp> parse_local_time(std::string_view text, Timestamp now);

}  // namespace patrol::cli

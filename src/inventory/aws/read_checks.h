// One cheap read of every tier-1 service, side by side, grouped by category: does the role let Patrol
// see what it promises to see.
#pragma once

#include <vector>

#include "inventory/aws/connection_checks.h"
#include "inventory/provider.h"

namespace patrol::inventory {

inline constexpr int reads_at_once = 16;

// One check per category, "read_<category>".
std::vector<model::Check> run_read_checks(const CheckContext& context, const Identity& identity);

// The types whose lists are asked: for each tier-1 service the first that needs nothing to be asked with.
std::vector<const catalogue::ResourceType*> read_probes(const catalogue::Catalogue& catalogue);

}  // namespace patrol::inventory

// Which slices a scan of an AWS account reads: the catalogue's types times the account's enabled
// regions. Pure. What is known beforehand not to be readable is listed as coverage without asking.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "inventory/provider.h"

namespace patrol::inventory {

inline constexpr std::string_view global_scope = "global";

struct RegionState {
    std::string name;
    bool enabled = true;
};

struct PlanInput {
    const catalogue::Catalogue& catalogue;
    const PlanRequest& request;
    const catalogue::Partition& partition;
    std::vector<RegionState> regions;  // as the account sees them
};

// Kind::invalid where this version does not know it.
Result<const catalogue::Partition*> known_partition(const catalogue::Catalogue& catalogue,
                                                    std::string_view name);

// Slices by tier, then by type and region; parents come before their children.
// `request.scope.regions` may hold "global" for the types without a region.
Plan make_plan(const PlanInput& input);

}  // namespace patrol::inventory

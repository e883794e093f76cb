// A scenario file: the accounts, regions, users and resources of a simulated cloud, and the scripted
// changes ("steps") that can be played on it. YAML; docs/reference/cloudsim.md describes it.
#pragma once

#include <string_view>

#include "base/error.h"
#include "catalogue/catalogue.h"
#include "cloudsim/world.h"

namespace patrol::cloudsim {

// Kind::invalid with the line of the file; a resource of a type that the catalogue does not know, or
// without its id, is refused.
Result<World> load_scenario(std::string_view yaml, const catalogue::Catalogue& catalogue);

// One resource as a scenario writes it. `region`: empty for global types.
Result<Item> read_item(const json::value& value, std::string_view region,
                       const catalogue::Catalogue& catalogue);

// Plays a step. Kind::not_found for an unknown step or a resource that is not there.
Result<void> play_step(World& world, std::string_view name, const catalogue::Catalogue& catalogue,
                       Timestamp now);
// Plays one change, written as in a step.
Result<void> play_change(World& world, const json::value& change, const catalogue::Catalogue& catalogue,
                         Timestamp now);

// The id of an item by its type's rule.
std::string item_id(const catalogue::ResourceType& type, const Item& item);

}  // namespace patrol::cloudsim

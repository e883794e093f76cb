// Slots in the texts of a scenario: {i} is the number of a repeated resource, {n} that of a member, {time}
// the simulated time. A text that is a slot alone takes the value with its kind.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace patrol::cloudsim {

struct Slot {
    std::string_view mark;  // "{i}"
    json::value value;      // text or integer
};

// In every text below `value`; names of members stay as they are.
void fill_slots(json::value& value, std::span<const Slot> slots);

}  // namespace patrol::cloudsim

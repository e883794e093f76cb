// The life that a simulated account has of its own: what controllers, schedules and services of the cloud
// do to its resources while nobody decides anything. A scenario declares it as habits
// (docs/reference/cloudsim.md); it is played in steps of six simulated hours, and the same file always lives
// the same life. Nothing of it is in the audit log: the services do it behind their own calls.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "catalogue/catalogue.h"

namespace patrol::cloudsim {

struct World;

inline constexpr auto life_step = std::chrono::hours(6);
inline constexpr std::int64_t life_steps_max = 1'000;  // of one request

// What comes and goes together: an instance with its volume and its network interface.
struct Members {
    std::vector<json::value> resources;  // as in a scenario, with the slots {n} and {time}
    std::int64_t least = 0, most = 0;    // so many there are: drawn anew each time
    std::int64_t replaced = 0;           // percent of them that make room for others each time
    std::int64_t adds = 0, keeps = 0;    // or else: so many come each time, the oldest beyond `keeps` go
    std::deque<std::int64_t> alive;      // their numbers, oldest first
};

// What another resource says of the members: how many there are, or one element for each.
struct Report {
    std::string type, region, id;
    catalogue::Path path;
    json::value each;  // null: how many
};

// Values of resources that move: {n} is a number that was not there before, {random} one below 10,000.
struct Touch {
    std::string type, region;  // empty region: everywhere
    std::string id;            // empty: every one of the type
    std::int64_t percent = 100;
    std::vector<std::pair<catalogue::Path, json::value>> set;
};

struct Habit {
    std::string name, account_id;
    std::int64_t every = 1;  // steps from one time to the next
    Members members;
    std::vector<Report> reports;
    std::vector<Touch> touches;
};

struct Life {
    std::uint64_t random = 1;  // the state of its chance
    Timestamp starts;
    std::int64_t steps = 0;    // played so far
    std::int64_t numbers = 0;  // given so far
    std::vector<Habit> habits;

    [[nodiscard]] Timestamp now() const { return starts + steps * life_step; }
};

// The member `life` of a scenario. Kind::invalid with the habit's name.
Result<Life> read_life(const json::value& file, const catalogue::Catalogue& catalogue);
// The members that are there from the start.
Result<void> begin_life(World& world, const catalogue::Catalogue& catalogue);
// Kind::invalid for a habit whose resources are not there.
Result<void> live(World& world, std::int64_t steps, const catalogue::Catalogue& catalogue);

}  // namespace patrol::cloudsim

// Settling: two or three scans minutes apart before the first baseline, to learn which paths of a new
// account move by themselves. One per account, the last one is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/ids.h"

namespace patrol::model {

// none: never asked for, and not stored. done: all scans are there. ended: somebody skipped it, or it took
// too long.
enum class SettlingState { none, running, done, ended };

struct Settling {
    AccountId account;
    SettlingState state = SettlingState::running;
    std::int64_t snapshots = 3;                 // how many it compares, the first one included
    Millis interval = std::chrono::minutes(5);  // between the end of a scan and the next one
    std::int64_t first_seq = 1;                 // the number of the first snapshot it compares
    std::string started_by;
    Timestamp started_at;
    Timestamp ended_at;
};

std::string_view to_string(SettlingState);
std::optional<SettlingState> parse_settling_state(std::string_view);

}  // namespace patrol::model

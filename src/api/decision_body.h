// The body of a decision: {note?, until?, paths?, seen_hash?}, each where the decision takes it.
#pragma once

#include <string>
#include <vector>

#include "api/call.h"
#include "store/decisions.h"

namespace patrol::api {

enum class DecisionOn { change, many };

struct DecisionBody {
    store::Decision decision;
    std::vector<std::string> paths;  // of accepting a part
};

inline constexpr std::size_t decision_paths_max = 1000;
inline constexpr auto snooze_max = std::chrono::hours(24 * 366);

// For the audit log: what was written beside a change or a set.
void note_edit(Call& call, const std::optional<std::string>& assignee,
               const std::optional<std::string>& note);

Result<DecisionBody> decision_of(Call& call, model::ChangeState state, DecisionOn on);

}  // namespace patrol::api

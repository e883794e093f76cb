// How drift looks in answers, and what its handlers share.
#pragma once

#include "api/call.h"
#include "model/drift.h"
#include "scan/drift_update.h"
#include "store/change_sets.h"

namespace patrol::api {

json::object render_baseline(const model::Baseline& baseline);
json::object render_change_set(const model::ChangeSet& set);
// What controllers own and moved: counted per owner, with the first successors of those that went.
json::object render_owned(const std::vector<store::OwnedChanges>& owned);
json::object render_change(const model::Change& change);
json::object render_actor(const model::Actor& actor);

scan::DriftRoom drift_room(Call& call);

// One structured line for each decision: who decided what.
void log_decision(Call& call, std::string_view action, std::string_view noun, const std::string& id,
                  std::int64_t changes);

// "already_decided" with who was first as members of the problem; every other error as it is.
Result<Answer> refused(Call& call, const Error& error, const ChangeId& change);

}  // namespace patrol::api

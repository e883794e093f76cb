// The simulated CloudTrail: every scripted change is an event of its region's log (us-east-1 for global
// types), with the caller that the change names under `by`:
//   {type: IAMUser | AssumedRole | Root | AWSService, name, session, user_agent, source_ip, event}
// {silent: true} leaves no event. LookupEvents answers from it, newest first.
#pragma once

#include <optional>
#include <string_view>

#include "cloudsim/call_context.h"

namespace patrol::cloudsim {

void log_change(World& world, const Change& change, const catalogue::ResourceType& type, std::string_view id,
                std::string_view source, Timestamp now);

// nullopt: not a call of CloudTrail's log.
std::optional<Answer> answer_audit(const CallContext& call);

}  // namespace patrol::cloudsim

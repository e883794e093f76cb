// Two account-wide answers that belong to no resource type's own calls: the enabled regions and the
// tagging API, which knows the tags of everything by ARN.
#pragma once

#include <optional>

#include "cloudsim/call_context.h"

namespace patrol::cloudsim {

std::optional<Answer> answer_regions(const CallContext& call);
std::optional<Answer> answer_tagging(const CallContext& call);

}  // namespace patrol::cloudsim

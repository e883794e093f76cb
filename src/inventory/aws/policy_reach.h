// Whether an IAM policy grants more than reading. Errs on the side of saying so: an action counts as
// reading only when its verb does. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace patrol::inventory {

// Allowed actions (as the policy writes them) that may change something; at most a handful.
std::vector<std::string> writes_granted(const json::value& policy_document);
// From the text of an IAM answer, which is percent-encoded JSON. Not JSON: no answer, so nothing.
std::vector<std::string> writes_granted_by_text(std::string_view policy_text);
bool is_read_action(std::string_view action);

}  // namespace patrol::inventory

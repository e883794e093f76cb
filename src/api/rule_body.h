// Reads a rule from a request: what is wrong is named by its field.
#pragma once

#include "api/body.h"
#include "api/call.h"
#include "model/rule.h"

namespace patrol::api::rules {

// Kind::invalid for a rule that would hide everything: an empty scope is a mistake, not a wish.
Result<model::Rule> rule_from(const json::object& object, Timestamp now);
// Accounts and customers of another tenant are not there.
Result<void> check_scope(Call& call, const model::RuleScope& scope);

}  // namespace patrol::api::rules

// IAM policy documents in one form, so that two texts that mean the same compare equal: a list of
// statements, lower-case sorted actions, sorted resources, an account's root as its number, condition
// keys in lower case with lists of texts, statements in an order of their own, empty Sids dropped.
// Wildcards are never widened or merged: that would be analysis. What does not look like a policy is
// left as it is.
// Rules of the grammar: AWS IAM User Guide, "Grammar of the IAM JSON policy language".
#pragma once

#include "base/json.h"

namespace patrol::document {

// True for an object with a Statement that is an object or a list of objects.
bool is_policy(const json::value& value);

// `policy` must hold the parsed document; the result is independent of it.
json::value normalise_policy(const json::value& policy, const json::storage_ptr& memory = {});

}  // namespace patrol::document

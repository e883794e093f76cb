// What a policy document lets whom do, for comparing two of them: every allowed (principal, action,
// resource, condition). Works on the normal form of document::normalise_policy; what does not look like a
// policy grants nothing. Bounded: beyond `grants_max` a policy counts by its statements' lists only as
// far as they were unfolded, which errs on the side of "widened".
// Rules of the grammar: AWS IAM User Guide, "Grammar of the IAM JSON policy language"; what makes a policy
// public: Amazon S3 User Guide, "The meaning of public".
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace patrol::drift {

inline constexpr std::size_t grants_max = 20'000;

struct Grant {
    std::string principal;    // "*", "123456789012", an ARN, "s3.amazonaws.com"; "" in an identity's policy
    std::string action;       // lower case, may hold *; "!a,b" for everything but these (NotAction)
    std::string resource;     // may hold *; "!…" for NotResource
    std::string condition;    // canonical text, "" for none
    bool restricted = false;  // the condition says who or from where

    auto operator<=>(const Grant&) const = default;
};

std::vector<Grant> grants(const json::value* policy, std::string_view effect = "Allow");

bool is_public(const json::value* policy);
bool is_admin(const json::value* policy);
// All actions of a service on everything, or one that leads to more rights on everything.
bool is_wide(const json::value* policy);
// Grants something to an account other than `account` (twelve digits).
bool is_foreign(const json::value* policy, std::string_view account);

// What `after` allows that `before` does not: the principals, the actions; sorted, unique.
std::vector<std::string> new_principals(const json::value* before, const json::value* after);
std::vector<std::string> new_actions(const json::value* before, const json::value* after);
// Something that `before` denied and `after` does not.
bool deny_removed(const json::value* before, const json::value* after);
// Something that was allowed under a condition only, and is now without it.
bool condition_removed(const json::value* before, const json::value* after);

// `*` stands for any text, `?` for one character. Linear in both lengths but for backtracking to the last *.
bool glob(std::string_view pattern, std::string_view text);

}  // namespace patrol::drift

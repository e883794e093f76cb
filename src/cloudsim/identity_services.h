// STS and IAM as far as connecting needs them: sessions by trust policy and session policies, roles and
// managed policies that can be made and changed.
#pragma once

#include <optional>

#include "cloudsim/call_context.h"

namespace patrol::cloudsim {

// nullopt: not an operation of this kind.
std::optional<Answer> answer_sts(const CallContext& call);
std::optional<Answer> answer_iam(const CallContext& call);

// nullopt: not one of IAM's operations on policies.
std::optional<Answer> answer_policies(const CallContext& call);

std::string arn_of(const Account& account, const Role& role);
// Roles and policies made by calls, as IAM's listings show them.
json::value role_document(const Account& account, const Role& role);
json::value policy_document(const Policy& policy);

}  // namespace patrol::cloudsim

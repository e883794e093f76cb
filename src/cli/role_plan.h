// What `patrol connect aws` does to a role: from what is there and what Patrol needs to the list of IAM
// calls, and from the same two to what is wrong with it (--verify). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/aws_role.h"
#include "cli/iam.h"

namespace patrol::cli {

struct PlannedCall {
    std::string operation;  // "CreateRole"
    json::object input;
    std::string says;  // "Create the role PatrolReadOnly"
};

enum class ForeignTrust { keep, drop };

// What is there now.
struct RoleState {
    std::optional<IamRole> role;
    std::vector<std::string> attached, inline_policies;
    std::optional<json::value> extra_policy;      // PatrolReadOnlyExtra's document, where it exists
    std::vector<std::string> old_extra_versions;  // oldest first
};

struct RoleWish {
    access::AwsRole role;
    std::string account_id;                    // the customer's
    std::optional<json::object> extra_policy;  // with --extended
    ForeignTrust foreign = ForeignTrust::drop;
};

bool is_patrols(const IamRole& role);
// How many statements of the role's trust policy are not Patrol's.
std::size_t foreign_statements(const RoleState& state, const RoleWish& wish);

// The calls in order; empty where everything is as wished.
std::vector<PlannedCall> plan_role(const RoleState& state, const RoleWish& wish);

// One sentence for each thing that is not as it should be.
std::vector<std::string> find_faults(const RoleState& state, const RoleWish& wish);

}  // namespace patrol::cli

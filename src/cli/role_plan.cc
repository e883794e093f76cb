#include "cli/role_plan.h"

#include <algorithm>

#include "access/extra_policy.h"

namespace patrol::cli {
namespace {

constexpr std::size_t policy_versions_max = 5;  // AWS IAM quota, the default version included

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

json::array patrol_tags() { return {json::object{{"Key", access::tag_key}, {"Value", access::tag_value}}}; }

json::object wished_trust(const RoleState& state, const RoleWish& wish) {
    if (!state.role || wish.foreign == ForeignTrust::drop) return access::trust_policy(wish.role);
    return access::merge_trust(state.role->trust, wish.role).policy;
}

bool trust_is_right(const RoleState& state, const RoleWish& wish) {
    auto merged = access::merge_trust(state.role->trust, wish.role);
    return merged.unchanged && (merged.foreign_statements == 0 || wish.foreign == ForeignTrust::keep);
}

void plan_trust(const RoleState& state, const RoleWish& wish, std::vector<PlannedCall>& calls) {
    const auto& name = wish.role.role_name;
    auto trust = json::serialize(wished_trust(state, wish));
    if (!state.role) {
        calls.push_back({"CreateRole",
                         {{"RoleName", name},
                          {"AssumeRolePolicyDocument", trust},
                          {"Description", access::role_description},
                          {"Tags", patrol_tags()}},
                         fmt::format("Create the role {}, trusting {} with this account's external ID", name,
                                     access::principal_arn(wish.role))});
        return;
    }
    if (!trust_is_right(state, wish))
        calls.push_back({"UpdateAssumeRolePolicy",
                         {{"RoleName", name}, {"PolicyDocument", trust}},
                         fmt::format("Set the trust policy of {}", name)});
    if (!is_patrols(*state.role))
        calls.push_back({"TagRole",
                         {{"RoleName", name}, {"Tags", patrol_tags()}},
                         fmt::format("Tag {} as Patrol's", name)});
}

void plan_attachment(const RoleState& state, const RoleWish& wish, const std::string& arn,
                     std::vector<PlannedCall>& calls) {
    if (contains(state.attached, arn)) return;
    calls.push_back({"AttachRolePolicy",
                     {{"RoleName", wish.role.role_name}, {"PolicyArn", arn}},
                     fmt::format("Attach {}", arn.substr(arn.rfind('/') + 1))});
}

void plan_extra(const RoleState& state, const RoleWish& wish, std::vector<PlannedCall>& calls) {
    if (!wish.extra_policy) return;
    auto arn = access::extra_policy_arn(wish.role.partition, wish.account_id);
    auto document = json::serialize(*wish.extra_policy);
    if (!state.extra_policy) {
        calls.push_back({"CreatePolicy",
                         {{"PolicyName", access::extra_policy_name},
                          {"PolicyDocument", document},
                          {"Description", "Further read-only actions for Patrol."}},
                         fmt::format("Create the policy {}", access::extra_policy_name)});
    } else if (*state.extra_policy != json::value(*wish.extra_policy)) {
        if (state.old_extra_versions.size() + 1 >= policy_versions_max)
            calls.push_back({"DeletePolicyVersion",
                             {{"PolicyArn", arn}, {"VersionId", state.old_extra_versions.front()}},
                             fmt::format("Delete the oldest version of {}", access::extra_policy_name)});
        calls.push_back({"CreatePolicyVersion",
                         {{"PolicyArn", arn}, {"PolicyDocument", document}, {"SetAsDefault", true}},
                         fmt::format("Update the policy {}", access::extra_policy_name)});
    }
    plan_attachment(state, wish, arn, calls);
}

}  // namespace

bool is_patrols(const IamRole& role) {
    auto tag = role.tags.find(std::string(access::tag_key));
    return tag != role.tags.end() && tag->second == access::tag_value;
}

std::size_t foreign_statements(const RoleState& state, const RoleWish& wish) {
    return state.role ? access::merge_trust(state.role->trust, wish.role).foreign_statements : 0;
}

std::vector<PlannedCall> plan_role(const RoleState& state, const RoleWish& wish) {
    std::vector<PlannedCall> calls;
    plan_trust(state, wish, calls);
    for (const auto& arn : access::managed_policies(wish.role.partition))
        plan_attachment(state, wish, arn, calls);
    plan_extra(state, wish, calls);
    return calls;
}

std::vector<std::string> find_faults(const RoleState& state, const RoleWish& wish) {
    std::vector<std::string> faults;
    const auto& name = wish.role.role_name;
    if (!state.role) return {fmt::format("The role {} does not exist in account {}.", name, wish.account_id)};
    if (!is_patrols(*state.role))
        faults.push_back(
            fmt::format("The role {} carries no tag {}={}.", name, access::tag_key, access::tag_value));
    auto merged = access::merge_trust(state.role->trust, wish.role);
    auto trust = json::serialize(state.role->trust);
    if (trust.find(wish.role.patrol_account_id) == std::string::npos)
        faults.push_back(
            fmt::format("The trust policy does not name Patrol's account {}.", wish.role.patrol_account_id));
    else if (trust.find(wish.role.external_id) == std::string::npos)
        faults.push_back("The trust policy does not ask for this account's external ID.");
    else if (!merged.unchanged)
        faults.push_back("The trust policy's statement for Patrol differs from the one that Patrol needs.");
    if (merged.foreign_statements > 0)
        faults.push_back(
            fmt::format("The trust policy has {} further statement(s): others may use this role too.",
                        merged.foreign_statements));
    for (const auto& arn : access::managed_policies(wish.role.partition))
        if (!contains(state.attached, arn))
            faults.push_back(fmt::format("The policy {} is not attached.", arn));
    if (wish.extra_policy &&
        !contains(state.attached, access::extra_policy_arn(wish.role.partition, wish.account_id)))
        faults.push_back(fmt::format("The policy {} is not attached.", access::extra_policy_name));
    if (wish.extra_policy && state.extra_policy && *state.extra_policy != json::value(*wish.extra_policy))
        faults.push_back(fmt::format("The policy {} is not up to date.", access::extra_policy_name));
    auto ours = access::managed_policies(wish.role.partition);
    ours.push_back(access::extra_policy_arn(wish.role.partition, wish.account_id));
    for (const auto& arn : state.attached)
        if (!contains(ours, arn)) faults.push_back(fmt::format("A further policy is attached: {}.", arn));
    for (const auto& policy : state.inline_policies)
        faults.push_back(fmt::format("The role has an inline policy of its own: {}.", policy));
    return faults;
}

}  // namespace patrol::cli

#include <array>

#include "base/encoding.h"
#include "cloudsim/identity_services.h"
#include "crypto/random.h"

namespace patrol::cloudsim {
namespace {

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

json::array tag_list(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags) out.push_back(json::object{{"Key", key}, {"Value", value}});
    return out;
}

void add_tags(const CallContext& call, std::map<std::string, std::string>& tags) {
    const auto input = json::value(call.request.input);
    const auto* given = find(input, "Tags");
    if (given == nullptr || !given->is_array()) return;
    for (const auto& tag : given->get_array())
        tags[std::string(string_or(tag, "Key"))] = std::string(string_or(tag, "Value"));
}

Answer no_such(std::string_view what, std::string_view name) {
    return fault(404, "NoSuchEntity", fmt::format("The {} with name {} cannot be found.", what, name));
}

json::object describe_role(const Account& account, const Role& role) {
    return {{"Path", role.path},
            {"RoleName", role.name},
            {"RoleId", role.id},
            {"Arn", arn_of(account, role)},
            {"CreateDate", to_rfc3339(role.created)},
            {"AssumeRolePolicyDocument", percent_encode(json::serialize(role.trust))},
            {"Description", role.description},
            {"MaxSessionDuration", 3600},
            {"Tags", tag_list(role.tags)}};
}

Answer create_role(const CallContext& call) {
    auto& account = call.account();
    auto name = call.text("RoleName");
    if (account.roles.contains(lower(name)))
        return fault(409, "EntityAlreadyExists", fmt::format("Role with name {} already exists.", name));
    auto trust = parse_json(call.text("AssumeRolePolicyDocument"));
    if (!trust) return fault(400, "MalformedPolicyDocument", "The trust policy is not valid JSON.");
    auto path = call.text("Path");
    Role role{.name = name,
              .path = path.empty() ? "/" : path,
              .id = "AROA" + crypto::random_base32(16),
              .description = call.text("Description"),
              .trust = std::move(*trust),
              .created = call.now};
    add_tags(call, role.tags);
    auto described = describe_role(account, role);
    account.roles.emplace(lower(name), std::move(role));
    return json::object{{"Role", std::move(described)}};
}

Answer update_trust(const CallContext& call, Role& role) {
    auto trust = parse_json(call.text("PolicyDocument"));
    if (!trust) return fault(400, "MalformedPolicyDocument", "The trust policy is not valid JSON.");
    role.trust = std::move(*trust);
    return json::object{};
}

Answer attach(const CallContext& call, Role& role) {
    auto arn = call.text("PolicyArn");
    if (!arn.starts_with("arn:aws:iam::aws:policy/") && !call.account().policies.contains(arn))
        return no_such("policy", arn);
    if (std::ranges::find(role.attached, arn) == role.attached.end()) role.attached.push_back(arn);
    return json::object{};
}

Answer attached(const Role& role) {
    json::array out;
    for (const auto& arn : role.attached)
        out.push_back(json::object{{"PolicyArn", arn}, {"PolicyName", arn.substr(arn.rfind('/') + 1)}});
    return json::object{{"AttachedPolicies", std::move(out)}, {"IsTruncated", false}};
}

Answer inline_names(const Role& role) {
    json::array out;
    for (const auto& [name, policy] : role.inline_policies) out.push_back(json::value(name));
    return json::object{{"PolicyNames", std::move(out)}, {"IsTruncated", false}};
}

Answer inline_policy(const CallContext& call, const Role& role) {
    auto name = call.text("PolicyName");
    auto found = role.inline_policies.find(name);
    if (found == role.inline_policies.end()) return no_such("role policy", name);
    return json::object{{"RoleName", role.name},
                        {"PolicyName", name},
                        {"PolicyDocument", percent_encode(json::serialize(found->second))}};
}

Answer put_policy(const CallContext& call, Role& role) {
    auto document = parse_json(call.text("PolicyDocument"));
    if (!document) return fault(400, "MalformedPolicyDocument", "The policy is not valid JSON.");
    role.inline_policies[call.text("PolicyName")] = std::move(*document);
    return json::object{};
}

Answer account_summary(const Account& account) {
    auto count = [&](std::string_view type) {
        const auto at = account.items.find(type);
        return at == account.items.end() ? std::int64_t(0) : std::ssize(at->second);
    };
    json::object map{{"Roles", count("AWS::IAM::Role") + std::ssize(account.roles)},
                     {"Users", count("AWS::IAM::User")},
                     {"Groups", count("AWS::IAM::Group")},
                     {"Policies", count("AWS::IAM::ManagedPolicy") + std::ssize(account.policies)},
                     {"GlobalEndpointTokenVersion", 2}};
    return json::object{{"SummaryMap", std::move(map)}};
}

// What a user or role of the account may do, by the same rules that decide calls.
Answer simulate(const CallContext& call) {
    auto source = call.text("PolicySourceArn");
    auto named = [&](const auto& entry) { return entry.second.arn == source; };
    auto user = std::ranges::find_if(call.world.principals, named);
    Principal asked{.account_id = call.caller.account_id};
    if (user != call.world.principals.end() && user->second.role_name.empty()) {
        asked = user->second;
    } else {
        for (const auto& [name, role] : call.account().roles)
            if (arn_of(call.account(), role) == source) asked.role_name = role.name;
        if (asked.role_name.empty()) return no_such("principal", source);
    }
    json::array results;
    const json::value input(call.request.input);
    if (const auto* actions = find(input, "ActionNames"); actions != nullptr && actions->is_array())
        for (const auto& action : actions->get_array()) {
            auto allowed = action.is_string() &&
                           call.authorizer.allows(call.world, asked, std::string_view(action.get_string()));
            results.push_back(json::object{{"EvalActionName", action},
                                           {"EvalResourceName", "*"},
                                           {"EvalDecision", allowed ? "allowed" : "implicitDeny"}});
        }
    return json::object{{"EvaluationResults", std::move(results)}, {"IsTruncated", false}};
}

Answer role_call(const CallContext& call, Role& role, std::string_view operation) {
    if (operation == "GetRole") return json::object{{"Role", describe_role(call.account(), role)}};
    if (operation == "UpdateAssumeRolePolicy") return update_trust(call, role);
    if (operation == "AttachRolePolicy") return attach(call, role);
    if (operation == "PutRolePolicy") return put_policy(call, role);
    if (operation == "ListAttachedRolePolicies") return attached(role);
    if (operation == "ListRolePolicies") return inline_names(role);
    if (operation == "GetRolePolicy") return inline_policy(call, role);
    if (operation == "ListRoleTags")
        return json::object{{"Tags", tag_list(role.tags)}, {"IsTruncated", false}};
    if (operation == "TagRole") add_tags(call, role.tags);
    if (operation == "UpdateRole") role.description = call.text("Description");
    return json::object{};
}

constexpr std::array role_operations{"GetRole",
                                     "UpdateAssumeRolePolicy",
                                     "AttachRolePolicy",
                                     "PutRolePolicy",
                                     "ListAttachedRolePolicies",
                                     "ListRolePolicies",
                                     "GetRolePolicy",
                                     "ListRoleTags",
                                     "TagRole",
                                     "UpdateRole"};

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string arn_of(const Account& account, const Role& role) {
    return fmt::format("arn:aws:iam::{}:role{}{}", account.id, role.path, role.name);
}

json::value role_document(const Account& account, const Role& role) {
    auto document = describe_role(account, role);
    json::array policies;
    for (const auto& arn : role.attached)
        policies.push_back(json::object{{"PolicyArn", arn}, {"PolicyName", arn.substr(arn.rfind('/') + 1)}});
    document["AttachedManagedPolicies"] = std::move(policies);
    json::array inline_list;
    for (const auto& [name, policy] : role.inline_policies)
        inline_list.push_back(
            json::object{{"PolicyName", name}, {"PolicyDocument", percent_encode(json::serialize(policy))}});
    document["RolePolicyList"] = std::move(inline_list);
    return document;
}

std::optional<Answer> answer_iam(const CallContext& call) {
    if (call.request.service->id != "iam") return {};
    const auto& operation = call.request.operation->name;
    if (operation == "CreateRole") return create_role(call);
    if (auto answer = answer_policies(call)) return answer;
    if (operation == "GetAccountSummary") return account_summary(call.account());
    if (operation == "SimulatePrincipalPolicy") return simulate(call);
    if (operation == "ListAccountAliases") {
        json::array aliases;
        if (!call.account().alias.empty()) aliases.push_back(json::value(call.account().alias));
        return json::object{{"AccountAliases", std::move(aliases)}, {"IsTruncated", false}};
    }
    if (!is_one_of(role_operations, operation)) return {};
    auto name = call.text("RoleName");
    auto& roles = call.account().roles;
    auto role = roles.find(lower(name));
    if (role == roles.end()) return no_such("role", name);
    return role_call(call, role->second, operation);
}

}  // namespace patrol::cloudsim

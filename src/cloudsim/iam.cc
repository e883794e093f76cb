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

std::string role_arn(const Account& account, const Role& role) {
    return fmt::format("arn:aws:iam::{}:role{}{}", account.id, role.path, role.name);
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
    return {{"Path", role.path}, {"RoleName", role.name}, {"RoleId", role.id}, {"Arn", role_arn(account, role)},
            {"CreateDate", to_rfc3339(role.created)},
            {"AssumeRolePolicyDocument", percent_encode(json::serialize(role.trust))},
            {"Description", role.description}, {"MaxSessionDuration", 3600}, {"Tags", tag_list(role.tags)}};
}

Answer create_role(const CallContext& call) {
    auto& account = call.account();
    auto name = call.text("RoleName");
    if (account.roles.contains(lower(name)))
        return fault(409, "EntityAlreadyExists", fmt::format("Role with name {} already exists.", name));
    auto trust = parse_json(call.text("AssumeRolePolicyDocument"));
    if (!trust) return fault(400, "MalformedPolicyDocument", "The trust policy is not valid JSON.");
    auto path = call.text("Path");
    Role role{.name = name, .path = path.empty() ? "/" : path, .id = "AROA" + crypto::random_base32(16),
              .description = call.text("Description"), .trust = std::move(*trust), .created = call.now};
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
    if (!arn.starts_with("arn:aws:iam::aws:policy/") && !call.account().policies.contains(arn)) return no_such("policy", arn);
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
    return json::object{{"RoleName", role.name}, {"PolicyName", name},
                        {"PolicyDocument", percent_encode(json::serialize(found->second))}};
}

json::object describe_policy(const Policy& policy) {
    return {{"PolicyName", policy.name}, {"Arn", policy.arn}, {"DefaultVersionId", "v1"}, {"IsAttachable", true},
            {"AttachmentCount", 1}, {"Path", "/"}};
}

Answer create_policy(const CallContext& call) {
    auto& account = call.account();
    auto name = call.text("PolicyName");
    auto arn = fmt::format("arn:aws:iam::{}:policy/{}", account.id, name);
    if (account.policies.contains(arn))
        return fault(409, "EntityAlreadyExists", fmt::format("A policy called {} already exists.", name));
    auto document = parse_json(call.text("PolicyDocument"));
    if (!document) return fault(400, "MalformedPolicyDocument", "The policy is not valid JSON.");
    Policy policy{.arn = arn, .name = name, .document = std::move(*document)};
    auto described = describe_policy(policy);
    account.policies.emplace(arn, std::move(policy));
    return json::object{{"Policy", std::move(described)}};
}

// Customer-managed policies are kept; of AWS's own, the simulator knows only that they are there.
Answer policy_call(const CallContext& call, std::string_view operation) {
    auto arn = call.text("PolicyArn");
    auto& policies = call.account().policies;
    auto found = policies.find(arn);
    bool of_aws = arn.starts_with("arn:aws:iam::aws:policy/");
    if (found == policies.end() && !of_aws) return no_such("policy", arn);
    json::value document{{"Version", "2012-10-17"}, {"Statement", json::array{}}};
    if (found != policies.end()) document = found->second.document;
    if (operation == "GetPolicy")
        return json::object{{"Policy", describe_policy({.arn = arn, .name = arn.substr(arn.rfind('/') + 1)})}};
    if (operation == "GetPolicyVersion")
        return json::object{{"PolicyVersion", json::object{{"VersionId", "v1"}, {"IsDefaultVersion", true},
                                                           {"Document", percent_encode(json::serialize(document))}}}};
    if (operation == "ListPolicyVersions")
        return json::object{{"Versions", json::array{json::object{{"VersionId", "v1"}, {"IsDefaultVersion", true}}}},
                            {"IsTruncated", false}};
    if (operation == "CreatePolicyVersion" && found != policies.end()) {
        if (auto parsed = parse_json(call.text("PolicyDocument"))) found->second.document = std::move(*parsed);
        return json::object{{"PolicyVersion", json::object{{"VersionId", "v2"}, {"IsDefaultVersion", true}}}};
    }
    return json::object{};
}

Answer role_call(const CallContext& call, Role& role, std::string_view operation) {
    if (operation == "GetRole") return json::object{{"Role", describe_role(call.account(), role)}};
    if (operation == "UpdateAssumeRolePolicy") return update_trust(call, role);
    if (operation == "AttachRolePolicy") return attach(call, role);
    if (operation == "ListAttachedRolePolicies") return attached(role);
    if (operation == "ListRolePolicies") return inline_names(role);
    if (operation == "GetRolePolicy") return inline_policy(call, role);
    if (operation == "ListRoleTags") return json::object{{"Tags", tag_list(role.tags)}, {"IsTruncated", false}};
    if (operation == "TagRole") add_tags(call, role.tags);
    if (operation == "UpdateRole") role.description = call.text("Description");
    return json::object{};
}

constexpr std::array role_operations{"GetRole",        "UpdateAssumeRolePolicy", "AttachRolePolicy", "ListAttachedRolePolicies",
                                     "ListRolePolicies", "GetRolePolicy",        "ListRoleTags",     "TagRole",
                                     "UpdateRole"};
constexpr std::array policy_operations{"GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "CreatePolicyVersion",
                                       "DeletePolicyVersion"};

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

json::value role_document(const Account& account, const Role& role) {
    auto document = describe_role(account, role);
    json::array policies;
    for (const auto& arn : role.attached)
        policies.push_back(json::object{{"PolicyArn", arn}, {"PolicyName", arn.substr(arn.rfind('/') + 1)}});
    document["AttachedManagedPolicies"] = std::move(policies);
    json::array inline_list;
    for (const auto& [name, policy] : role.inline_policies)
        inline_list.push_back(json::object{{"PolicyName", name}, {"PolicyDocument", percent_encode(json::serialize(policy))}});
    document["RolePolicyList"] = std::move(inline_list);
    return document;
}

std::optional<Answer> answer_iam(const CallContext& call) {
    if (call.request.service->id != "iam") return {};
    const auto& operation = call.request.operation->name;
    if (operation == "CreateRole") return create_role(call);
    if (operation == "CreatePolicy") return create_policy(call);
    if (operation == "ListAccountAliases") {
        json::array aliases;
        if (!call.account().alias.empty()) aliases.push_back(json::value(call.account().alias));
        return json::object{{"AccountAliases", std::move(aliases)}, {"IsTruncated", false}};
    }
    if (is_one_of(policy_operations, operation)) return policy_call(call, operation);
    if (!is_one_of(role_operations, operation)) return {};
    auto name = call.text("RoleName");
    auto& roles = call.account().roles;
    auto role = roles.find(lower(name));
    if (role == roles.end()) return no_such("role", name);
    return role_call(call, role->second, operation);
}

}  // namespace patrol::cloudsim

#include <array>
#include <charconv>

#include "base/encoding.h"
#include "cloudsim/identity_services.h"

namespace patrol::cloudsim {
namespace {

constexpr std::size_t versions_max = 5;  // IAM quota
constexpr std::string_view of_aws = "arn:aws:iam::aws:policy/";

std::string version_id(int number) { return fmt::format("v{}", number); }

json::object describe(const Policy& policy) {
    return {{"PolicyName", policy.name},
            {"Arn", policy.arn},
            {"Path", "/"},
            {"IsAttachable", true},
            {"DefaultVersionId", version_id(policy.in_force)},
            {"AttachmentCount", 0},
            {"CreateDate", to_rfc3339(policy.created)}};
}

json::object describe_version(const Policy& policy, int number) {
    return {{"VersionId", version_id(number)},
            {"IsDefaultVersion", number == policy.in_force},
            {"Document", percent_encode(json::serialize(policy.versions.at(number)))},
            {"CreateDate", to_rfc3339(policy.created)}};
}

// Of AWS's own policies the simulator knows what they come to, not their text; those that allow writing
// say so, because readers look for that.
Policy policy_of_aws(std::string_view arn) {
    auto name = arn.substr(arn.rfind('/') + 1);
    json::array actions{"sts:GetCallerIdentity"};
    if (name == "AdministratorAccess") actions = {"*"};
    if (name == "ReadOnlyAccess") actions = {"*:Get*", "*:List*", "*:Describe*"};
    json::object statement{{"Effect", "Allow"}, {"Action", std::move(actions)}, {"Resource", "*"}};
    return {.arn = std::string(arn),
            .name = std::string(name),
            .versions = {{1, json::object{{"Version", "2012-10-17"},
                                          {"Statement", json::array{std::move(statement)}}}}},
            .created = {1}};
}

std::expected<json::value, ServiceFault> read_document(const CallContext& call) {
    auto document = parse_json(call.text("PolicyDocument"));
    if (!document || find(*document, "Statement") == nullptr)
        return fault(400, "MalformedPolicyDocument", "Syntax errors in policy.");
    return std::move(*document);
}

Answer create(const CallContext& call) {
    auto& account = call.account();
    auto name = call.text("PolicyName");
    auto arn = fmt::format("arn:aws:iam::{}:policy/{}", account.id, name);
    if (account.policies.contains(arn))
        return fault(409, "EntityAlreadyExists", fmt::format("A policy called {} already exists.", name));
    auto document = read_document(call);
    if (!document) return std::unexpected(document.error());
    Policy policy{.arn = arn, .name = name, .versions = {{1, std::move(*document)}}, .created = call.now};
    auto described = describe(policy);
    account.policies.emplace(arn, std::move(policy));
    return json::object{{"Policy", std::move(described)}};
}

Answer add_version(const CallContext& call, Policy& policy) {
    auto document = read_document(call);
    if (!document) return std::unexpected(document.error());
    if (policy.versions.size() >= versions_max)
        return fault(409, "LimitExceeded", "A managed policy can have up to 5 versions.");
    policy.versions.emplace(++policy.last, std::move(*document));
    if (bool_or(json::value(call.request.input), "SetAsDefault")) policy.in_force = policy.last;
    return json::object{{"PolicyVersion", describe_version(policy, policy.last)}};
}

Answer list_versions(const Policy& policy) {
    json::array versions;
    for (auto at = policy.versions.rbegin(); at != policy.versions.rend(); ++at)  // the newest first
        versions.push_back(describe_version(policy, at->first));
    return json::object{{"Versions", std::move(versions)}, {"IsTruncated", false}};
}

Answer no_such(std::string_view what) {
    return fault(404, "NoSuchEntity", fmt::format("{} does not exist or is not attachable.", what));
}

Answer of_version(const CallContext& call, Policy& policy, std::string_view operation) {
    auto id = call.text("VersionId");
    int number = 0;
    if (id.size() > 1) std::from_chars(id.data() + 1, id.data() + id.size(), number);
    if (!policy.versions.contains(number))
        return no_such(fmt::format("Policy {} version {}", policy.arn, id));
    if (operation == "GetPolicyVersion")
        return json::object{{"PolicyVersion", describe_version(policy, number)}};
    if (number == policy.in_force)
        return fault(409, "DeleteConflict", "The default version of a policy stays.");
    policy.versions.erase(number);
    return json::object{};
}

}  // namespace

json::value policy_document(const Policy& policy) {
    auto document = describe(policy);
    json::array versions;
    for (const auto& [number, text] : policy.versions) versions.push_back(describe_version(policy, number));
    document["PolicyVersionList"] = std::move(versions);
    return document;
}

std::optional<Answer> answer_policies(const CallContext& call) {
    const auto& operation = call.request.operation->name;
    if (operation == "CreatePolicy") return create(call);
    constexpr std::array<std::string_view, 5> of_one{"GetPolicy", "GetPolicyVersion", "ListPolicyVersions",
                                                     "CreatePolicyVersion", "DeletePolicyVersion"};
    if (std::ranges::find(of_one, operation) == of_one.end()) return {};
    auto arn = call.text("PolicyArn");
    auto found = call.account().policies.find(arn);
    bool is_own = found != call.account().policies.end();
    if (!is_own && !arn.starts_with(of_aws)) return no_such("Policy " + arn);
    auto aws_policy = policy_of_aws(arn);
    auto& policy = is_own ? found->second : aws_policy;
    if (operation == "GetPolicy") return json::object{{"Policy", describe(policy)}};
    if (operation == "ListPolicyVersions") return list_versions(policy);
    if (operation == "GetPolicyVersion") return of_version(call, policy, operation);
    if (!is_own) return fault(403, "AccessDenied", "Policies of AWS cannot be changed.");
    return operation == "CreatePolicyVersion" ? add_version(call, policy)
                                              : of_version(call, policy, operation);
}

}  // namespace patrol::cloudsim

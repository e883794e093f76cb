#include "cli/iam.h"

#include <fmt/ranges.h>
#include "base/encoding.h"
#include "cloud/aws/sts.h"

namespace patrol::cli {
namespace {

struct Sentence {
    std::string_view code, message, hint;
};

// Source of the codes: the IAM API reference of each operation.
constexpr std::array sentences{
    Sentence{"EntityAlreadyExists", "It exists already.", "Run the command again: it updates what is there."},
    Sentence{"LimitExceeded", "This AWS account has reached its limit for IAM roles or policies.",
             "Delete roles or policies that are not needed, or ask AWS for a higher quota."},
    Sentence{"MalformedPolicyDocument", "AWS did not accept the trust policy.",
             "Most often Patrol's own AWS account is not known to AWS: ask whoever runs Patrol to check "
             "`patrol aws-identity check`."},
    Sentence{"ConcurrentModification", "Somebody else is changing this role right now.",
             "Run the command again in a minute."},
    Sentence{"UnmodifiableEntity", "This role belongs to an AWS service and cannot be changed.",
             "Choose another --role-name."},
    Sentence{"PolicyNotAttachable", "AWS does not allow this policy on this role.",
             "Choose a role without a service path."},
    Sentence{"InvalidInput", "AWS did not accept a value.",
             "Check --role-name: letters, digits and +=,.@_- only."},
    Sentence{"ValidationError", "AWS did not accept a value.",
             "Check --role-name: letters, digits and +=,.@_- only."},
    Sentence{"NoSuchEntity", "It does not exist.", "Run the command again: it creates what is missing."},
    Sentence{"ServiceFailure", "IAM has a fault of its own.", "Run the command again in some minutes."},
};

Error explain(aws::CallError&& failure, const std::string& operation) {
    const bool denied = failure.error_class == aws::ErrorClass::denied;
    auto error = std::move(failure).release();
    const auto* known = std::ranges::find(sentences, error.code, &Sentence::code);
    if (known != sentences.end()) {
        error.message = known->message;
        error.hint = known->hint;
    } else if (denied) {
        error.message = fmt::format("Your credentials may not call iam:{}.", operation);
        error.hint =
            "Use an administrator of this AWS account (AWS CloudShell works), or ask for these actions: " +
            fmt::format("{}.", fmt::join(Iam::caller_needs(), ", "));
    }
    return std::move(error).during(operation);
}

json::value decoded_policy(std::string_view text) {
    auto plain = percent_decode(text);
    auto parsed = parse_json(plain ? *plain : std::string(text));
    return parsed ? std::move(*parsed) : json::value(std::string(text));
}

std::vector<std::string> texts(const json::value& answer, std::string_view list, std::string_view member) {
    std::vector<std::string> out;
    const auto* found = find(answer, list);
    if (found == nullptr || !found->is_array()) return out;
    for (const auto& each : found->get_array())
        out.emplace_back(member.empty() && each.is_string() ? std::string_view(each.get_string())
                                                            : string_or(each, member));
    return out;
}

}  // namespace

aws::AllowedActions Iam::actions() {
    return {aws::sts_get_caller_identity,
            "iam.ListAccountAliases",
            "iam.GetRole",
            "iam.ListRoleTags",
            "iam.ListAttachedRolePolicies",
            "iam.ListRolePolicies",
            "iam.GetPolicy",
            "iam.GetPolicyVersion",
            "iam.ListPolicyVersions",
            "iam.CreateRole",
            "iam.UpdateAssumeRolePolicy",
            "iam.TagRole",
            "iam.AttachRolePolicy",
            "iam.CreatePolicy",
            "iam.CreatePolicyVersion",
            "iam.DeletePolicyVersion"};
}

std::vector<std::string> Iam::caller_needs() {
    return {"iam:GetRole",         "iam:ListRoleTags",           "iam:ListAttachedRolePolicies",
            "iam:CreateRole",      "iam:UpdateAssumeRolePolicy", "iam:TagRole",
            "iam:AttachRolePolicy"};
}

Result<json::value> Iam::call(const std::string& operation, const json::value& input) {
    auto answer =
        client_.call({.service = "iam", .operation = operation, .region = region_, .input = &input});
    if (!answer) return fail(explain(std::move(answer).error(), operation));
    return std::move(*answer);
}

Result<std::string> Iam::account_alias() {
    auto answer = call("ListAccountAliases", json::object{});
    if (!answer) return "";
    auto aliases = texts(*answer, "AccountAliases", "");
    return aliases.empty() ? "" : aliases.front();
}

Result<std::optional<IamRole>> Iam::role(const std::string& name) {
    auto answer = call("GetRole", json::object{{"RoleName", name}});
    if (!answer && answer.error().code == "NoSuchEntity") return std::optional<IamRole>();
    const auto role = TRY(std::move(answer));
    const auto* found = find(role, "Role");
    if (found == nullptr) return fail(Error::Kind::unavailable, "IAM answered without the role.");
    IamRole out{.arn = std::string(string_or(*found, "Arn")),
                .name = std::string(string_or(*found, "RoleName")),
                .trust = decoded_policy(string_or(*found, "AssumeRolePolicyDocument"))};
    // GetRole shows tags as well; accounts of emulators show them only here.
    auto tags = TRY(call("ListRoleTags", json::object{{"RoleName", name}}));
    if (const auto* list = find(tags, "Tags"); list != nullptr && list->is_array())
        for (const auto& tag : list->get_array())
            out.tags[std::string(string_or(tag, "Key"))] = std::string(string_or(tag, "Value"));
    return out;
}

Result<std::vector<std::string>> Iam::attached_policies(const std::string& role_name) {
    std::vector<std::string> all;
    json::object input{{"RoleName", role_name}};
    for (int page = 0; page < 100; ++page) {
        auto answer = TRY(call("ListAttachedRolePolicies", input));
        for (auto& arn : texts(answer, "AttachedPolicies", "PolicyArn")) all.push_back(std::move(arn));
        auto marker = string_or(answer, "Marker");
        if (marker.empty() || !bool_or(answer, "IsTruncated")) break;
        input["Marker"] = marker;
    }
    return all;
}

Result<std::vector<std::string>> Iam::inline_policies(const std::string& role_name) {
    return texts(TRY(call("ListRolePolicies", json::object{{"RoleName", role_name}})), "PolicyNames", "");
}

Result<std::optional<json::value>> Iam::managed_policy(const std::string& arn) {
    auto answer = call("GetPolicy", json::object{{"PolicyArn", arn}});
    if (!answer && answer.error().code == "NoSuchEntity") return std::optional<json::value>();
    auto policy = TRY(std::move(answer));
    const auto* found = find(policy, "Policy");
    auto version = found == nullptr ? "" : std::string(string_or(*found, "DefaultVersionId"));
    auto of_version = TRY(call("GetPolicyVersion", json::object{{"PolicyArn", arn}, {"VersionId", version}}));
    const auto* body = find(of_version, "PolicyVersion");
    return std::optional(decoded_policy(body == nullptr ? "" : string_or(*body, "Document")));
}

Result<std::vector<std::string>> Iam::other_policy_versions(const std::string& arn) {
    auto answer = TRY(call("ListPolicyVersions", json::object{{"PolicyArn", arn}}));
    std::vector<std::string> out;
    if (const auto* list = find(answer, "Versions"); list != nullptr && list->is_array())
        for (const auto& version : list->get_array())
            if (!bool_or(version, "IsDefaultVersion")) out.emplace_back(string_or(version, "VersionId"));
    std::ranges::reverse(out);  // IAM lists the newest first
    return out;
}

}  // namespace patrol::cli

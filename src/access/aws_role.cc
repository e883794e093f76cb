#include "access/aws_role.h"

#include <algorithm>

#include <fmt/format.h>

namespace patrol::access {
namespace {

constexpr std::string_view statement_sid = "PatrolReadOnlyAccess";
constexpr std::string_view default_server_url = "http://127.0.0.1:8080";
constexpr std::size_t role_name_max_chars = 64;  // AWS IAM quotas
constexpr std::size_t role_path_max_chars = 512;

constexpr std::string_view script_template = R"script(#!/usr/bin/env bash
# Gives Patrol read-only access to this AWS account: creates or updates the IAM role {role_name}.
# Safe to run twice. Needs credentials that may manage IAM roles (AWS CloudShell works).
# PATROL_FORCE=1 takes over a role of the same name that Patrol did not make.
(
set -eu
role_name='{role_name}'
expected_account='{expected_account}'
trust_policy='{trust_policy}'
say() {{ printf '%s\n' "$*" >&2; }}
# Older versions of the AWS CLI know only this variable; IAM is the same from every region.
export AWS_DEFAULT_REGION="${{AWS_DEFAULT_REGION:-${{AWS_REGION:-{region}}}}}"

command -v aws >/dev/null || {{ say 'The AWS CLI is not installed. Run this in AWS CloudShell.'; exit 1; }}
account=$(aws sts get-caller-identity --query Account --output text) ||
  {{ say 'The AWS CLI has no working credentials. Sign in first, or run this in AWS CloudShell.'; exit 1; }}
if [ -n "$expected_account" ] && [ "$account" != "$expected_account" ]; then
  say "These credentials belong to account $account, but Patrol expects $expected_account. Nothing was changed."
  exit 1
fi

if tag=$(aws iam list-role-tags --role-name "$role_name" \
    --query "Tags[?Key=='{tag_key}'].Value" --output text 2>/dev/null); then
  if [ "$tag" != '{tag_value}' ] && [ "${{PATROL_FORCE:-}}" != 1 ]; then
    say "The role $role_name exists in account $account and was not made for Patrol. Nothing was changed."
    say 'Choose another role name in Patrol, or set PATROL_FORCE=1 to take this role over.'
    exit 1
  fi
  say "Updating the role $role_name in account $account ..."
  aws iam update-assume-role-policy --role-name "$role_name" --policy-document "$trust_policy"
  aws iam tag-role --role-name "$role_name" --tags 'Key={tag_key},Value={tag_value}'
else
  say "Creating the role $role_name in account $account ..."
  aws iam create-role --role-name "$role_name" --assume-role-policy-document "$trust_policy" \
    --description '{description}' --tags 'Key={tag_key},Value={tag_value}' --output text --query Role.RoleId >/dev/null
fi
{attachments}say 'Done. Paste this Role ARN into Patrol and test the connection:'
aws iam get-role --role-name "$role_name" --query Role.Arn --output text
)
)script";

std::string_view home_region(std::string_view partition) {
    if (partition == "aws-cn") return "cn-north-1";
    if (partition == "aws-us-gov") return "us-gov-west-1";
    if (partition == "aws-eusc") return "eusc-de-east-1";
    return "us-east-1";
}

// The condition that keeps everybody but this Patrol, for this account, out.
json::object condition(const AwsRole& role) {
    json::object all{{"StringEquals", json::object{{"sts:ExternalId", role.external_id}}}};
    if (!role.patrol_role_arn.empty())
        all["ArnEquals"] = json::object{{"aws:PrincipalArn", role.patrol_role_arn}};
    return all;
}

bool is_ours(const json::value& statement) { return string_or(statement, "Sid") == statement_sid; }

// A policy's Statement is a list or one object alone.
std::vector<json::value> statements_of(const json::value& policy) {
    const auto* all = find(policy, "Statement");
    if (all == nullptr) return {};
    if (const auto* list = all->if_array()) return {list->begin(), list->end()};
    return {*all};
}

bool is_role_name_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}
bool is_path_char(char c) { return c > 0x20 && c < 0x7f; }

Failure bad_arn(std::string message) {
    return invalid("auth.role_arn", std::move(message),
                   "A Role ARN looks like arn:aws:iam::111122223333:role/PatrolReadOnly.");
}

std::vector<std::string_view> split_at_colons(std::string_view text, std::size_t parts) {
    std::vector<std::string_view> out;
    while (out.size() + 1 < parts) {
        auto colon = text.find(':');
        if (colon == std::string_view::npos) break;
        out.push_back(text.substr(0, colon));
        text.remove_prefix(colon + 1);
    }
    out.push_back(text);
    return out;
}

}  // namespace

std::string principal_arn(const AwsRole& role) {
    return fmt::format("arn:{}:iam::{}:root", role.partition, role.patrol_account_id);
}

std::vector<std::string> managed_policies(std::string_view partition) {
    return {fmt::format("arn:{}:iam::aws:policy/SecurityAudit", partition),
            fmt::format("arn:{}:iam::aws:policy/job-function/ViewOnlyAccess", partition)};
}

json::object trust_statement(const AwsRole& role) {
    return {{"Sid", statement_sid},
            {"Effect", "Allow"},
            {"Principal", json::object{{"AWS", principal_arn(role)}}},
            {"Action", "sts:AssumeRole"},
            {"Condition", condition(role)}};
}

json::object trust_policy(const AwsRole& role) {
    return {{"Version", "2012-10-17"}, {"Statement", json::array{trust_statement(role)}}};
}

json::object trust_without_foreign(const AwsRole& role) { return trust_policy(role); }

MergedTrust merge_trust(const json::value& current, const AwsRole& role) {
    MergedTrust merged{.policy = trust_policy(role)};
    auto& statements = merged.policy["Statement"].as_array();
    bool ours_is_right = false;
    std::size_t total = 0;
    for (auto& statement : statements_of(current)) {
        ++total;
        if (is_ours(statement) || statement == json::value(trust_statement(role))) {
            ours_is_right = statement == json::value(trust_statement(role));
            continue;
        }
        ++merged.foreign_statements;
        statements.push_back(std::move(statement));
    }
    merged.unchanged = ours_is_right && total == statements.size();
    return merged;
}

std::string aws_cli_script(const AwsRole& role) {
    std::string attachments;
    for (const auto& policy : managed_policies(role.partition))
        attachments +=
            fmt::format("aws iam attach-role-policy --role-name \"$role_name\" --policy-arn '{}'\n", policy);
    return fmt::format(fmt::runtime(script_template), fmt::arg("role_name", role.role_name),
                       fmt::arg("region", home_region(role.partition)),
                       fmt::arg("expected_account", role.expected_account_id),
                       fmt::arg("trust_policy", json::serialize(trust_policy(role))),
                       fmt::arg("tag_key", tag_key), fmt::arg("tag_value", tag_value),
                       fmt::arg("description", role_description), fmt::arg("attachments", attachments));
}

std::string connect_command(std::string_view server_url, std::string_view token) {
    if (server_url.empty() || server_url == default_server_url)
        return fmt::format("patrol connect aws --token {}", token);
    return fmt::format("patrol connect aws --server {} --token {}", server_url, token);
}

Result<RoleArn> parse_role_arn(std::string_view text) {
    if (text.size() > 64 + role_path_max_chars + role_name_max_chars)
        return bad_arn("This Role ARN is too long.");
    auto parts = split_at_colons(text, 6);
    if (parts.size() != 6 || parts[0] != "arn") return bad_arn("This is not an ARN.");
    auto partition = parts[1];
    if (partition != "aws" && partition != "aws-cn" && partition != "aws-us-gov" && partition != "aws-eusc")
        return bad_arn(
            "The partition of this ARN is unknown: it must be aws, aws-cn, aws-us-gov or aws-eusc.");
    if (parts[2] == "sts")
        return bad_arn("This is the ARN of a session (assumed-role). Paste the ARN of the IAM role itself.");
    if (parts[2] != "iam" || !parts[3].empty()) return bad_arn("This is not the ARN of an IAM role.");
    auto account = parts[4];
    auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (account.size() != 12 || !std::ranges::all_of(account, is_digit))
        return bad_arn("The account number in this ARN must have 12 digits.");
    auto resource = parts[5];
    if (resource.starts_with("user/"))
        return bad_arn("This is the ARN of a user. Patrol needs the ARN of a role.");
    if (!resource.starts_with("role/")) return bad_arn("This is not the ARN of an IAM role.");
    resource.remove_prefix(5);
    auto slash = resource.rfind('/');
    auto name = slash == std::string_view::npos ? resource : resource.substr(slash + 1);
    if (name.empty() || name.size() > role_name_max_chars || !std::ranges::all_of(name, is_role_name_char) ||
        !std::ranges::all_of(resource, is_path_char))
        return bad_arn("The role name in this ARN is not valid.");
    return RoleArn{.partition = std::string(partition),
                   .account_id = std::string(account),
                   .path_and_name = std::string(resource),
                   .name = std::string(name)};
}

}  // namespace patrol::access

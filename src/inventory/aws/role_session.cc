#include "inventory/aws/role_session.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "access/aws_role.h"
#include "cloud/aws/arn.h"

namespace patrol::inventory {
namespace {

constexpr std::array<std::string_view, 22> data_reads = {
    "s3:GetObject*",
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter*",
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Scan",
    "dynamodb:Query",
    "dynamodb:PartiQL*",
    "kms:Decrypt",
    "kms:ReEncrypt*",
    "kms:GenerateDataKey*",
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "ec2:GetPasswordData",
    "ec2:GetConsole*",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
    "sqs:ReceiveMessage",
    "kinesis:GetRecords",
    "athena:GetQueryResults*",
    "codecommit:GitPull",
};

bool covers(std::string_view pattern, std::string_view action) {
    if (!pattern.ends_with('*')) return pattern == action;
    return action.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

std::string deny_data_reads(const catalogue::Catalogue& catalogue) {
    auto needed = catalogue.iam_actions();
    json::array actions;
    for (auto pattern : data_reads)
        if (std::ranges::none_of(needed, [&](const auto& action) { return covers(pattern, action); }))
            actions.emplace_back(pattern);
    if (actions.empty()) return {};
    json::object statement{{"Effect", "Deny"}, {"Action", std::move(actions)}, {"Resource", "*"}};
    return json::serialize(
        json::object{{"Version", "2012-10-17"}, {"Statement", json::array{std::move(statement)}}});
}

std::vector<aws::AssumeRole> session_requests(const RoleSession& session) {
    auto arn = aws::parse_arn(session.role_arn);
    auto partition = arn ? arn->partition : std::string("aws");
    aws::AssumeRole plain{.role_arn = session.role_arn,
                          .session_name = session.session_name,
                          .policy_arns = access::managed_policies(partition)};
    if (!session.external_id.empty()) plain.external_id = session.external_id;
    auto guarded = plain;
    guarded.inline_policy = session.inline_policy;
    auto extended = guarded;
    if (arn)
        extended.policy_arns.push_back(
            fmt::format("arn:{}:iam::{}:policy/{}", partition, arn->account, access::extra_policy_name));
    std::vector<aws::AssumeRole> out;
    for (auto* request : {&extended, &guarded, &plain}) {
        std::size_t chars = request->inline_policy.size();
        for (const auto& policy : request->policy_arns) chars += policy.size();
        if (chars <= session_policy_chars) out.push_back(std::move(*request));
    }
    return out;
}

std::string RoleSessionSource::name() const { return "role " + role_arn_; }

Result<aws::Credentials> RoleSessionSource::fetch(std::stop_token stop) {
    return TRY_DURING("assuming " + role_arn_, door_->assume({.stop = std::move(stop)}));
}

}  // namespace patrol::inventory

#include "inventory/aws/role_session.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "access/aws_role.h"
#include "cloud/aws/arn.h"

namespace patrol::inventory {
namespace {

using aws::ErrorClass;

constexpr std::array<std::string_view, 22> data_reads = {
    "s3:GetObject*", "secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter*",
    "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Scan", "dynamodb:Query", "dynamodb:PartiQL*",
    "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "lambda:GetFunction", "lambda:GetLayerVersion",
    "ec2:GetPasswordData", "ec2:GetConsole*", "logs:GetLogEvents", "logs:FilterLogEvents", "sqs:ReceiveMessage",
    "kinesis:GetRecords", "athena:GetQueryResults*", "codecommit:GitPull",
};

bool covers(std::string_view pattern, std::string_view action) {
    if (!pattern.ends_with('*')) return pattern == action;
    return action.starts_with(pattern.substr(0, pattern.size() - 1));
}

// Refusals that another form of the request may avoid.
bool may_depend_on_policies(const aws::CallError& error) {
    switch (error.error_class) {
        case ErrorClass::denied:
        case ErrorClass::denied_by_policy:
        case ErrorClass::gone:
        case ErrorClass::other: return true;
        default: return false;
    }
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
    return json::serialize(json::object{{"Version", "2012-10-17"}, {"Statement", json::array{std::move(statement)}}});
}

std::vector<aws::AssumeRole> session_requests(const RoleSession& session) {
    auto arn = aws::parse_arn(session.role_arn);
    auto partition = arn ? arn->partition : std::string("aws");
    aws::AssumeRole plain{.role_arn = session.role_arn,
                          .session_name = session.session_name,
                          .external_id = session.external_id,
                          .policy_arns = access::managed_policies(partition)};
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

RoleSessionSource::RoleSessionSource(std::shared_ptr<aws::Client> patrol, Clock& clock, RoleSession session)
    : RefreshingSource(clock),
      patrol_(std::move(patrol)),
      session_(std::move(session)),
      requests_(session_requests(session_)) {}

std::string RoleSessionSource::name() const { return "role " + session_.role_arn; }

std::expected<aws::Credentials, aws::CallError> RoleSessionSource::assume(
    std::stop_token stop, std::chrono::steady_clock::time_point deadline) {
    std::lock_guard lock(mutex_);
    std::optional<aws::CallError> problem;
    for (std::size_t i = works_.value_or(0); i < requests_.size(); ++i) {
        auto result = aws::assume_role(*patrol_, requests_[i],
                                       {.region = session_.region, .stop = stop, .deadline = deadline});
        if (result) {
            works_ = i;
            return result;
        }
        problem = std::move(result).error();
        if (!may_depend_on_policies(*problem)) break;
    }
    return std::unexpected(std::move(*problem));
}

Result<aws::Credentials> RoleSessionSource::fetch(std::stop_token stop) {
    auto result = assume(stop, std::chrono::steady_clock::time_point::max());
    if (!result) return fail(std::move(result).error().release().during("assuming " + session_.role_arn));
    return std::move(*result);
}

}  // namespace patrol::inventory

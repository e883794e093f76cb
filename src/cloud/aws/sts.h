// The Security Token Service: who am I, and becoming a customer's role. Always the regional endpoint:
// tokens of the global one are refused by opt-in regions. Limits are those of the STS API model.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/aws/client.h"
#include "cloud/aws/credentials.h"

namespace patrol::aws {

// The operations below, for AllowedActions.
inline constexpr std::string_view sts_assume_role = "sts.AssumeRole";
inline constexpr std::string_view sts_get_caller_identity = "sts.GetCallerIdentity";

// The part of STS that Patrol speaks; the client uses it when the API model has no "sts".
const model::Service& sts_service();

struct AssumeRole {
    std::string role_arn;
    std::string session_name;                // 2-64 of [\w+=,.@-]: shows in the customer's CloudTrail
    std::optional<std::string> external_id;  // 2-1224
    std::chrono::seconds duration = std::chrono::hours(1);  // role chaining caps a session at one hour
    std::vector<std::string> policy_arns;                   // narrow the session
    std::string inline_policy;                              // narrows the session
    std::string mfa_serial;
    std::string mfa_code;
};

struct StsCall {
    std::string_view region;
    std::stop_token stop = {};
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

std::expected<Credentials, CallError> assume_role(Client& client, const AssumeRole& role,
                                                  const StsCall& call);

struct WebIdentity {
    std::string role_arn;
    std::string session_name;
    std::string token;
    std::chrono::seconds duration = std::chrono::hours(1);
};
std::expected<Credentials, CallError> assume_role_with_web_identity(Client& client,
                                                                    const WebIdentity& identity,
                                                                    const StsCall& call);

struct CallerIdentity {
    std::string account;  // 12 digits
    std::string arn;
    std::string user_id;
};
std::expected<CallerIdentity, CallError> get_caller_identity(Client& client, const StsCall& call);

// Assumes the role when asked and again 15 minutes before the session ends.
class AssumedRoleSource final : public RefreshingSource {
public:
    AssumedRoleSource(std::shared_ptr<Client> client, Clock& clock, AssumeRole role, std::string region);
    [[nodiscard]] std::string name() const override;

protected:
    Result<Credentials> fetch(std::stop_token stop) override;

private:
    std::shared_ptr<Client> client_;
    AssumeRole role_;
    std::string region_;
};

}  // namespace patrol::aws

// The IAM calls of `patrol connect aws`, typed. This is the only code of the product that may write to
// a cloud, and only this list: see iam_actions(). Every refusal becomes a sentence that says what to do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "cloud/aws/allowed_actions.h"
#include "cloud/aws/client.h"

namespace patrol::cli {

struct IamRole {
    std::string arn, name;
    json::value trust;  // decoded trust policy
    std::map<std::string, std::string> tags;
};

class Iam {
public:
    // What the client given to the constructor may sign.
    static aws::AllowedActions actions();
    // The IAM actions that the caller's policies must allow, for the documentation and the hints.
    static std::vector<std::string> caller_needs();

    Iam(aws::Client& client, std::string region) : client_(client), region_(std::move(region)) {}

    Result<std::string> account_alias();  // empty: none, or not readable
    Result<std::optional<IamRole>> role(const std::string& name);
    Result<std::vector<std::string>> attached_policies(const std::string& role_name);
    Result<std::vector<std::string>> inline_policies(const std::string& role_name);
    Result<std::optional<json::value>> managed_policy(
        const std::string& arn);  // the default version's document
    // Oldest first, without the default one.
    Result<std::vector<std::string>> other_policy_versions(const std::string& arn);
    // A call of the plan: "CreateRole" and its input.
    Result<json::value> call(const std::string& operation, const json::value& input);

private:
    aws::Client& client_;
    std::string region_;
};

}  // namespace patrol::cli

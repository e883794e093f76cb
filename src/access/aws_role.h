// What a customer grants on AWS, as text: the role's trust policy, the managed policies it carries
// and a script that makes it with the AWS CLI. Pure: `patrol connect aws` and the setup card both
// derive what they show and do from here, so that they cannot differ.
// Sources: AWS IAM user guide (external ID, session policies); shared names of the AWS managed policies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace patrol::access {

inline constexpr std::string_view default_role_name = "PatrolReadOnly";
inline constexpr std::string_view extra_policy_name = "PatrolReadOnlyExtra";
inline constexpr std::string_view tag_key = "patrol:managed";  // marks the role as Patrol's
inline constexpr std::string_view tag_value = "true";
inline constexpr std::string_view role_description =
    "Read-only access for Patrol: inventory and drift detection. It cannot change anything.";

struct AwsRole {
    std::string partition = "aws";
    std::string patrol_account_id;  // 12 digits: Patrol's own account, the trust principal
    std::string patrol_role_arn;    // narrows the trust to one role by aws:PrincipalArn; may be empty
    std::string external_id;
    std::string role_name = std::string(default_role_name);
    std::string expected_account_id;  // where known: the script refuses to run elsewhere
};

// "arn:aws:iam::123456789012:root"
std::string principal_arn(const AwsRole& role);
// SecurityAudit and job-function/ViewOnlyAccess of the partition, in this order.
std::vector<std::string> managed_policies(std::string_view partition);
// The one statement Patrol owns; `Sid` PatrolReadOnlyAccess tells it from foreign statements.
json::object trust_statement(const AwsRole& role);
json::object trust_policy(const AwsRole& role);
// Keeps the foreign statements of `current` (a trust policy document) beside Patrol's own.
struct MergedTrust {
    json::object policy;
    std::size_t foreign_statements = 0;  // kept from `current`
    bool unchanged = false;              // `current` already says the same
};
MergedTrust merge_trust(const json::value& current, const AwsRole& role);
json::object trust_without_foreign(const AwsRole& role);

// A complete bash script for the AWS CLI: safe to run twice, pasteable into AWS CloudShell, checks the
// account first, says what it does on stderr and prints the role ARN alone as its last line of stdout.
std::string aws_cli_script(const AwsRole& role);

// The command of the setup card. `server_url` is left out where the CLI's default is right.
std::string connect_command(std::string_view server_url, std::string_view token);

// "arn:aws:iam::111122223333:role/PatrolReadOnly": partition, 12 digits, a role and not a user.
struct RoleArn {
    std::string partition, account_id, path_and_name, name;
};
// Kind::invalid with field "auth.role_arn" and a sentence that says what is wrong.
Result<RoleArn> parse_role_arn(std::string_view text);

}  // namespace patrol::access

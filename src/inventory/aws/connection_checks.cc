#include "inventory/aws/connection_checks.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "access/aws_role.h"
#include "cloud/aws/arn.h"
#include "inventory/aws/policy_reach.h"
#include "inventory/aws/read_checks.h"

namespace patrol::inventory {
namespace {

using model::Check;
using model::CheckStatus;

class Checks {
public:
    explicit Checks(const CheckContext& context) : context_(context) {}

    model::TestReport run() {
        if (const auto* role = std::get_if<AwsRole>(&context_.connection.auth)) {
            if (patrol_identity() && role_shape(*role) && assume()) {
                trust(*role);
                if (auto identity = account()) {
                    policies();
                    reads(*identity);
                }
            }
        } else if (auto identity = account()) {
            key_writes(*identity);
            reads(*identity);
        }
        model::TestReport out;
        out.ok = std::ranges::none_of(checks_,
                                      [](const Check& check) { return check.status == CheckStatus::fail; });
        out.checks = std::move(checks_);
        out.tested_at = context_.clock.now();
        return out;
    }

private:
    Check& add(std::string id, std::string title, CheckStatus status, std::string detail = {},
               std::string hint = {}) {
        return checks_.emplace_back(Check{.id = std::move(id),
                                          .title = std::move(title),
                                          .status = status,
                                          .detail = std::move(detail),
                                          .hint = std::move(hint)});
    }

    [[nodiscard]] DoorCall door_call() const {
        return {.stop = context_.stop, .deadline = context_.deadline};
    }

    bool patrol_identity() {
        const std::string id = "patrol_identity", title = "Patrol has an AWS identity of its own";
        if (!context_.door) {
            add(id, title, CheckStatus::fail, "Patrol found no AWS credentials of its own.",
                "Give the server credentials (a role of its machine, or AWS_ACCESS_KEY_ID); "
                "`patrol aws-identity check` shows where it looks.");
            return false;
        }
        auto caller = context_.door->patrol_arn(door_call());
        if (!caller) {
            add(id, title, CheckStatus::fail, caller.error().message,
                "Check the server's AWS credentials with `patrol aws-identity check`.");
            return false;
        }
        add(id, title, CheckStatus::pass, *caller);
        return true;
    }

    bool role_shape(const AwsRole& role) {
        const std::string id = "role_arn", title = "The role ARN names a role";
        auto arn = aws::parse_role_arn(role.role_arn);
        if (!arn) {
            add(id, title, CheckStatus::fail, arn.error().message,
                "Paste the ARN that `patrol connect aws` printed as its last line.");
            return false;
        }
        if (!context_.connection.account_id.empty() && arn->account != context_.connection.account_id) {
            add(id, title, CheckStatus::fail,
                fmt::format("The role is in account {}, this cloud account is bound to {}.", arn->account,
                            context_.connection.account_id),
                "Register the other account by itself.");
            return false;
        }
        role_name_ = arn->name;
        add(id, title, CheckStatus::pass, role.role_arn);
        return true;
    }

    bool assume() {
        const std::string id = "assume_role", title = "Patrol can assume the role";
        auto session = context_.door->assume(door_call());
        if (session) {
            add(id, title, CheckStatus::pass);
            return true;
        }
        add(id, title, CheckStatus::fail, session.error().message,
            "Check that the role exists, trusts Patrol's account and requires this account's external ID. "
            "A role made moments ago may need up to a minute.");
        return false;
    }

    void trust_answer(const std::string& id, const std::string& title, const TrustAnswer& answer,
                      bool tolerated, std::string opened) {
        if (answer.probe == TrustProbe::refused) {
            add(id, title, CheckStatus::pass);
        } else if (answer.probe == TrustProbe::opened) {
            add(id, title, tolerated ? CheckStatus::warn : CheckStatus::fail, std::move(opened),
                "Anybody who knows the role's ARN could have it read through Patrol. Run `patrol connect "
                "aws` again, "
                "or add the condition sts:ExternalId to the role's trust policy.");
        } else {
            add(id, title, tolerated ? CheckStatus::warn : CheckStatus::fail,
                "It could not be tried: " + answer.detail, "Test the connection again.");
        }
    }

    void trust(const AwsRole& role) {
        bool tolerated = role.insecure_trust == InsecureTrust::allowed;
        trust_answer("external_id_required", "The role refuses Patrol without the external ID",
                     context_.door->try_without_external_id(door_call()), tolerated,
                     "The role opens without any external ID.");
        trust_answer("wrong_external_id_refused", "The role refuses a wrong external ID",
                     context_.door->try_wrong_external_id(door_call()), tolerated,
                     "The role opens with a wrong external ID.");
    }

    std::optional<Identity> account() {
        const std::string id = "account_matches", title = "The credentials belong to the right account";
        auto identity = identity_of(context_);
        if (!identity) {
            add(id, title, CheckStatus::fail, identity.error().message, identity.error().hint);
            return {};
        }
        if (auto fits = check_account(context_.connection, *identity); !fits) {
            add(id, title, CheckStatus::fail, fits.error().message, fits.error().hint);
            return {};
        }
        add(id, title, CheckStatus::pass, fmt::format("AWS account {}", identity->account_id));
        return std::move(*identity);
    }

    aws::CallResult iam(std::string_view operation, json::object input) {
        json::value value(std::move(input));
        return context_.customer->call({.service = "iam",
                                        .operation = operation,
                                        .region = context_.region,
                                        .input = &value,
                                        .stop = context_.stop,
                                        .deadline = context_.deadline,
                                        .attempt_time = std::chrono::seconds(10)});
    }

    void policies() {
        auto attached = iam("ListAttachedRolePolicies", {{"RoleName", role_name_}});
        const std::string title = "The role carries SecurityAudit and ViewOnlyAccess";
        if (!attached) {
            add("policies_attached", title, CheckStatus::skipped,
                "The role may not read its own policies: " + attached.error().error.message);
            add("cannot_write", writes_title, CheckStatus::skipped, "The role's policies could not be read.");
            return;
        }
        std::set<std::string> arns;
        if (const auto* list = find(*attached, "AttachedPolicies"); list != nullptr && list->is_array())
            for (const auto& policy : list->get_array()) arns.emplace(string_or(policy, "PolicyArn"));
        std::vector<std::string> missing;
        auto partition = aws::parse_role_arn(std::get<AwsRole>(context_.connection.auth).role_arn);
        for (auto& wanted : access::managed_policies(partition ? partition->partition : "aws"))
            if (!arns.contains(wanted)) missing.push_back(wanted);
        if (missing.empty())
            add("policies_attached", title, CheckStatus::pass);
        else
            add("policies_attached", title, CheckStatus::warn,
                fmt::format("Missing: {}.", fmt::join(missing, ", ")),
                "Run `patrol connect aws` again in that account. Without them some types stay unread.");
        role_writes(arns);
    }

    void role_writes(const std::set<std::string>& arns) {
        std::vector<std::string> found;
        for (const auto& arn : arns)
            if (auto actions = policy_writes(arn); !actions.empty())
                found.push_back(fmt::format("{} ({})", arn, fmt::join(actions, ", ")));
        auto inline_names = iam("ListRolePolicies", {{"RoleName", role_name_}});
        if (inline_names)
            if (const auto* list = find(*inline_names, "PolicyNames"); list != nullptr && list->is_array())
                for (const auto& name : list->get_array()) inline_writes(name, found);
        report_writes(found);
    }

    void inline_writes(const json::value& name, std::vector<std::string>& found) {
        auto policy = iam("GetRolePolicy", {{"RoleName", role_name_}, {"PolicyName", name}});
        if (!policy || !name.is_string()) return;
        auto actions = writes_granted_by_text(string_or(*policy, "PolicyDocument"));
        if (!actions.empty())
            found.push_back(fmt::format("inline policy {} ({})", std::string_view(name.get_string()),
                                        fmt::join(actions, ", ")));
    }

    std::vector<std::string> policy_writes(const std::string& arn) {
        // AWS writes these two; they are what Patrol asks for.
        if (arn.ends_with(":policy/SecurityAudit") || arn.ends_with(":policy/job-function/ViewOnlyAccess"))
            return {};
        auto policy = iam("GetPolicy", {{"PolicyArn", arn}});
        if (!policy) return {};
        const auto* fields = find(*policy, "Policy");
        if (fields == nullptr) return {};
        auto version = iam("GetPolicyVersion",
                           {{"PolicyArn", arn}, {"VersionId", string_or(*fields, "DefaultVersionId", "v1")}});
        if (!version) return {};
        const auto* body = find(*version, "PolicyVersion");
        return body == nullptr ? std::vector<std::string>{}
                               : writes_granted_by_text(string_or(*body, "Document"));
    }

    void report_writes(const std::vector<std::string>& found) {
        if (found.empty()) return void(add("cannot_write", writes_title, CheckStatus::pass));
        add("cannot_write", writes_title, CheckStatus::warn,
            fmt::format("The role itself grants more than reading: {}.", fmt::join(found, "; ")),
            "Patrol's sessions are limited to reading all the same, but a read-only role is the safer one: "
            "detach what is not needed.");
    }

    // A user's keys carry no session policies: say so where they can write.
    void key_writes(const Identity& identity) {
        if (identity.arn.ends_with(":root")) {
            add("cannot_write", writes_title, CheckStatus::warn, "These are the account's root credentials.",
                "Delete the root access keys; make a role with `patrol connect aws` instead.");
            return;
        }
        auto result =
            iam("SimulatePrincipalPolicy",
                {{"PolicySourceArn", identity.arn},
                 {"ActionNames", json::array{"iam:CreateUser", "ec2:RunInstances", "ec2:TerminateInstances",
                                             "s3:PutObject", "s3:DeleteBucket", "rds:DeleteDBInstance"}}});
        if (!result) {
            add("cannot_write", writes_title, CheckStatus::skipped,
                "The keys may not simulate their own policies: " + result.error().error.message);
            return;
        }
        std::vector<std::string> allowed;
        if (const auto* list = find(*result, "EvaluationResults"); list != nullptr && list->is_array())
            for (const auto& each : list->get_array())
                if (string_or(each, "EvalDecision") == "allowed")
                    allowed.emplace_back(string_or(each, "EvalActionName"));
        if (allowed.empty()) return void(add("cannot_write", writes_title, CheckStatus::pass));
        add("cannot_write", writes_title, CheckStatus::warn,
            fmt::format("The keys' user is allowed to: {}.", fmt::join(allowed, ", ")),
            "Give the user SecurityAudit and ViewOnlyAccess only, or use a role.");
    }

    void reads(const Identity& identity) {
        auto found = run_read_checks(context_, identity);
        std::ranges::move(found, std::back_inserter(checks_));
    }

    static constexpr const char* writes_title = "The role cannot change anything";

    const CheckContext& context_;
    std::string role_name_;
    std::vector<Check> checks_;
};

}  // namespace

model::TestReport run_checks(const CheckContext& context) { return Checks(context).run(); }

}  // namespace patrol::inventory

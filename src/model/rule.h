// A tenant's own rule for changes: hides them or grades them anew. An empty scope member asks nothing;
// all that are set must hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/cloud_account.h"
#include "model/ids.h"
#include "model/severity.h"

namespace patrol::model {

enum class RuleAction { ignore, severity };

struct RuleScope {
    std::string type;         // "AWS::EC2::Instance"; "AWS::EC2::*" for a service
    std::string resource_id;  // res_…
    std::string native_id;    // "*" stands for any text
    std::string tag;          // "key" or "key=value", "*" in either
    std::optional<CustomerId> customer_id;
    std::optional<AccountId> account_id;
    std::string region;
    std::string path;         // catalogue path syntax; everything below is meant
    std::string actor_class;  // console, terraform, …
    std::optional<EnvironmentKind> environment;

    bool operator==(const RuleScope&) const = default;
};

struct Rule {
    RuleId id;             // of a built-in class: its name
    bool builtin = false;  // a noise class of the catalogue: only `enabled` can change
    std::string name;
    RuleAction action = RuleAction::ignore;
    Severity severity = Severity::info;  // of RuleAction::severity
    RuleScope scope;
    std::string reason;
    std::string owner;     // who made it: an e-mail address
    Timestamp expires_at;  // unset: never
    bool enabled = true;
    std::int64_t hits = 0;
    Timestamp last_hit_at;
    Timestamp created_at;
    Timestamp updated_at;
    std::int64_t revision = 1;  // the ETag
};

std::string_view to_string(RuleAction);
std::optional<RuleAction> parse_rule_action(std::string_view);

}  // namespace patrol::model

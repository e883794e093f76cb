#include "api/rule_body.h"

#include "drift/path_pattern.h"
#include "model/deployment.h"

namespace patrol::api::rules {

using model::Rule;
using model::RuleAction;
using model::RuleScope;

namespace {

constexpr std::string_view actor_classes = "console, terraform, cloudformation, sdk, cli, service, unknown";
constexpr std::string_view environments = "development, staging, qa, preproduction, production";

void decode_path(Body& body, RuleScope& scope) {
    scope.path = body.text("path", {.max_chars = drift::PathPattern::max_bytes}).value_or("");
    if (scope.path.empty()) return;
    const auto path = drift::PathPattern::parse(scope.path);
    if (!path) body.wrong("path", path.error().message, "Write it as changes show it: Tags[Key=env].Value.");
}

RuleScope decode_scope(Body& outer) {
    RuleScope scope;
    const auto* given = outer.object("scope");
    if (given == nullptr) return scope;
    Body body(*given, outer.path_of("scope"));
    scope.type = body.text("type").value_or("");
    if (const auto id = body.id<ResourceId>("resource_id")) scope.resource_id = id->str();
    scope.native_id = body.text("native_id", {.max_chars = 2'048}).value_or("");
    scope.tag = body.text("tag", {.max_chars = 2 * limits::label_chars + 1}).value_or("");
    scope.customer_id = body.id<CustomerId>("customer_id");
    scope.account_id = body.id<AccountId>("account_id");
    scope.region = body.text("region").value_or("");
    decode_path(body, scope);
    if (const auto kind = body.choice("actor_class", model::parse_actor_class, actor_classes))
        scope.actor_class = model::to_string(*kind);
    scope.environment = body.choice("environment", model::parse_environment, environments);
    outer.adopt(body);
    return scope;
}

}  // namespace

Result<Rule> rule_from(const json::object& object, Timestamp now) {
    Body body(object);
    Rule rule{.name = body.required_text("name")};
    const auto action = body.choice("action", model::parse_rule_action, "ignore, severity");
    if (!action) body.wrong("action", "This is needed: ignore or severity.");
    rule.action = action.value_or(RuleAction::ignore);
    const auto severity = body.choice("severity", model::parse_severity, "info, low, medium, high, critical");
    if (rule.action == RuleAction::severity && !severity) body.wrong("severity", "This is needed.");
    if (action == RuleAction::ignore && severity)
        body.wrong("severity", "A rule that ignores has no severity.");
    rule.severity = severity.value_or(model::Severity::info);
    rule.scope = decode_scope(body);
    if (rule.scope == RuleScope{})
        body.wrong("scope", "The rule must name something.",
                   "Give at least one of type, path, tag, account_id, …");
    rule.reason = body.text("reason", {.min_chars = 0, .max_chars = limits::note_chars, .lines = Lines::many})
                      .value_or("");
    rule.owner = body.text("owner").value_or("");
    if (const auto text = body.text("expires_at")) {
        const auto time = parse_rfc3339(*text);
        if (!time)
            body.wrong("expires_at", "This must be a time like 2027-01-31T12:00:00Z.");
        else if (*time <= now)
            body.wrong("expires_at", "This must be in the future.");
        else
            rule.expires_at = *time;
    }
    rule.enabled = body.boolean("enabled").value_or(true);
    TRY(body.done());
    return rule;
}

Result<void> check_scope(Call& call, const RuleScope& scope) {
    if (scope.customer_id && !call.store().customers().get(call.viewer(), *scope.customer_id))
        return invalid("scope.customer_id", "There is no such customer.");
    if (scope.account_id && !call.store().accounts().get(call.viewer(), *scope.account_id))
        return invalid("scope.account_id", "There is no such account.");
    if (call.viewer().is_limited() && !scope.customer_id && !scope.account_id)
        return invalid("scope.customer_id", "You see only some customers: the rule must name one of them.",
                       "Give customer_id or account_id.");
    return {};
}

}  // namespace patrol::api::rules

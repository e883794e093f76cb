// What a rule would have done: on stored changes, before it is saved.
#include "store/rule_preview.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/rule_body.h"
#include "drift/rule_scope.h"
#include "scan/rule_reach.h"
#include "store/change_history.h"
#include "store/changes.h"

namespace patrol::api::rules {
namespace {

constexpr std::int64_t days_max = 366;
constexpr std::int64_t days_default = 90;

// Who changed something is known of reviewed changes only: by actor class the history says nothing.
Result<json::value> history_of(Call& call, const drift::ScopedRule& rule, Timestamp since) {
    const auto& scope = rule.rule().scope;
    if (!scope.actor_class.empty()) return json::value(nullptr);
    const auto found = TRY(call.store().change_history().preview(
        call.viewer(), scope, since,
        [&](const store::SeenChange& seen) { return scan::reach_of(rule, seen); }));
    return json::value{{"since", time_or_null(found.since)}, {"seen", found.seen},
                       {"changes", found.changes},           {"partly", found.partly},
                       {"resources", found.resources},       {"accounts", found.accounts.size()},
                       {"at_least", found.at_least}};
}

}  // namespace

Result<Answer> preview(Call& call) {
    json::object given = TRY(call.body());
    json::object only_days;
    if (auto* days = given.if_contains("days")) only_days["days"] = *days;
    given.erase("days");
    Body body(only_days);
    const auto days = body.integer("days", 1, days_max).value_or(days_default);
    TRY(body.done());
    const model::Rule rule = TRY(rule_from(given, call.now()));
    TRY(check_scope(call, rule.scope));
    const auto scoped = drift::ScopedRule::compile(rule);
    if (!scoped) return invalid("scope.path", "The path cannot be read.");
    const auto since = call.now() - std::chrono::hours(24 * days);
    auto history = TRY(history_of(call, *scoped, since));
    const auto found = TRY(
        store::preview_rule(call.store().database(), call.viewer(), rule.scope, since, call.who(),
                            [&](const store::SeenChange& seen) { return scan::reach_of(*scoped, seen); }));
    json::array examples;
    for (const auto& id : found.examples)
        if (auto change = call.store().changes().get(call.viewer(), id))
            examples.push_back(render_change(*change));
    return answer(
        {{"days", days},
         {"seen", found.seen},
         {"changes", found.changes},
         {"partly", found.partly},
         {"rejected_by_you", found.rejected},
         {"worst", found.worst ? json::value(model::to_string(*found.worst)) : json::value(nullptr)},
         {"accounts", found.accounts.size()},
         {"at_least", found.at_least},
         {"history", std::move(history)},
         {"examples", std::move(examples)}});
}

}  // namespace patrol::api::rules

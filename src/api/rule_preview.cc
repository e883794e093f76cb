// What a rule would have done: on stored changes, before it is saved.
#include "store/rule_preview.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/rule_body.h"
#include "drift/rule_scope.h"
#include "store/change_history.h"
#include "store/changes.h"

namespace patrol::api::rules {
namespace {

constexpr std::int64_t days_max = 366;
constexpr std::int64_t days_default = 90;

store::Reach reach_of(const drift::ScopedRule& rule, const store::SeenChange& seen) {
    drift::Subject subject{.op = seen.op,
                           .type = seen.type,
                           .region = seen.region,
                           .resource = ResourceId(std::string(seen.resource)),
                           .native_id = seen.native_id,
                           .tags = &seen.tags,
                           .account = seen.account,
                           .customer = seen.customer,
                           .environment = seen.environment,
                           .actor_class = seen.actor_class};
    if (!rule.fits(subject)) return store::Reach::none;
    if (!rule.has_path()) return store::Reach::whole;
    std::size_t all = 0, fitting = 0;
    for (auto rest = seen.paths; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        ++all;
        fitting += rule.fits_path(rest.substr(0, end)) ? 1U : 0U;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (fitting == 0) return store::Reach::none;
    return fitting == all ? store::Reach::whole : store::Reach::part;
}

// Who changed something is known of reviewed changes only: by actor class the history says nothing.
Result<json::value> history_of(Call& call, const drift::ScopedRule& rule, Timestamp since) {
    const auto& scope = rule.rule().scope;
    if (!scope.actor_class.empty()) return json::value(nullptr);
    const auto found = TRY(call.store().change_history().preview(
        call.viewer(), scope, since, [&](const store::SeenChange& seen) { return reach_of(rule, seen); }));
    return json::value{{"since", time_or_null(found.since)}, {"seen", found.seen},
                       {"changes", found.changes},           {"partly", found.partly},
                       {"resources", found.resources},       {"accounts", found.accounts.size()}};
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
    const auto found =
        TRY(store::preview_rule(call.store().database(), call.viewer(), rule.scope, since, call.who(),
                                [&](const store::SeenChange& seen) { return reach_of(*scoped, seen); }));
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
         {"history", std::move(history)},
         {"examples", std::move(examples)}});
}

}  // namespace patrol::api::rules

// The tenant's rules for changes, beside the built-in noise classes.
#include "store/rules.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/rule_body.h"
#include "base/log.h"
#include "drift/noise.h"
#include "store/drift.h"

namespace patrol::api::rules {
namespace {

using model::Rule;
using model::RuleAction;

// A rule that did nothing for so long is dead.
constexpr auto dead_after = std::chrono::hours(24 * 90);

bool is_dead(const Rule& rule, Timestamp now) {
    if (rule.builtin) return false;
    if (rule.expires_at.is_set() && rule.expires_at <= now) return true;
    return std::max(rule.created_at, rule.last_hit_at) + dead_after <= now;
}

json::object writable_of(const Rule& rule) {
    return {{"name", rule.name},
            {"action", model::to_string(rule.action)},
            {"severity", rule.action == RuleAction::severity ? json::value(model::to_string(rule.severity))
                                                             : json::value(nullptr)},
            {"scope", store::rule_scope_object(rule.scope)},
            {"reason", rule.reason},
            {"owner", rule.owner},
            {"expires_at", time_or_null(rule.expires_at)},
            {"enabled", rule.enabled}};
}

json::object render(const Rule& rule, Timestamp now) {
    auto out = writable_of(rule);
    out["id"] = rule.id.str();
    out["builtin"] = rule.builtin;
    out["hits"] = rule.hits;
    out["last_hit_at"] = time_or_null(rule.last_hit_at);
    out["dead"] = is_dead(rule, now);
    out["created_at"] = time_or_null(rule.created_at);
    out["updated_at"] = time_or_null(rule.updated_at);
    return out;
}

Result<RuleId> rule_id(Call& call) {
    const std::string text(call.request.path_parameter("id"));
    if (auto id = RuleId::parse(text)) return *id;
    const auto& classes = call.services.catalogue.severity().noise;
    if (text == drift::reordered_class ||
        std::ranges::find(classes, text, &catalogue::NoiseRule::id) != classes.end())
        return RuleId(text);
    return fail(Call::not_found());
}

// The rows of the built-in classes, made or brought up to date where the catalogue is newer.
Result<void> sync_builtins(Call& call) {
    const auto classes = drift::builtin_rules(call.services.catalogue.severity());
    return call.store().rules().set_builtins(call.viewer().tenant, classes, call.now());
}

// What is open is judged anew at once, as far as that takes no longer than this; the other accounts follow
// with their next scan.
constexpr auto judge_anew_time = std::chrono::seconds(2);

void judge_anew(Call& call) {
    const auto begin = call.services.clock.steady();
    auto accounts = call.store().drift().forget_judgements(call.viewer().tenant);
    if (!accounts) return log::warn("changes could not be judged anew", {{"why", accounts.error().message}});
    for (const auto& account : *accounts) {
        if (call.services.clock.steady() - begin > judge_anew_time) return;
        const auto updated = scan::update_drift(drift_room(call), call.viewer().tenant, account);
        if (!updated) log::warn("changes could not be judged anew", {{"why", updated.error().message}});
    }
}

Answer answer_of(Call& call, const Rule& rule) {
    return with_etag(answer(render(rule, call.now())), rule.revision);
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    TRY(sync_builtins(call));
    const auto page = TRY(call.store().rules().list(call.viewer(), query.request()));
    return answer(list_of(page, [&](const Rule& rule) { return render(rule, call.now()); }));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    Rule rule = TRY(rule_from(body, call.now()));
    TRY(check_scope(call, rule.scope));
    if (rule.owner.empty()) rule.owner = call.who();
    const Rule made = TRY(call.store().rules().create(call.viewer(), std::move(rule), call.now()));
    call.audited.changed({}, writable_of(made));
    judge_anew(call);
    return with_etag(created(render(made, call.now()), "/api/v1/rules/" + made.id.str()), made.revision);
}

Result<Answer> get(Call& call) {
    const RuleId id = TRY(rule_id(call));
    TRY(sync_builtins(call));
    return answer_of(call, TRY(call.store().rules().get(call.viewer(), id)));
}

Result<Answer> update(Call& call) {
    const RuleId id = TRY(rule_id(call));
    TRY(sync_builtins(call));
    const Rule before = TRY(call.store().rules().get(call.viewer(), id));
    const auto expected = TRY(call.if_match());
    const json::object patch = TRY(call.body());
    Rule after = before;
    if (before.builtin) {
        Body body(patch);
        after.enabled = body.boolean("enabled").value_or(before.enabled);
        TRY(body.done());
    } else {
        const json::object writable = TRY(merged(writable_of(before), patch));
        // An end that is over already may stay as it is.
        const bool same_end = !patch.contains("expires_at");
        json::object decoded = writable;
        if (same_end) decoded.erase("expires_at");
        after = TRY(rule_from(decoded, call.now()));
        if (same_end) after.expires_at = before.expires_at;
        TRY(check_scope(call, after.scope));
    }
    after.id = id;
    const Rule kept = TRY(
        call.store().rules().update(call.viewer(), after, expected.value_or(before.revision), call.now()));
    call.audited.changed(writable_of(before), writable_of(kept));
    judge_anew(call);
    return answer_of(call, kept);
}

Result<Answer> remove(Call& call) {
    const RuleId id = TRY(rule_id(call));
    const Rule before = TRY(call.store().rules().get(call.viewer(), id));
    call.audited.named(before.name);
    call.audited.changed(writable_of(before), {});
    TRY(call.store().rules().remove(call.viewer(), id));
    judge_anew(call);
    return no_content();
}

}  // namespace patrol::api::rules

#include "scan/attribute.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "base/log.h"
#include "drift/explain.h"
#include "inventory/aws/attribution.h"
#include "scan/drift_update.h"
#include "scan/journaled_call.h"
#include "scan/reconsider.h"
#include "store/changes.h"
#include "store/deployments.h"
#include "store/rules.h"

namespace patrol::scan {
namespace {

constexpr auto after_trouble = std::chrono::minutes(15);

// Trouble that passes by itself.
bool may_pass(const Error& error) {
    using Kind = Error::Kind;
    return error.kind == Kind::throttled || error.kind == Kind::timeout || error.kind == Kind::unavailable;
}

std::string scan_of(const store::Job& job) {
    const auto payload = parse_json(job.payload);
    return payload ? std::string(string_or(*payload, "scan_id")) : "";
}

}  // namespace

Result<void> enqueue_attribution(store::Store& store, const TenantId& tenant, const AccountId& account,
                                 const ScanId& scan, Timestamp now) {
    std::string payload;
    if (!scan.empty()) payload = to_text(json::object{{"scan_id", scan.str()}});
    return store.jobs().enqueue_once(tenant,
                                     {.kind = store::JobKind::attribute,
                                      .lane = store::JobLane::background,
                                      .account = account,
                                      .payload = std::move(payload)},
                                     now);
}

struct Attribution::Open {
    model::Change change;
    drift::ChangeInterval when;
};

Attribution::Attribution(ScanRoom& room, const store::Job& job)
    : room_(room), job_(job), scan_(scan_of(job)) {}

void Attribution::run(std::stop_token stop) {
    const auto done = work(stop);
    const auto now = room_.clock.now();
    if (!scan_.empty()) (void)room_.store.journal().flush(job_.tenant, scan_);
    if (stop.stop_requested()) {
        (void)room_.store.jobs().release(job_, now);
        return;
    }
    if (!done)
        log::warn("changes not attributed",
                  {{"account", job_.account.str()}, {"why", describe(done.error())}});
    // The next scan asks anew: a job that is given up here is not a dead one for somebody to look at.
    if (!done && may_pass(done.error()) && job_.attempts < limits::job_attempts)
        (void)room_.store.jobs().retry(job_, now + after_trouble, done.error().message);
    else
        (void)room_.store.jobs().complete(job_);
}

Result<void> Attribution::work(std::stop_token stop) {
    // What a deployment explains by time and scope is known without the log.
    TRY(reconsider(room_.store, job_.tenant, job_.account, room_.clock.now()));
    return attribute(std::move(stop));
}

Result<std::vector<Attribution::Open>> Attribution::open_changes() {
    std::vector<Open> found;
    TRY(room_.store.changes().each_live(job_.tenant, job_.account, [&](store::Changes::Judged&& each) {
        if (each.change.actor || !each.hidden_by.empty()) return true;
        const drift::ChangeInterval when{each.seen_after, each.value_at};
        found.push_back({std::move(each.change), when});
        return found.size() < attributed_at_once;
    }));
    return found;
}

void Attribution::journal(const inventory::ApiCall& call) {
    if (scan_.empty()) return;
    (void)room_.store.journal().append(job_.tenant, scan_, journaled(call));
}

Result<std::vector<inventory::AuditAnswer>> Attribution::ask(const std::vector<Open>& changes,
                                                             std::stop_token stop) {
    const auto account = TRY(room_.store.accounts().get(job_.tenant, job_.account));
    if (scan_.empty()) scan_ = account.last_scan_id.value_or(ScanId());
    auto provider = TRY(room_.connector.connect(
        {.tenant = job_.tenant, .account = account, .purpose = "attribution", .proposed_role_arn = ""}));
    inventory::AuditRequest request{.stop = stop, .on_call = [this](const auto& call) { journal(call); }};
    std::map<Timestamp, Timestamp> began;  // of readings, by when their snapshot was taken
    for (const auto& [change, when] : changes) {
        auto [reading, is_new] = began.try_emplace(when.after, when.after);
        if (is_new && when.after.is_set())
            reading->second =
                TRY(room_.store.deployments().reading_began(job_.tenant, job_.account, when.after));
        request.questions.push_back({.op = change.op,
                                     .type = change.type,
                                     .region = change.region,
                                     .native_id = change.native_id,
                                     .arn = change.arn,
                                     .name = change.name,
                                     .after = reading->second,
                                     .until = when.until});
    }
    return provider->audit_events(request);
}

Result<void> Attribution::attribute(std::stop_token stop) {
    const auto changes = TRY(open_changes());
    if (changes.empty()) return {};
    const auto answers = ask(changes, stop);
    if (!answers) {
        // Nobody will ever be found there.
        const auto& code = answers.error().code;
        if (code == "no_audit_log" || code == "provider_not_available") return {};
        return Failure(answers.error());
    }
    const auto again = TRY(keep(changes, *answers));
    // Changes that wait for the log come first in the next round too: the rest waits with them, so that
    // nobody asks the same in vain every second.
    if (!again && changes.size() == attributed_at_once)
        TRY(ask_again_at(room_.clock.now() + std::chrono::seconds(1)));
    return {};
}

Result<std::optional<Timestamp>> Attribution::keep(const std::vector<Open>& changes,
                                                   const std::vector<inventory::AuditAnswer>& answers) {
    const auto now = room_.clock.now();
    std::optional<Timestamp> again;
    std::optional<Error> trouble;
    std::vector<ChangeId> known;
    for (std::size_t i = 0; i < changes.size() && i < answers.size(); ++i) {
        const auto& [change, when] = changes[i];
        const auto& answer = answers[i];
        if (!answer.actor) {
            if (answer.problem) trouble = answer.problem;
            continue;
        }
        const bool found = answer.actor->certainty != model::ActorCertainty::not_found;
        const auto settled = when.until + inventory::audit_delay;
        if (!found && now < settled) {
            again = std::min(again.value_or(settled), settled);
            continue;
        }
        TRY(room_.store.changes().set_actor(job_.tenant, change.id, *answer.actor));
        if (found) known.push_back(change.id);
    }
    if (again) TRY(ask_again_at(*again));
    if (!known.empty()) {
        TRY(judge_again(known));
        TRY(reconsider(room_.store, job_.tenant, job_.account, now));
        room_.events.publish(job_.tenant, "drift", "attributed",
                             {{"account_id", job_.account.str()}, {"changes", known.size()}});
    }
    if (trouble) return fail(std::move(*trouble));
    return again;
}

Result<void> Attribution::judge_again(const std::vector<ChangeId>& changes) {
    const auto rules = TRY(room_.store.rules().in_force(job_.tenant));
    const auto now = room_.clock.now();
    const bool asks = std::ranges::any_of(rules, [&](const auto& rule) {
        return !rule.builtin && !rule.scope.actor_class.empty() &&
               (!rule.expires_at.is_set() || rule.expires_at > now);
    });
    if (!asks) return {};
    TRY(room_.store.drift().forget_judgements(job_.tenant, changes));
    TRY(update_drift({room_.store, room_.catalogue, room_.events, room_.clock}, job_.tenant, job_.account));
    return {};
}

Result<void> Attribution::ask_again_at(Timestamp time) {
    return room_.store.jobs().enqueue_once(job_.tenant,
                                           {.kind = store::JobKind::attribute,
                                            .lane = store::JobLane::background,
                                            .account = job_.account,
                                            .payload = job_.payload,
                                            .run_at = time},
                                           room_.clock.now());
}

}  // namespace patrol::scan

#include "scan/drift_update.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "drift/noise.h"
#include "scan/drift_evaluation.h"
#include "scan/drift_evaluator.h"
#include "scan/rehash.h"
#include "store/deployments.h"
#include "store/rules.h"

namespace patrol::scan {
namespace {

constexpr std::size_t changes_at_once = 250;
constexpr int attempts_max = 8;
constexpr std::size_t rules_name_bytes = 16;

bool moved(const Error& error) { return error.code == "drift_moved"; }

// Deployments of the time in which the differences can have come about.
Result<std::vector<model::Deployment>> deployments_of(const DriftRoom& room,
                                                      const store::DriftComparison& comparison) {
    if (comparison.differs.empty()) return std::vector<model::Deployment>();
    Timestamp from = comparison.differs.front().seen_after, until;
    for (const auto& item : comparison.differs) {
        from = std::min(from, item.seen_after);
        until = std::max(until, item.seen_at);
    }
    return room.store.deployments().overlapping(comparison.tenant, comparison.account_id, from, until);
}

// Names what a judgement depends on beside the catalogue: the rules in force, the account's own words.
std::string name_of(const std::vector<model::Rule>& rules, const model::CloudAccount& account,
                    Timestamp now) {
    std::string text;
    for (const auto& rule : rules)
        if (!rule.expires_at.is_set() || rule.expires_at > now)
            text += fmt::format("{} {}\n", rule.id.str(), rule.revision);
    if (account.environment) text += model::to_string(*account.environment);
    if (account.customer_id) text += "\n" + account.customer_id->str();
    for (const auto& [key, value] : account.labels) text += fmt::format("\n{}={}", key, value);
    const auto digest = crypto::sha256(text);
    return to_hex(std::span(digest).first(rules_name_bytes));
}

Result<store::DriftOutcome> run(const DriftRoom& room, const TenantId& tenant, const AccountId& account,
                                const DriftEvaluator& evaluator) {
    auto& drift = room.store.drift();
    store::DriftOutcome outcome;
    auto comparison = TRY(drift.compare(tenant, account, evaluator.options()));
    if (!comparison) return outcome;
    auto evaluation = evaluator.evaluation();
    const std::span items(comparison->differs);
    evaluation.set_deployments(TRY(deployments_of(room, *comparison)));
    for (std::size_t from = 0; from < items.size(); from += changes_at_once) {
        const auto batch = items.subspan(from, std::min(changes_at_once, items.size() - from));
        const auto facts = TRY(drift.load(*comparison, batch));
        std::vector<store::EvaluatedChange> changes;
        changes.reserve(batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i)
            changes.push_back(evaluation.evaluate(batch[i], facts[i]));
        TRY(drift.write(*comparison, changes, evaluator.rules(), outcome, room.clock.now()));
    }
    TRY(drift.finish(*comparison, outcome, room.clock.now()));
    // The drift is there; counters that could not be written are no reason to do it again.
    if (auto counted = room.store.rules().count_hits(tenant, evaluation.hits(), room.clock.now()); !counted)
        log::warn("hits of rules could not be counted", {{"why", counted.error().message}});
    return outcome;
}

}  // namespace

Result<DriftEvaluator> DriftEvaluator::of(const DriftRoom& room, const TenantId& tenant,
                                          const AccountId& account) {
    const auto now = room.clock.now();
    const auto versions = rule_versions(room.catalogue);
    auto found = TRY(room.store.accounts().get(tenant, account));
    TRY(room.store.rules().set_builtins(tenant, drift::builtin_rules(room.catalogue.severity()), now));
    const auto rules = TRY(room.store.rules().in_force(tenant));
    const auto number = TRY(room.store.drift().rules_number(
        fmt::format("{}\n{}\n{}\n{}\n{}", versions.catalogue, versions.canonical, versions.shapes,
                    room.catalogue.severity_revision(), name_of(rules, found, now))));
    return DriftEvaluator(room, tenant, std::move(found), drift::Rulebook(room.catalogue, rules, now),
                          number);
}

store::CompareOptions DriftEvaluator::options() const {
    return {.rules = rules_, .twice_observed = [&catalogue = room_.catalogue](std::string_view name) {
                const auto* type = catalogue.type(name);
                return type != nullptr && type->twice_observed;
            }};
}

void publish_drift(const DriftRoom& room, const TenantId& tenant, const AccountId& account,
                   std::string_view kind, std::int64_t changes) {
    room.events.publish(tenant, "drift", std::string(kind),
                        {{"account_id", account.str()}, {"changes", changes}});
}

Result<store::DriftOutcome> update_drift(const DriftRoom& room, const TenantId& tenant,
                                         const AccountId& account) {
    const auto evaluator = TRY(DriftEvaluator::of(room, tenant, account));
    for (int attempt = 1;; ++attempt) {
        auto outcome = run(room, tenant, account, evaluator);
        if (!outcome && moved(outcome.error()) && attempt < attempts_max) continue;
        if (!outcome) return outcome;
        if (outcome->opened + outcome->updated + outcome->closed > 0)
            publish_drift(room, tenant, account, "changed",
                          outcome->opened + outcome->updated + outcome->closed);
        log::info("drift compared", {{"account", account.str()},
                                     {"opened", std::to_string(outcome->opened)},
                                     {"updated", std::to_string(outcome->updated)},
                                     {"closed", std::to_string(outcome->closed)}});
        return outcome;
    }
}

Result<void> judge_anew(const DriftRoom& room, const TenantId& tenant) {
    for (const auto& account : TRY(room.store.drift().forget_judgements(tenant)))
        TRY(update_drift(room, tenant, account));
    return {};
}

}  // namespace patrol::scan

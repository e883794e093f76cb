#include "scan/drift_update.h"

#include <algorithm>

#include "base/log.h"
#include "scan/drift_evaluation.h"
#include "scan/drift_evaluator.h"
#include "scan/rehash.h"
#include "store/deployments.h"

namespace patrol::scan {
namespace {

constexpr std::size_t changes_at_once = 250;
constexpr int attempts_max = 8;

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
    return outcome;
}

}  // namespace

Result<DriftEvaluator> DriftEvaluator::of(const DriftRoom& room, const TenantId& tenant,
                                          const AccountId& account) {
    const auto versions = rule_versions(room.catalogue);
    auto found = TRY(room.store.accounts().get(tenant, account));
    const auto number = TRY(room.store.drift().rules_number(versions.catalogue + "\n" + versions.canonical +
                                                            "\n" + versions.shapes));
    return DriftEvaluator(room, std::move(found), drift::Rulebook(room.catalogue, {}, room.clock.now()),
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

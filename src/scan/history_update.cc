#include "scan/history_update.h"

#include "base/limits.h"
#include "scan/drift_evaluator.h"
#include "store/change_history.h"
#include "store/snapshots.h"

namespace patrol::scan {
namespace {

// One a line, as many whole ones as the limit lets through.
std::string names_of(const std::vector<model::PathChange>& paths) {
    std::string out;
    for (const auto& path : paths) {
        if (out.size() + path.path.size() + 1 > limits::history_paths_bytes) break;
        if (!out.empty()) out += '\n';
        out += path.path;
    }
    return out;
}

Result<std::vector<store::HistoryLine>> lines_of(const DriftRoom& room, const TenantId& tenant,
                                                 DriftEvaluation& evaluation,
                                                 const store::HistoryStep& step) {
    std::vector<store::HistoryLine> lines;
    TRY(room.store.snapshots().each_change(tenant, step.from, step.to, store::Documents::include,
                                           [&](model::SnapshotChange&& change) {
                                               const auto judged = evaluation.evaluate(change);
                                               if (judged.none || !judged.hidden_by.empty()) return true;
                                               lines.push_back({.resource = change.resource.id,
                                                                .op = change.op,
                                                                .region = std::move(change.resource.region),
                                                                .paths = names_of(judged.paths)});
                                               return lines.size() < limits::history_changes;
                                           }));
    return lines;
}

}  // namespace

Result<std::size_t> update_history(const DriftRoom& room, const TenantId& tenant, const AccountId& account) {
    const auto steps = TRY(room.store.change_history().pending(tenant, account, limits::history_steps));
    if (steps.empty()) return 0;
    const auto evaluator = TRY(DriftEvaluator::of(room, tenant, account));
    auto evaluation = evaluator.evaluation();
    std::size_t noted = 0;
    for (const auto& step : steps) {
        const auto lines = TRY(lines_of(room, tenant, evaluation, step));
        TRY(room.store.change_history().write(tenant, account, step.seq, lines));
        noted += lines.size();
    }
    return noted;
}

}  // namespace patrol::scan

#include "scan/history_update.h"

#include "base/limits.h"
#include "scan/drift_evaluator.h"
#include "store/change_history.h"
#include "store/snapshots.h"

namespace patrol::scan {
namespace {

// One a line, as many whole ones as the limit lets through.
void note_paths(const std::vector<model::PathChange>& paths, store::HistoryLine& line) {
    for (const auto& path : paths) {
        if (line.paths.size() + path.path.size() + 1 > limits::history_paths_bytes) {
            line.paths_cut = true;
            return;
        }
        if (!line.paths.empty()) line.paths += '\n';
        line.paths += path.path;
    }
}

Result<store::HistoryPage> page_of(const DriftRoom& room, const TenantId& tenant, DriftEvaluation& evaluation,
                                   const store::HistoryStep& step) {
    store::HistoryPage page;
    TRY(room.store.snapshots().each_change(tenant, step.from, step.to, store::Documents::include,
                                           [&](model::SnapshotChange&& change) {
                                               const auto judged = evaluation.evaluate(change);
                                               if (judged.none || !judged.hidden_by.empty()) return true;
                                               page.cut = page.lines.size() == limits::history_changes;
                                               if (page.cut) return false;
                                               auto& line = page.lines.emplace_back();
                                               line.resource = change.resource.id;
                                               line.op = change.op;
                                               line.region = std::move(change.resource.region);
                                               note_paths(judged.paths, line);
                                               return true;
                                           }));
    return page;
}

}  // namespace

Result<std::size_t> update_history(const DriftRoom& room, const TenantId& tenant, const AccountId& account) {
    const auto steps = TRY(room.store.change_history().pending(tenant, account, limits::history_steps));
    if (steps.empty()) return 0;
    const auto evaluator = TRY(DriftEvaluator::of(room, tenant, account));
    auto evaluation = evaluator.evaluation();
    std::size_t noted = 0;
    for (const auto& step : steps) {
        const auto page = TRY(page_of(room, tenant, evaluation, step));
        TRY(room.store.change_history().write(tenant, account, step.seq, page));
        noted += page.lines.size();
    }
    return noted;
}

}  // namespace patrol::scan

#include "scan/settling.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "scan/drift_evaluator.h"
#include "store/snapshots.h"

namespace patrol::scan {
namespace {

using model::Settling;
using model::SettlingState;

constexpr std::size_t settlings_at_once = 100;

// The snapshots from the first one on, oldest first, no more than were asked for.
Result<std::vector<model::Snapshot>> snapshots_of(store::Store& store, const TenantId& tenant,
                                                  const Settling& settling) {
    const auto newest = TRY(store.snapshots().newest(tenant, settling.account));
    std::vector<model::Snapshot> out;
    if (!newest || newest->seq < settling.first_seq) return out;
    // All that came since, in case somebody scanned by hand meanwhile.
    const auto since = static_cast<std::size_t>(newest->seq - settling.first_seq + 1);
    store::PageRequest request{
        .limit = std::min(since, limits::page_items_max), .cursor = {}, .filter = nullptr, .sort = {}};
    for (;;) {
        auto page = TRY(store.snapshots().list(tenant, settling.account, request));
        for (auto& each : page.items)
            if (each.seq >= settling.first_seq) out.push_back(std::move(each));
        if (!page.next_cursor || out.size() >= since) break;
        request.cursor = *page.next_cursor;
    }
    std::ranges::reverse(out);
    if (out.size() > static_cast<std::size_t>(settling.snapshots))
        out.resize(static_cast<std::size_t>(settling.snapshots));
    return out;
}

bool is_complete(const Settling& settling, const std::vector<model::Snapshot>& snapshots) {
    return snapshots.size() >= static_cast<std::size_t>(settling.snapshots);
}

bool has_ended(model::ScanState state) {
    return state != model::ScanState::queued && state != model::ScanState::running;
}

// When the next scan is due; unset while one waits or runs.
Result<Timestamp> due_at(store::Store& store, const TenantId& tenant, const Settling& settling) {
    const store::PageRequest newest{.limit = 1, .cursor = {}, .filter = nullptr, .sort = {}};
    const auto scans = TRY(store.scans().list(tenant, settling.account, newest));
    if (scans.items.empty()) return settling.started_at;
    const auto& last = scans.items.front();
    if (!has_ended(last.state)) return Timestamp{};
    return std::max(settling.started_at, last.finished_at + settling.interval);
}

Result<void> finish(const DriftRoom& room, const TenantId& tenant, const Settling& settling,
                    SettlingState state) {
    if (TRY(room.store.settlings().end(tenant, settling.account, state, room.clock.now())))
        room.events.publish(tenant, "account:" + settling.account.str(), "settling",
                            {{"account_id", settling.account.str()}, {"state", model::to_string(state)}});
    return {};
}

Result<bool> go_on(const DriftRoom& room, const TenantId& tenant, const Settling& settling) {
    const auto now = room.clock.now();
    if (is_complete(settling, TRY(snapshots_of(room.store, tenant, settling)))) {
        TRY(finish(room, tenant, settling, SettlingState::done));
        return false;
    }
    if (now - settling.started_at > Millis(limits::settling_longest)) {
        TRY(finish(room, tenant, settling, SettlingState::ended));
        return false;
    }
    const auto due = TRY(due_at(room.store, tenant, settling));
    if (!due.is_set() || due > now) return false;
    TRY(room.store.scans().enqueue(tenant,
                                   {.account = settling.account,
                                    .trigger = model::ScanTrigger::schedule,
                                    .requested_by = "settling, for " + settling.started_by},
                                   now));
    return true;
}

void look_at(DriftEvaluation& evaluation, std::size_t interval, const model::SnapshotChange& change,
             SettlingReport& report, drift::MovingPaths& paths) {
    const auto& resource = change.resource;
    const auto judged = evaluation.evaluate(change);
    if (judged.none || !judged.hidden_by.empty()) return;
    if (change.op == model::ChangeOp::added) ++report.objects[resource.type].added;
    if (change.op == model::ChangeOp::removed) ++report.objects[resource.type].removed;
    for (const auto& path : judged.paths)
        paths.saw(interval, resource.type, resource.id, resource.name, path);
}

}  // namespace

Result<void> start_settling(const DriftRoom& room, const TenantId& tenant, Settling settling) {
    const auto now = room.clock.now();
    const auto newest = TRY(room.store.snapshots().newest(tenant, settling.account));
    const bool counts = newest && newest->taken_at + Millis(limits::settling_first_age) >= now;
    settling.first_seq = !newest ? 1 : counts ? newest->seq : newest->seq + 1;
    settling.started_at = now;
    TRY(room.store.settlings().start(tenant, settling));
    TRY(go_on(room, tenant, settling));
    return {};
}

Result<std::size_t> continue_settlings(const DriftRoom& room) {
    std::size_t queued = 0;
    for (const auto& each : TRY(room.store.settlings().running(settlings_at_once))) {
        const auto one = go_on(room, each.tenant, each.settling);
        if (!one)
            log::warn("settling does not go on",
                      {{"account", each.settling.account.str()}, {"why", describe(one.error())}});
        else if (*one)
            ++queued;
    }
    return queued;
}

Result<SettlingReport> settling_report(const DriftRoom& room, const TenantId& tenant,
                                       const AccountId& account) {
    SettlingReport report{.settling = TRY(room.store.settlings().get(tenant, account)),
                          .snapshots = {},
                          .next_scan_at = {},
                          .moving = {},
                          .objects = {}};
    if (report.settling.state == SettlingState::none) {
        TRY(room.store.accounts().get(tenant, account));  // is it there at all?
        return report;
    }
    report.snapshots = TRY(snapshots_of(room.store, tenant, report.settling));
    if (report.settling.state == SettlingState::running && !is_complete(report.settling, report.snapshots))
        report.next_scan_at = TRY(due_at(room.store, tenant, report.settling));
    const auto evaluator = TRY(DriftEvaluator::of(room, tenant, account));
    auto evaluation = evaluator.evaluation();
    drift::MovingPaths paths;
    for (std::size_t i = 0; i + 1 < report.snapshots.size(); ++i)
        TRY(room.store.snapshots().each_change(tenant, report.snapshots[i].id, report.snapshots[i + 1].id,
                                               store::Documents::include,
                                               [&](model::SnapshotChange&& change) {
                                                   look_at(evaluation, i, change, report, paths);
                                                   return true;
                                               }));
    report.moving = paths.all();
    report.left_out = paths.left_out();
    return report;
}

}  // namespace patrol::scan

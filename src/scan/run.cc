#include "scan/run.h"

#include "base/limits.h"
#include "base/log.h"
#include "filter/filter.h"
#include "scan/attribute.h"
#include "scan/drift_update.h"
#include "scan/history_update.h"
#include "scan/journaled_call.h"
#include "scan/rehash.h"
#include "scan/settle.h"
#include "scan/writer_sink.h"
#include "store/coverage.h"
#include "store/snapshots.h"

namespace patrol::scan {
namespace {

constexpr auto progress_every = Millis(250);  // at most 4 events a second per scan
constexpr auto try_to_end_again = Millis(10'000);
constexpr auto read_again_after = Millis(2'000);
constexpr auto ask_not_granted_again = std::chrono::hours(24 * 7);

json::object to_json(const inventory::Progress& progress) {
    return {{"slices", progress.slices},
            {"slices_done", progress.slices_done},
            {"slices_failed", progress.slices_failed},
            {"resources", progress.resources},
            {"calls", progress.calls},
            {"service", progress.service},
            {"region", progress.region},
            {"status", model::to_string(progress.status)}};
}

// Slices that the newest snapshot read completely.
Result<std::set<model::SliceKey>> complete_before(store::Store& store, const TenantId& tenant,
                                                  const AccountId& account) {
    std::set<model::SliceKey> keys;
    auto newest = TRY(store.snapshots().newest(tenant, account));
    if (!newest) return keys;
    auto complete = TRY(filter::parse("status=complete"));
    store::PageRequest request{
        .limit = limits::page_items_max, .cursor = {}, .filter = &complete, .sort = {}};
    for (;;) {
        auto page = TRY(store.coverage().list(tenant, newest->id, request));
        for (auto& line : page.items) keys.insert(std::move(line.coverage.key));
        if (!page.next_cursor) break;
        request.cursor = *page.next_cursor;
    }
    return keys;
}

}  // namespace

ScanRun::ScanRun(ScanRoom& room, store::Job job, ScanId scan)
    : room_(room),
      job_(std::move(job)),
      ticket_{.tenant = job_.tenant, .account = job_.account, .scan = std::move(scan), .fence = job_.fence} {}

void ScanRun::request_stop(StopReason reason) {
    auto none = StopReason::none;
    reason_.compare_exchange_strong(none, reason);
    stop_.request_stop();
}

inventory::Progress ScanRun::progress() const {
    std::scoped_lock lock(mutex_);
    return progress_;
}

std::vector<ProgressCell> ScanRun::progress_cells() const {
    std::scoped_lock lock(mutex_);
    return grid_.cells();
}

void ScanRun::run() {
    auto started = room_.store.scans().mark_running(ticket_, room_.clock.now());
    if (!started) {
        if (started.error().code == "scan_ended")
            (void)room_.store.jobs().complete(job_);
        else
            log::warn("scan not started", {{"scan", ticket_.scan.str()}, {"why", describe(started.error())}});
        return;
    }
    record_ = std::move(*started);
    publish_state(model::ScanState::running);
    log::info("scan started", {{"scan", ticket_.scan.str()}, {"account", ticket_.account.str()}});
    auto done = scan();
    (void)room_.store.journal().flush(ticket_.tenant, ticket_.scan);
    if (!done) fail_scan(done.error());
}

// A worker that was killed, for memory most likely, or crashed, or a collector that went away: once, from
// where it was. What ends a second one would end every other one too.
bool ScanRun::is_read_again(const Error& error) const {
    const bool is_lost =
        error.code == "worker_ended" || error.code == "collector_silent" || error.code == "collector_offline";
    return stop_reason() == StopReason::none && is_lost && job_.attempts == 1;
}

// A scan that cannot end with a snapshot: what it is depends on why it stopped.
void ScanRun::fail_scan(const Error& error) {
    if (record_.snapshot_id && stop_reason() != StopReason::lease_lost) {
        // What was read is safe: only the end is missing.
        log::warn("scan not ended", {{"scan", ticket_.scan.str()}, {"why", describe(error)}});
        (void)room_.store.jobs().retry(job_, room_.clock.now() + try_to_end_again, describe(error));
        return;
    }
    if (is_read_again(error)) {
        log::warn("scan is read again: its worker ended",
                  {{"scan", ticket_.scan.str()}, {"why", describe(error)}});
        (void)room_.store.jobs().retry(job_, room_.clock.now() + read_again_after, describe(error));
        return;
    }
    switch (stop_reason()) {
        case StopReason::lease_lost:
            log::warn("scan left to its new owner", {{"scan", ticket_.scan.str()}});
            return;
        case StopReason::shutdown:
            (void)room_.store.jobs().release(job_, room_.clock.now());
            return;
        case StopReason::cancelled:
            end(model::ScanState::cancelled,
                {.kind = Error::Kind::cancelled, .message = "The scan was cancelled."});
            return;
        case StopReason::none:
            break;
    }
    log::warn("scan failed", {{"scan", ticket_.scan.str()}, {"why", describe(error)}});
    auto status =
        error.code == "insecure_trust" ? model::AccountStatus::insecure_trust : model::AccountStatus::failing;
    (void)room_.store.accounts().set_status(ticket_.tenant, ticket_.account, status, error.message,
                                            room_.clock.now());
    end(model::ScanState::failed, error);
}

void ScanRun::end(model::ScanState state, const Error& error) {
    auto counts = record_.counts;
    auto seen = progress();
    counts.slices = seen.slices;
    counts.slices_done = seen.slices_done;
    counts.slices_failed = seen.slices_failed;
    counts.resources = seen.resources;
    counts.calls = seen.calls;
    auto ended =
        room_.store.scans().finish_without_snapshot(ticket_, state, error, counts, room_.clock.now());
    if (!ended) {
        log::warn("scan not ended", {{"scan", ticket_.scan.str()}, {"why", describe(ended.error())}});
        return;
    }
    (void)room_.store.jobs().complete(job_);
    publish_state(state);
}

Result<void> ScanRun::scan() {
    if (record_.snapshot_id) return finish();
    account_ = TRY(room_.store.accounts().get(ticket_.tenant, ticket_.account));
    auto provider = TRY(connect());
    auto plan = TRY_DURING("finding out what there is to read", make_plan(*provider));
    auto& catalogue = room_.catalogue;
    auto writer = TRY(store::ScanWriter::begin(
        room_.store, ticket_,
        {.rules = rule_versions(catalogue),
         .type_facts = [&catalogue](std::string_view type) { return type_facts(catalogue, type); },
         .rehash = [&catalogue](std::string_view type,
                                std::string_view text) { return rehash(catalogue, type, text); },
         .clock = &room_.clock}));
    auto read_all = read(*provider, plan, *writer);
    // A shutdown and a worker's end keep what is staged: the next claim goes on from there.
    if (!read_all && stop_reason() != StopReason::shutdown && stop_reason() != StopReason::lease_lost &&
        !is_read_again(read_all.error()))
        (void)writer->abandon();
    return read_all;
}

Result<std::unique_ptr<inventory::Provider>> ScanRun::connect() {
    auto provider = TRY(room_.connector.connect({.tenant = ticket_.tenant,
                                                 .account = account_,
                                                 .purpose = ticket_.scan.str(),
                                                 .proposed_role_arn = ""}));
    TRY(provider->verify_trust(stop_.get_token()));
    auto identity = TRY(provider->identity(stop_.get_token()));
    TRY(room_.store.accounts().bind_native_id(ticket_.tenant, ticket_.account, identity.account_id,
                                              room_.clock.now()));
    return provider;
}

Result<inventory::Plan> ScanRun::make_plan(inventory::Provider& provider) {
    auto asked = TRY(room_.store.coverage().not_granted_since(ticket_.tenant, ticket_.account,
                                                              room_.clock.now() - ask_not_granted_again));
    std::set<model::SliceKey> recently(asked.begin(), asked.end());
    return provider.plan(
        {.scope = record_.scope,
         .account_regions = account_.regions,
         .recently_not_granted = [&](const model::SliceKey& key) { return recently.contains(key); }},
        stop_.get_token());
}

Result<void> ScanRun::read(inventory::Provider& provider, const inventory::Plan& plan,
                           store::ScanWriter& writer) {
    std::vector<model::SliceKey> to_come;
    to_come.reserve(plan.slices.size() + plan.not_planned.size());
    for (const auto& slice : plan.slices) to_come.push_back(slice.key);
    for (const auto& known : plan.not_planned) to_come.push_back(known.key);
    TRY(writer.expect(to_come));
    for (const auto& known : plan.not_planned) TRY(writer.finish_slice(known));
    std::set<model::SliceKey> done;
    std::vector<model::SliceCoverage> coverage;
    for (auto& slice : writer.finished_slices()) {
        done.insert(slice.key);
        coverage.push_back(std::move(slice));
    }
    expect(plan, coverage);
    WriterSink sink(writer);
    auto newest = TRY(room_.store.snapshots().newest(ticket_.tenant, ticket_.account));
    auto outcome = provider.run(
        {.plan = plan,
         .sink = sink,
         .stop = stop_.get_token(),
         .on_progress = [this](const inventory::Progress& progress) { on_progress(progress); },
         .on_call =
             [this](const inventory::ApiCall& call) {
                 (void)room_.store.journal().append(ticket_.tenant, ticket_.scan, journaled(call));
             },
         .already_done = [&](const model::SliceKey& key) { return done.contains(key); },
         .rotation = newest ? static_cast<std::uint64_t>(newest->seq) : 0});
    if (outcome.fatal) return fail(std::move(*outcome.fatal));
    if (stop_reason() != StopReason::none) return fail(Error::Kind::cancelled, "The scan was stopped.");
    coverage.insert(coverage.end(), plan.not_planned.begin(), plan.not_planned.end());
    for (auto& slice : outcome.coverage)
        if (!done.contains(slice.key)) coverage.push_back(std::move(slice));
    return settle(writer, coverage);
}

Result<void> ScanRun::settle(store::ScanWriter& writer, const std::vector<model::SliceCoverage>& coverage) {
    auto before = TRY(complete_before(room_.store, ticket_.tenant, ticket_.account));
    auto verdict = judge(coverage, before, room_.catalogue);
    auto snapshot =
        TRY_DURING("publishing the snapshot", writer.publish({.state = verdict.state,
                                                              .taken_at = room_.clock.now(),
                                                              .calls = progress().calls,
                                                              .error_message = verdict.reason,
                                                              .error_hint = verdict.hint,
                                                              .next_scan_at = {},
                                                              .then = store::AfterPublish::go_on}));
    TRY(room_.store.accounts().set_status(ticket_.tenant, ticket_.account, verdict.account_status,
                                          verdict.reason, room_.clock.now()));
    log::info("snapshot published", {{"scan", ticket_.scan.str()},
                                     {"state", std::string(to_string(verdict.state))},
                                     {"resources", std::to_string(snapshot.counts.resources)},
                                     {"added", std::to_string(snapshot.counts.added)},
                                     {"modified", std::to_string(snapshot.counts.modified)},
                                     {"removed", std::to_string(snapshot.counts.removed)}});
    record_.snapshot_id = snapshot.id;
    return finish();
}

// The snapshot is there: its drift comes before the scan's end, so that whoever waits for the end sees
// it. After a crash the next claim goes on from here. Drift that cannot be computed does not fail a scan
// that was read well: the next one compares again.
Result<void> ScanRun::finish() {
    auto drift = update_drift({room_.store, room_.catalogue, room_.events, room_.clock}, ticket_.tenant,
                              ticket_.account);
    if (!drift)
        log::error("drift not compared", {{"scan", ticket_.scan.str()}, {"why", describe(drift.error())}});
    // After the drift, so that it is never in its way; each time, since an earlier look may have been too
    // early.
    if (drift)
        (void)enqueue_attribution(room_.store, ticket_.tenant, ticket_.account, ticket_.scan,
                                  room_.clock.now());
    if (auto noted = update_history({room_.store, room_.catalogue, room_.events, room_.clock}, ticket_.tenant,
                                    ticket_.account);
        !noted)
        log::warn("history of changes not noted",
                  {{"scan", ticket_.scan.str()}, {"why", describe(noted.error())}});
    auto state =
        TRY_DURING("ending the scan", room_.store.scans().finish_published(ticket_, room_.clock.now()));
    (void)room_.store.jobs().complete(job_);
    log::info("scan finished", {{"scan", ticket_.scan.str()}, {"state", std::string(to_string(state))}});
    publish_state(state);
    return {};
}

void ScanRun::expect(const inventory::Plan& plan, const std::vector<model::SliceCoverage>& done) {
    std::scoped_lock lock(mutex_);
    for (const auto& slice : plan.slices) grid_.expect(slice.service, slice.key.scope);
    for (const auto& slice : done) grid_.ended(slice);
}

// Cells of events that are left out are in the next one.
void ScanRun::on_progress(const inventory::Progress& progress) {
    std::vector<ProgressCell> changed;
    {
        std::scoped_lock lock(mutex_);
        if (progress.ended) grid_.ended(*progress.ended);
        progress_ = progress;
        progress_.ended.reset();
        auto now = room_.clock.steady();
        if (now - last_event_ < progress_every) return;
        last_event_ = now;
        changed = grid_.take_changed();
    }
    auto data = to_json(progress);
    data["cells"] = to_json(changed);
    room_.events.publish(ticket_.tenant, "scan:" + ticket_.scan.str(), "progress", std::move(data));
}

void ScanRun::publish_state(model::ScanState state) {
    json::object data{{"scan_id", ticket_.scan.str()},
                      {"account_id", ticket_.account.str()},
                      {"state", model::to_string(state)}};
    if (record_.snapshot_id) data["snapshot_id"] = record_.snapshot_id->str();
    room_.events.publish(ticket_.tenant, "scan:" + ticket_.scan.str(), "state", data);
    room_.events.publish(ticket_.tenant, "account:" + ticket_.account.str(), "scan", std::move(data));
}

}  // namespace patrol::scan

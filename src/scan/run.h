// The story of one scan: claim, connect, plan, run, settle. One object per claimed scan job.
//
// How it ends: with a snapshot (succeeded, or partial where something promised was not read), failed
// or cancelled without one. A stop because the process shuts down leaves what was staged and gives
// the job back: the next claim resumes it. A lost lease leaves everything to the new owner.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>

#include "catalogue/catalogue.h"
#include "inventory/provider.h"
#include "scan/connector.h"
#include "scan/event_hub.h"
#include "scan/progress_grid.h"
#include "store/scan_writer.h"
#include "store/store.h"

namespace patrol::scan {

enum class StopReason { none, cancelled, shutdown, lease_lost };

// What every scan of this process shares.
struct ScanRoom {
    store::Store& store;
    const catalogue::Catalogue& catalogue;
    Connector& connector;
    EventHub& events;
    Clock& clock;
};

class ScanRun {
public:
    ScanRun(ScanRoom& room, store::Job job, ScanId scan);

    // Runs to the end and settles the job. Called once, from the worker's thread.
    void run();
    // From other threads.
    void request_stop(StopReason reason);
    [[nodiscard]] inventory::Progress progress() const;
    [[nodiscard]] std::vector<ProgressCell> progress_cells() const;
    [[nodiscard]] const ScanId& scan_id() const { return ticket_.scan; }
    [[nodiscard]] const store::Job& job() const { return job_; }
    [[nodiscard]] const store::ScanTicket& ticket() const { return ticket_; }

private:
    Result<void> scan();
    Result<std::unique_ptr<inventory::Provider>> connect();
    Result<inventory::Plan> make_plan(inventory::Provider& provider);
    Result<void> read(inventory::Provider& provider, const inventory::Plan& plan, store::ScanWriter& writer);
    Result<void> settle(store::ScanWriter& writer, const std::vector<model::SliceCoverage>& coverage);
    Result<void> finish();
    [[nodiscard]] bool is_read_again(const Error& error) const;
    void fail_scan(const Error& error);
    void end(model::ScanState state, const Error& error);
    void expect(const inventory::Plan& plan, const std::vector<model::SliceCoverage>& done);
    void on_progress(const inventory::Progress& progress);
    void publish_state(model::ScanState state);
    [[nodiscard]] StopReason stop_reason() const { return reason_.load(); }

    ScanRoom& room_;
    store::Job job_;
    store::ScanTicket ticket_;
    model::Scan record_;
    model::CloudAccount account_;
    std::stop_source stop_;
    std::atomic<StopReason> reason_ = StopReason::none;
    mutable std::mutex mutex_;
    inventory::Progress progress_;
    ProgressGrid grid_;
    std::chrono::steady_clock::time_point last_event_{};
};

}  // namespace patrol::scan

// The worker pool: claims jobs (scans, connection trials), keeps their leases, and starts scheduled
// scans. One per process; `wake()` after something was enqueued.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "catalogue/catalogue.h"
#include "inventory/provider.h"
#include "scan/connection_check.h"
#include "scan/connector.h"
#include "scan/event_hub.h"
#include "scan/progress_grid.h"
#include "store/store.h"

namespace patrol::scan {

struct WorkerOptions {
    std::string worker_name;  // stable per installation: its own leases are taken back at start
    int threads = 4;          // scans at once
    // The places beside the server (store/jobs.h) where somebody is there to do what waits: the collectors
    // that come to this process. Each does so many jobs at once, all together so many more.
    std::function<std::vector<std::string>()> places = {};
    std::size_t jobs_per_place = 2;
    std::size_t jobs_elsewhere = 64;
};

class Workers {
public:
    Workers(store::Store& store, const catalogue::Catalogue& catalogue, Connector& connector,
            EventHub& events, Clock& clock, WorkerOptions options);
    ~Workers();

    Result<void> start();
    // Lets running scans finish their current page, gives their leases back.
    void stop();
    void wake();
    // Live progress of a scan that this process runs.
    std::optional<inventory::Progress> progress(const ScanId& scan) const;
    // The same by service and scope; empty where it does not run here.
    std::vector<ProgressCell> progress_cells(const ScanId& scan) const;
    // Stops a running scan of this process; the stored request does it for others.
    void cancel(const ScanId& scan);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patrol::scan

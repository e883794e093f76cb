// Settling before a first baseline: two or three scans minutes apart on an account in which nobody changes
// anything, and what they teach: the paths that move by themselves, and the objects that come and go. What a
// rule or a noise class hides already is not told again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "drift/moving_paths.h"
#include "model/settling.h"
#include "scan/drift_update.h"
#include "store/settlings.h"

namespace patrol::scan {

// The first scan is queued with it, unless the account was scanned within limits::settling_first_age.
// Kind::conflict as store::Settlings::start.
Result<void> start_settling(const DriftRoom& room, const TenantId& tenant, model::Settling settling);

// For the schedule: queues the scans that are due and ends what is complete. How many were queued.
Result<std::size_t> continue_settlings(const DriftRoom& room);

struct ObjectsThatMove {
    std::int64_t added = 0, removed = 0;
};

struct SettlingReport {
    model::Settling settling;
    std::vector<model::Snapshot> snapshots;  // compared so far, oldest first
    Timestamp next_scan_at;                  // unset while one runs and when no more come
    std::vector<drift::MovingPath> moving;
    std::int64_t left_out = 0;                       // beyond limits::moving_paths
    std::map<std::string, ObjectsThatMove> objects;  // by type
};

// State none where the account was never settled.
Result<SettlingReport> settling_report(const DriftRoom& room, const TenantId& tenant,
                                       const AccountId& account);

}  // namespace patrol::scan

// What a snapshot could read: one line per slice. Lines are stored like versions, a row only where
// status, reason or count changed, so the call counts of an unchanged line are those of the scan that
// wrote it. The lines of a scan without snapshot (failed, cancelled) are not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/scan.h"
#include "store/page.h"
#include "store/snapshot_slices.h"
#include "store/words.h"

namespace patrol::store {

class Database;

struct CoverageLine {
    model::SliceCoverage coverage;
    std::int64_t live = 0;                 // resources the snapshot shows for it, the stale ones included
    std::optional<Timestamp> stale_since;  // not complete now: when it last was; unset if never or complete
    Timestamp since;                       // since when it is as it is
};

// How many slices have each status: the coverage summary of a scan.
struct CoverageSummary {
    std::int64_t complete = 0, partial = 0, denied = 0, not_granted = 0, not_enabled = 0;
    std::int64_t throttled = 0, failed = 0, not_read = 0;
    [[nodiscard]] std::int64_t total() const {
        return complete + partial + denied + not_granted + not_enabled + throttled + failed + not_read;
    }
    std::int64_t& operator[](model::SliceStatus status);
};

class Coverage {
public:
    Coverage(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // By service, type and scope. Filter fields: status, service, type, scope, reason,
    // missing_action, count; anything else is Kind::invalid "q".
    Result<Page<CoverageLine>> list(const Viewer& viewer, const SnapshotId& snapshot,
                                    const PageRequest& request);
    Result<CoverageSummary> summary(const Viewer& viewer, const SnapshotId& snapshot);
    // Slices that are not_granted in the newest snapshot and have been asked since `asked_after`: the
    // plan lists them again without asking.
    Result<std::vector<model::SliceKey>> not_granted_since(const TenantId& tenant, const AccountId& account,
                                                           Timestamp asked_after);

private:
    Database& database_;
    const Cursors& cursors_;
    Words words_;
    SnapshotSlices slices_;
};

}  // namespace patrol::store

// What scans saw change, whether anybody reviews drift or not: a line a resource and snapshot that differs
// from the snapshot before it. Written after each scan, in order; kept as long as the snapshots.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/resource.h"
#include "model/rule.h"
#include "store/rule_preview.h"
#include "store/words.h"

namespace patrol::store {

// Two neighbours whose difference is not written yet.
struct HistoryStep {
    SnapshotId from, to;
    std::int64_t seq = 0;  // of `to`
};

struct HistoryLine {
    ResourceId resource;
    model::ChangeOp op = model::ChangeOp::modified;
    std::string region;
    std::string paths;  // one a line; empty: added or removed
    bool paths_cut = false;
};

// What one scan saw change. Where it was more than is kept, previews say so.
struct HistoryPage {
    std::vector<HistoryLine> lines;
    bool cut = false;
};

struct HistoryPreview {
    std::int64_t seen = 0;       // lines of the time that the scope's exact members let through
    std::int64_t changes = 0;    // that the rule reaches as a whole
    std::int64_t partly = 0;     // of which it reaches some paths
    std::int64_t resources = 0;  // of both
    std::set<AccountId> accounts;
    bool at_least = false;  // more changed in the time, or at more paths, than is kept
    Timestamp since;        // the first snapshot of the time that was compared; unset: none was
};

class ChangeHistory {
public:
    explicit ChangeHistory(Database& database) : database_(database) {}

    // The next steps, oldest first, at most `limit`. Where snapshots between were deleted nothing is said.
    Result<std::vector<HistoryStep>> pending(const TenantId& tenant, const AccountId& account,
                                             std::size_t limit);
    // Once for each step; lines of resources that are gone are left out.
    Result<void> write(const TenantId& tenant, const AccountId& account, std::int64_t seq,
                       const HistoryPage& page);
    // What a rule would have reached since a time. It does not know who made a change: a rule by actor
    // class has no such preview.
    Result<HistoryPreview> preview(const Viewer& viewer, const model::RuleScope& scope, Timestamp since,
                                   const std::function<Reach(const SeenChange&)>& reach);

private:
    Database& database_;
    Words words_;
};

// Lines of snapshots before `first_kept`, a batch; false when none is left.
Result<bool> drop_history(Transaction& transaction, std::int64_t account, std::int64_t first_kept,
                          std::int64_t limit);

}  // namespace patrol::store

// What the tables of the inventory share when they read: a snapshot with its account's number, times of
// snapshots, and what a slice says in a snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/scan.h"
#include "store/sql.h"

namespace patrol::store {

struct SnapshotRow {
    std::int64_t account = 0;
    model::Snapshot snapshot;
};
// Kind::not_found also for a snapshot of another tenant or one that was dropped.
Result<SnapshotRow> find_snapshot(Transaction& transaction, const TenantId& tenant, const SnapshotId& id);
// Kept for dropped snapshots too.
Result<Timestamp> snapshot_time(Transaction& transaction, std::int64_t account, std::int64_t seq);

// Of a text with one entry a line (paths that were not covered).
std::vector<std::string> lines_of(std::string_view text);

// Remembers what it looked up; for the life of one transaction.
class SliceLines {
public:
    explicit SliceLines(Transaction& transaction) : transaction_(transaction) {}

    Result<Timestamp> time(std::int64_t account, std::int64_t seq);
    // Whether the slice was read completely for snapshot `seq`. Never covered: no.
    Result<bool> complete(std::int64_t account, std::int64_t slice, std::int64_t seq);
    // The paths that the reading of the slice for snapshot `seq` did not cover: a word, 0 for none.
    Result<std::int64_t> unknown_paths(std::int64_t account, std::int64_t slice, std::int64_t seq);
    // Since when the slice's resources are stale in snapshot `seq`: nullopt where it is complete. A slice
    // that was never complete answers the time of `first_seq`.
    Result<std::optional<Timestamp>> stale_since(std::int64_t account, std::int64_t slice, std::int64_t seq,
                                                 std::int64_t first_seq);

private:
    struct Line {
        bool complete = false;
        std::int64_t last_complete = 0;  // seq; 0 = never
    };
    Result<Line> line(std::int64_t account, std::int64_t slice, std::int64_t seq);

    Transaction& transaction_;
    std::map<std::pair<std::int64_t, std::int64_t>, Timestamp> times_;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, Line> lines_;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::int64_t> unknown_;
};

}  // namespace patrol::store

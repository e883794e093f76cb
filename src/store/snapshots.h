// Snapshots of an account: numbered from 1 without gaps, each with its coverage. A snapshot holds no rows
// of its own: it is a point in the versions of the resources, so two neighbours differ by exactly the
// versions that begin or end between them.
// Errors: Kind::not_found for anything of another tenant; Kind::invalid (field "cursor" or "to").
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/resource.h"
#include "model/scan.h"
#include "store/page.h"
#include "store/snapshot_slices.h"
#include "store/words.h"

namespace patrol::store {

class Database;
class Transaction;

enum class Documents { leave_out, include };

struct DiffRequest {
    SnapshotId from, to;  // of one account, in any order; from newer than to answers the way back
    Documents documents = Documents::leave_out;
    PageRequest page;  // no filter, no sort
};

// What could not be compared is counted beside the changes and never listed as one.
struct DiffCounts {
    std::int64_t added = 0, modified = 0, removed = 0;
    std::int64_t newly_visible = 0;  // appeared in a slice that was not read completely before
    std::int64_t unknown = 0;        // gone since, but its slice was not read completely in `to`
};
struct DiffPage {
    Page<model::SnapshotChange> changes;  // in the order of the resources' first appearance
    DiffCounts counts;                    // of the whole difference, on every page
};

class Snapshots {
public:
    Snapshots(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Newest first, of one account or of all. Filter fields: id, account, state, taken_at, scan.
    Result<Page<model::Snapshot>> list(const Viewer& viewer, const std::optional<AccountId>& account,
                                       const PageRequest& request);
    Result<model::Snapshot> get(const Viewer& viewer, const SnapshotId& id);
    // The newest one of the account, or the newest taken at or before `at`.
    Result<std::optional<model::Snapshot>> newest(const Viewer& viewer, const AccountId& account,
                                                  std::optional<Timestamp> at = {});
    Result<std::optional<model::Snapshot>> of_scan(const Viewer& viewer, const ScanId& scan);

    Result<DiffPage> diff(const Viewer& viewer, const DiffRequest& request);
    // Every change in order, without pages: for the drift room. Stops when `visit` returns false.
    using Visit = std::function<bool(model::SnapshotChange&&)>;
    Result<DiffCounts> each_change(const Viewer& viewer, const SnapshotId& from, const SnapshotId& to,
                                   Documents documents, const Visit& visit);

    // Deletes all snapshots of the account before `first_kept` (never the newest, never the baseline's) with
    // the versions that only they show, in transactions of at most 5,000 versions; what the baseline's
    // overrides name stays. Answers how many versions went.
    Result<std::int64_t> drop_before(const Viewer& viewer, const AccountId& account, std::int64_t first_kept);

private:
    Database& database_;
    const Cursors& cursors_;
    Words words_;
    SnapshotSlices slices_;
};

}  // namespace patrol::store

#include "store/snapshots.h"

#include <array>

#include "filter/filter.h"
#include "store/list_page.h"
#include "store/snapshot_rows.h"

namespace patrol::store {
namespace {

constexpr std::string_view columns =
    "s.id, c.id, s.scan, s.seq, s.taken_at, s.state, s.resources, s.added, s.modified, s.removed, s.stale, "
    "s.slices, "
    "s.slices_done, s.slices_failed, s.calls, w.text, x.text, s.account";
constexpr std::string_view tables =
    "snapshot s JOIN cloud_account c ON c.number = s.account LEFT JOIN word w ON w.id = s.catalogue "
    "LEFT JOIN word x ON x.id = s.canonical";

model::Snapshot read_snapshot(const Statement& row) {
    model::Snapshot snapshot;
    snapshot.id = row.id<SnapshotId>(0);
    snapshot.account = row.id<AccountId>(1);
    snapshot.scan = row.id<ScanId>(2);
    snapshot.seq = row.integer(3);
    snapshot.taken_at = row.time(4);
    snapshot.state = model::parse_scan_state(row.view(5)).value_or(model::ScanState::succeeded);
    snapshot.counts = {.resources = row.integer(6),
                       .added = row.integer(7),
                       .modified = row.integer(8),
                       .removed = row.integer(9),
                       .stale = row.integer(10),
                       .slices = row.integer(11),
                       .slices_done = row.integer(12),
                       .slices_failed = row.integer(13),
                       .calls = row.integer(14)};
    snapshot.catalogue_revision = row.text(15);
    snapshot.canonical_version = row.text(16);
    return snapshot;
}

Failure no_snapshot() { return fail(Error::Kind::not_found, "There is no such snapshot."); }

template <class... Values>
Result<std::optional<SnapshotRow>> one(Transaction& transaction, std::string_view condition,
                                       const Values&... values) {
    auto row =
        TRY(transaction.query(fmt::format("SELECT {} FROM {} WHERE c.tenant = ?1 AND s.dropped = 0 AND {}",
                                          columns, tables, condition),
                              values...));
    if (!TRY(row.step())) return std::nullopt;
    return SnapshotRow{.account = row.integer(17), .snapshot = read_snapshot(row)};
}

}  // namespace

Result<SnapshotRow> find_snapshot(Transaction& transaction, const TenantId& tenant, const SnapshotId& id) {
    auto found = TRY(one(transaction, "s.id = ?2", tenant, id));
    if (!found) return no_snapshot();
    return std::move(*found);
}

Result<Timestamp> snapshot_time(Transaction& transaction, std::int64_t account, std::int64_t seq) {
    return Timestamp{TRY(transaction.integer("SELECT taken_at FROM snapshot WHERE account = ?1 AND seq = ?2",
                                             account, seq))
                         .value_or(0)};
}

Result<Page<model::Snapshot>> Snapshots::list(const Viewer& viewer, const std::optional<AccountId>& account,
                                              const PageRequest& request) {
    static constexpr std::array sorts{SortColumn{"taken_at", "s.taken_at", SortKind::integer}};
    static constexpr std::array fields{FilterField{"id", FieldKind::text, "s.id"},
                                       FilterField{"account", FieldKind::text, "c.id", "c.name"},
                                       FilterField{"scan", FieldKind::text, "s.scan"},
                                       FilterField{"state", FieldKind::text, "s.state"},
                                       FilterField{"resources", FieldKind::integer, "s.resources"},
                                       FilterField{"taken_at", FieldKind::time, "s.taken_at"}};
    static constexpr std::array words{std::string_view("s.id"), std::string_view("c.name")};
    const auto name = account ? "snapshots of " + account->str() : std::string("snapshots");
    ListShape shape{.name = name,
                    .columns = columns,
                    .from = tables,
                    .where = account ? "c.tenant = ?1 AND s.dropped = 0 AND c.id = ?2"
                                     : "c.tenant = ?1 AND s.dropped = 0",
                    .values = {viewer.tenant.str()},
                    .id_column = "s.id",
                    .sorts = sorts,
                    .newest_first = true,
                    .fields = fields,
                    .words = words};
    if (account) shape.values.emplace_back(account->str());
    return list_page<model::Snapshot>(database_, cursors_, viewer, shape, request,
                                      [](Statement& row) { return read_snapshot(row); });
}

Result<model::Snapshot> Snapshots::get(const Viewer& viewer, const SnapshotId& id) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<model::Snapshot> {
        return TRY(find_snapshot(transaction, viewer.tenant, id)).snapshot;
    });
}

Result<std::optional<model::Snapshot>> Snapshots::newest(const Viewer& viewer, const AccountId& account,
                                                         std::optional<Timestamp> at) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::optional<model::Snapshot>> {
        auto found = TRY(one(transaction, "c.id = ?2 AND s.taken_at <= ?3 ORDER BY s.seq DESC LIMIT 1",
                             viewer.tenant, account, at ? at->ms : INT64_MAX));
        if (!found) return std::nullopt;
        return std::move(found->snapshot);
    });
}

Result<std::optional<model::Snapshot>> Snapshots::of_scan(const Viewer& viewer, const ScanId& scan) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::optional<model::Snapshot>> {
        auto found =
            TRY(one(transaction, "s.id = (SELECT snapshot_id FROM scan WHERE id = ?2 AND tenant = ?1)",
                    viewer.tenant, scan));
        if (!found) return std::nullopt;
        return std::move(found->snapshot);
    });
}

}  // namespace patrol::store

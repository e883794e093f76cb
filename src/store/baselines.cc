#include "store/baselines.h"

#include <array>

#include <fmt/core.h>

#include "crypto/random.h"
#include "store/accounts.h"
#include "store/list_page.h"
#include "store/snapshot_rows.h"

namespace patrol::store {
namespace {

constexpr std::string_view columns =
    "b.id, c.id, b.snapshot, b.seq, b.active, b.accepted_by, b.accepted_at, b.note, b.resources, "
    "b.newly_visible, b.unknown, b.hidden, b.overrides, b.evaluated_at";
constexpr std::string_view tables = "baseline b JOIN cloud_account c ON c.number = b.account";

model::Baseline read_baseline(const Statement& row) {
    return {.id = row.id<BaselineId>(0),
            .account = row.id<AccountId>(1),
            .snapshot = row.id<SnapshotId>(2),
            .seq = row.integer(3),
            .active = row.truth(4),
            .accepted_by = row.text(5),
            .accepted_at = row.time(6),
            .note = row.text(7),
            .resources = row.integer(8),
            .newly_visible = row.integer(9),
            .unknown = row.integer(10),
            .hidden = row.integer(11),
            .overrides = row.integer(12),
            .evaluated_at = row.time(13)};
}

// What was open against the old baseline says nothing about the new one.
Result<void> supersede(Transaction& transaction, std::int64_t account, Timestamp now) {
    TRY(transaction.run("DELETE FROM drift_change WHERE account = ?1 AND live = 1 AND hidden = 1", account));
    TRY(transaction.run(
        "UPDATE drift_change SET state = 'superseded', live = 0, unknown_since = 0, snoozed_until = 0 WHERE "
        "account = ?1 AND live = 1",
        account));
    TRY(
        transaction.run("UPDATE change_set SET state = 'superseded', updated_at = ?2, superseded = "
                        "superseded + open + rejected + snoozed, open = 0, rejected = 0, snoozed = 0, "
                        "critical = 0, high = 0, medium = 0, low = 0, info = 0, worst = -1 WHERE account = "
                        "?1 AND state IN ('open', 'rejected')",
                        account, now));
    TRY(transaction.run("DELETE FROM baseline_override WHERE account = ?1", account));
    TRY(transaction.run("DELETE FROM baseline_slice WHERE account = ?1", account));
    TRY(transaction.run("UPDATE baseline SET active = 0 WHERE account = ?1 AND active = 1", account));
    return {};
}

}  // namespace

Result<model::Baseline> Baselines::accept(const Viewer& viewer, const SnapshotId& snapshot,
                                          std::string_view by, std::string_view note, Timestamp now) {
    return database_.write(viewer, [&](Transaction& transaction) -> Result<model::Baseline> {
        const auto found = TRY(find_snapshot(transaction, viewer.tenant, snapshot));
        // The inventory's row is the lock under which an account's baselines are changed and pruned.
        TRY(transaction.integer("SELECT newest_seq FROM inventory WHERE account = ?1 {for_update}",
                                found.account));
        TRY(find_snapshot(transaction, viewer.tenant, snapshot));
        TRY(supersede(transaction, found.account, now));
        model::Baseline made{.id = crypto::new_id<BaselineId>(),
                             .account = found.snapshot.account,
                             .snapshot = snapshot,
                             .seq = found.snapshot.seq,
                             .active = true,
                             .accepted_by = std::string(by),
                             .accepted_at = now,
                             .note = std::string(note),
                             .resources = found.snapshot.counts.resources,
                             .unknown = found.snapshot.counts.stale};
        const auto number =
            TRY(transaction.integer("SELECT MAX(number) FROM baseline WHERE account = ?1", found.account))
                .value_or(0) +
            1;
        TRY(transaction.run(
            "INSERT INTO baseline (account, number, id, snapshot, seq, active, accepted_by, accepted_at, "
            "note, resources, newly_visible, unknown, hidden, overrides, evaluated_seq, evaluated_at, "
            "revision) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, 0, ?10, 0, 0, 0, 0, 1)",
            found.account, number, made.id, snapshot, made.seq, by, now, note, made.resources, made.unknown));
        return made;
    });
}

Result<std::optional<model::Baseline>> Baselines::active(const Viewer& viewer, const AccountId& account) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::optional<model::Baseline>> {
        const auto number = TRY(Accounts::number(transaction, viewer.tenant, account));
        auto row = TRY(transaction.query(
            fmt::format("SELECT {} FROM {} WHERE b.account = ?1 AND b.active = 1", columns, tables), number));
        if (!TRY(row.step())) return std::nullopt;
        return read_baseline(row);
    });
}

Result<Page<model::Baseline>> Baselines::list(const Viewer& viewer, const AccountId& account,
                                              const PageRequest& request) {
    static constexpr std::array sorts{SortColumn{"accepted_at", "b.accepted_at", SortKind::integer}};
    static constexpr std::array fields{FilterField{"id", FieldKind::text, "b.id"},
                                       FilterField{"active", FieldKind::truth, "b.active"},
                                       FilterField{"accepted_by", FieldKind::text, "b.accepted_by"},
                                       FilterField{"accepted_at", FieldKind::time, "b.accepted_at"}};
    static constexpr std::array words{std::string_view("b.accepted_by"), std::string_view("b.note")};
    TRY(database_.read(viewer, [&](Transaction& transaction) {
        return Accounts::number(transaction, viewer.tenant, account);
    }));
    const auto name = "baselines of " + account.str();
    ListShape shape{.name = name,
                    .columns = columns,
                    .from = tables,
                    .where = "c.tenant = ?1 AND c.id = ?2",
                    .values = {viewer.tenant.str(), account.str()},
                    .id_column = "b.id",
                    .sorts = sorts,
                    .newest_first = true,
                    .fields = fields,
                    .words = words};
    return list_page<model::Baseline>(database_, cursors_, viewer, shape, request, read_baseline);
}

Result<std::map<AccountId, Baselines::OpenChanges>> Baselines::open_changes(
    const Viewer& viewer, std::span<const AccountId> accounts) {
    std::map<AccountId, OpenChanges> out;
    if (accounts.empty()) return out;
    std::string places;
    for (std::size_t i = 0; i < accounts.size(); ++i)
        places += fmt::format("{}?{}", i == 0 ? "" : ", ", i + 2);
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::map<AccountId, OpenChanges>> {
        auto rows = TRY(transaction.prepare(fmt::format(
            "SELECT c.id, d.severity, COUNT(*) FROM cloud_account c JOIN drift_change d ON d.account = "
            "c.number WHERE c.tenant = ?1 AND c.id IN ({}) AND d.state = 'open' AND d.hidden = 0 GROUP BY "
            "c.id, d.severity",
            places)));
        rows.bind(1, viewer.tenant);
        for (std::size_t i = 0; i < accounts.size(); ++i) rows.bind(static_cast<int>(i) + 2, accounts[i]);
        while (TRY(rows.step())) out[rows.id<AccountId>(0)].of[rows.integer(1)] = rows.integer(2);
        return out;
    });
}

Result<std::vector<Baselines::Hidden>> Baselines::hidden(const Viewer& viewer, const AccountId& account) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::vector<Hidden>> {
        const auto number = TRY(Accounts::number(transaction, viewer.tenant, account));
        auto rows = TRY(
            transaction.query("SELECT hidden_by, hidden_owner, COUNT(*) FROM drift_change WHERE account = "
                              "?1 AND live = 1 AND hidden = 1 GROUP BY hidden_by, hidden_owner ORDER BY "
                              "COUNT(*) DESC, hidden_by, hidden_owner",
                              number));
        std::vector<Hidden> out;
        while (TRY(rows.step())) out.push_back({rows.text(0), rows.text(1), rows.integer(2)});
        return out;
    });
}

}  // namespace patrol::store

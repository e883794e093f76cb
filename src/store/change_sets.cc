#include "store/change_sets.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "store/list_page.h"

namespace patrol::store {
namespace {

constexpr std::string_view columns =
    "s.id, c.id, c.name, c.customer_id, s.kind, s.state, b.id, s.snapshot, s.deployment, s.added, "
    "s.removed, s.modified, s.open, s.accepted, s.rejected, s.snoozed, s.reverted, s.superseded, "
    "s.critical, s.high, s.medium, s.low, s.info, s.worst, s.created_at, s.updated_at, s.assignee, s.note";
constexpr std::string_view tables =
    "change_set s JOIN cloud_account c ON c.number = s.account LEFT JOIN baseline b ON b.account = "
    "s.account AND b.number = s.baseline";
constexpr std::string_view worst_word =
    "CASE s.worst WHEN 4 THEN 'critical' WHEN 3 THEN 'high' WHEN 2 THEN 'medium' WHEN 1 THEN 'low' WHEN 0 "
    "THEN 'info' ELSE '' END";

constexpr std::array sorts{SortColumn{"created_at", "s.created_at", SortKind::integer},
                           SortColumn{"updated_at", "s.updated_at", SortKind::integer},
                           SortColumn{"severity", "s.worst", SortKind::integer}};
constexpr std::array fields{FilterField{"id", FieldKind::text, "s.id"},
                            FilterField{"account", FieldKind::text, "c.id", "c.name"},
                            FilterField{"customer", FieldKind::text, "c.customer_id",
                                        "(SELECT u.name FROM customer u WHERE u.id = c.customer_id)"},
                            FilterField{"kind", FieldKind::text, "s.kind"},
                            FilterField{"state", FieldKind::text, "s.state"},
                            FilterField{"severity", FieldKind::text, worst_word},
                            FilterField{"deployment", FieldKind::text, "s.deployment"},
                            FilterField{"assignee", FieldKind::text, "s.assignee"},
                            FilterField{"created_at", FieldKind::time, "s.created_at"},
                            FilterField{"updated_at", FieldKind::time, "s.updated_at"}};
constexpr std::array words{std::string_view("s.id"), std::string_view("c.name"), std::string_view("s.note")};

model::ChangeSet read_set(const Statement& row) {
    model::ChangeSet set{
        .id = row.id<ChangeSetId>(0),
        .account = row.id<AccountId>(1),
        .account_name = row.text(2),
        .customer = row.optional_id<CustomerId>(3),
        .kind = model::parse_change_set_kind(row.view(4)).value_or(model::ChangeSetKind::unexplained),
        .state = model::parse_change_set_state(row.view(5)).value_or(model::ChangeSetState::open),
        .baseline = row.id<BaselineId>(6),
        .snapshot = row.id<SnapshotId>(7),
        .deployment = row.optional_id<DeploymentId>(8)};
    set.counts = {.added = row.integer(9),
                  .removed = row.integer(10),
                  .modified = row.integer(11),
                  .open = row.integer(12),
                  .accepted = row.integer(13),
                  .rejected = row.integer(14),
                  .snoozed = row.integer(15),
                  .reverted = row.integer(16),
                  .superseded = row.integer(17),
                  .critical = row.integer(18),
                  .high = row.integer(19),
                  .medium = row.integer(20),
                  .low = row.integer(21),
                  .info = row.integer(22)};
    if (row.integer(23) >= 0) set.worst = static_cast<model::Severity>(row.integer(23));
    set.created_at = row.time(24);
    set.updated_at = row.time(25);
    set.assignee = row.text(26);
    set.note = row.text(27);
    return set;
}

Result<model::ChangeSet> select(Transaction& transaction, const TenantId& tenant, const ChangeSetId& set) {
    auto row = TRY(transaction.query(
        fmt::format("SELECT {} FROM {} WHERE s.id = ?2 AND c.tenant = ?1", columns, tables), tenant, set));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such change set.");
    return read_set(row);
}

}  // namespace

Result<Page<model::ChangeSet>> ChangeSets::list(const Viewer& viewer, const PageRequest& request) {
    const ListShape shape{.name = "change sets",
                          .columns = columns,
                          .from = tables,
                          .where = "c.tenant = ?1",
                          .values = {viewer.tenant.str()},
                          .id_column = "s.id",
                          .sorts = sorts,
                          .newest_first = true,
                          .fields = fields,
                          .words = words};
    return list_page<model::ChangeSet>(database_, cursors_, viewer, shape, request, read_set);
}

Result<model::ChangeSet> ChangeSets::get(const Viewer& viewer, const ChangeSetId& set) {
    return database_.read(viewer,
                          [&](Transaction& transaction) { return select(transaction, viewer.tenant, set); });
}

Result<std::vector<OwnedChanges>> ChangeSets::owned(const Viewer& viewer, const ChangeSetId& set) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::vector<OwnedChanges>> {
        std::map<std::array<std::string, 3>, OwnedChanges> by_owner;
        auto rows = TRY(transaction.query(
            "SELECT m.hidden_owner, m.type, m.op, m.native_id, m.members, m.region FROM (SELECT "
            "d.hidden_owner, d.type, d.op, d.native_id, d.region, "
            "COUNT(*) OVER (PARTITION BY d.hidden_owner, d.type, d.region, d.op) AS members, "
            "ROW_NUMBER() OVER (PARTITION BY d.hidden_owner, d.type, d.region, d.op ORDER BY d.native_id) AS "
            "place FROM drift_change d WHERE d.live = 1 AND d.hidden = 1 AND d.hidden_owner <> '' AND "
            "d.account IN (SELECT s.account FROM change_set s JOIN cloud_account c ON c.number = s.account "
            "WHERE s.id = ?2 AND c.tenant = ?1 AND s.kind = 'unexplained' AND s.state = 'open')) m WHERE "
            "m.place <= ?3 ORDER BY m.hidden_owner, m.type, m.region, m.op, m.place",
            viewer.tenant, set, OwnedChanges::members_shown));
        while (TRY(rows.step())) {
            auto owner = rows.text(0);
            auto& one = by_owner[{owner, rows.text(1), rows.text(5)}];
            const auto bar = owner.find('|');
            one.owner_type = owner.substr(0, bar);
            if (bar != std::string::npos) one.owner_id = owner.substr(bar + 1);
            one.type = rows.text(1);
            one.region = rows.text(5);
            const auto op = model::parse_change_op(rows.view(2)).value_or(model::ChangeOp::modified);
            (op == model::ChangeOp::added     ? one.added
             : op == model::ChangeOp::removed ? one.removed
                                              : one.modified) = rows.integer(4);
            if (op == model::ChangeOp::added) one.first_added.push_back(rows.text(3));
            if (op == model::ChangeOp::removed) one.first_removed.push_back(rows.text(3));
        }
        std::vector<OwnedChanges> out;
        out.reserve(by_owner.size());
        for (auto& [key, one] : by_owner) out.push_back(std::move(one));
        std::ranges::sort(out, {}, [](const auto& one) {
            return std::tuple(-(one.added + one.removed + one.modified), one.owner_type, one.owner_id,
                              one.type, one.region);
        });
        if (out.size() > owners_max) out.resize(owners_max);
        return out;
    });
}

Result<model::ChangeSet> ChangeSets::update(const Viewer& viewer, const ChangeSetId& set, const Edit& edit) {
    return database_.write(viewer, [&](Transaction& transaction) -> Result<model::ChangeSet> {
        TRY(select(transaction, viewer.tenant, set));
        if (edit.assignee)
            TRY(transaction.run("UPDATE change_set SET assignee = ?2 WHERE id = ?1", set, *edit.assignee));
        if (edit.note) TRY(transaction.run("UPDATE change_set SET note = ?2 WHERE id = ?1", set, *edit.note));
        return select(transaction, viewer.tenant, set);
    });
}

}  // namespace patrol::store

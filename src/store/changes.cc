#include "store/changes.h"

#include <array>
#include <set>

#include <fmt/core.h>

#include "store/accounts.h"
#include "store/actor_column.h"
#include "store/change_rows.h"
#include "store/drift_rows.h"
#include "store/list_page.h"

namespace patrol::store {
namespace {

constexpr std::array change_sorts{SortColumn{"severity", "d.severity", SortKind::integer},
                                  SortColumn{"first_seen", "d.first_seen", SortKind::integer},
                                  SortColumn{"type", "d.type"}};
constexpr std::string_view severity_word =
    "CASE d.severity WHEN 4 THEN 'critical' WHEN 3 THEN 'high' WHEN 2 THEN 'medium' WHEN 1 THEN 'low' ELSE "
    "'info' END";
constexpr std::array change_fields{FilterField{"id", FieldKind::text, "d.id"},
                                   FilterField{"state", FieldKind::text, "d.state"},
                                   FilterField{"severity", FieldKind::text, severity_word},
                                   FilterField{"severity_rank", FieldKind::integer, "d.severity"},
                                   FilterField{"op", FieldKind::text, "d.op"},
                                   FilterField{"category", FieldKind::text, "d.category"},
                                   FilterField{"type", FieldKind::text, "d.type"},
                                   FilterField{"region", FieldKind::text, "d.region"},
                                   FilterField{"account", FieldKind::text, "c.id", "c.name"},
                                   FilterField{"customer", FieldKind::text, "c.customer_id",
                                               "(SELECT u.name FROM customer u WHERE u.id = c.customer_id)"},
                                   FilterField{"set", FieldKind::text, "s.id"},
                                   FilterField{"kind", FieldKind::text, "s.kind"},
                                   FilterField{"path", FieldKind::text, "d.path_names"},
                                   FilterField{"actor", FieldKind::text, "d.actor_name"},
                                   FilterField{"actor_class", FieldKind::text, "d.actor_class"},
                                   FilterField{"resource", FieldKind::text, "d.resource"},
                                   FilterField{"native_id", FieldKind::text, "d.native_id"},
                                   FilterField{"name", FieldKind::text, "d.name"},
                                   FilterField{"assignee", FieldKind::text, "d.assignee"},
                                   FilterField{"first_seen", FieldKind::time, "d.first_seen"}};
constexpr std::array change_words{std::string_view("d.native_id"), std::string_view("d.name"),
                                  std::string_view("d.arn"),       std::string_view("d.type"),
                                  std::string_view("d.why"),       std::string_view("d.path_names")};

}  // namespace

Result<Page<model::Change>> Changes::list(const TenantId& tenant, const std::optional<ChangeSetId>& set,
                                          const PageRequest& request) {
    ListShape shape{.name = "changes",
                    .columns = change_columns,
                    .from = change_tables,
                    .where = "c.tenant = ?1 AND d.hidden = 0",
                    .values = {tenant.str()},
                    .id_column = "d.id",
                    .sorts = change_sorts,
                    .newest_first = true,
                    .fields = change_fields,
                    .words = change_words};
    if (!set) return list_page<model::Change>(database_, cursors_, tenant, shape, request, read_change);
    const auto name = "changes of " + set->str();
    shape.name = name;
    return database_.read([&](Transaction& transaction) -> Result<Page<model::Change>> {
        // The set's own key first, so that a page of a large set walks its index.
        std::int64_t account = 0, number = 0;
        {
            auto row =
                TRY(transaction.query("SELECT s.account, s.number FROM change_set s JOIN cloud_account c ON "
                                      "c.number = s.account WHERE s.id = ?2 AND c.tenant = ?1",
                                      tenant, *set));
            if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such change set.");
            account = row.integer(0);
            number = row.integer(1);
        }
        shape.where = "c.tenant = ?1 AND d.account = ?2 AND d.change_set = ?3";
        shape.values.emplace_back(account);
        shape.values.emplace_back(number);
        Page<model::Change> page;
        auto rows =
            TRY(list_rows(transaction, cursors_, tenant, shape, request, [&](Statement& row) -> Result<void> {
                page.items.push_back(TRY(read_change(row)));
                return {};
            }));
        page.next_cursor = std::move(rows.next_cursor);
        page.total = rows.total;
        return page;
    });
}

Result<model::Change> Changes::get(const TenantId& tenant, const ChangeId& change) {
    return database_.read([&](Transaction& transaction) -> Result<model::Change> {
        return change_at(transaction, TRY(find_change(transaction, tenant, change)));
    });
}

Result<model::Change> Changes::update(const TenantId& tenant, const ChangeId& change, const Edit& edit) {
    return database_.write([&](Transaction& transaction) -> Result<model::Change> {
        const auto key = TRY(find_change(transaction, tenant, change));
        if (edit.assignee)
            TRY(transaction.run("UPDATE drift_change SET assignee = ?3 WHERE account = ?1 AND number = ?2",
                                key.account, key.number, *edit.assignee));
        if (edit.note)
            TRY(transaction.run("UPDATE drift_change SET note = ?3 WHERE account = ?1 AND number = ?2",
                                key.account, key.number, *edit.note));
        return change_at(transaction, key);
    });
}

Result<void> Changes::set_actor(const TenantId& tenant, const ChangeId& change, const model::Actor& actor) {
    return database_.write([&](Transaction& transaction) -> Result<void> {
        const bool found = actor.certainty != model::ActorCertainty::not_found;
        TRY(transaction.run(
            "UPDATE drift_change SET actor = ?3, actor_name = ?4, actor_class = ?5 WHERE id = ?2 AND "
            "account IN (SELECT number FROM cloud_account WHERE tenant = ?1)",
            tenant, change, actor_text(actor), actor.name,
            found ? model::to_string(actor.kind) : std::string_view()));
        return {};
    });
}

Result<std::int64_t> Changes::move_to_deployment(const TenantId& tenant, std::span<const ChangeId> changes,
                                                 const DeploymentId& deployment, Timestamp now) {
    std::int64_t moved = 0;
    for (const auto& change : changes)
        moved += TRY(database_.write([&](Transaction& transaction) -> Result<std::int64_t> {
            const auto key = TRY(find_change(transaction, tenant, change));
            const auto lock = TRY(lock_drift(transaction, key.account));
            if (!lock) return 0;
            const auto snapshot = TRY(transaction.text(
                "SELECT snapshot FROM change_set WHERE account = ?1 AND number = ?2", key.account, key.set));
            const auto set = TRY(open_deployment_set(transaction, key.account, lock->baseline,
                                                     SnapshotId(snapshot.value_or("")), deployment, now));
            if (set == key.set) return 0;
            const auto changed =
                TRY(transaction.run("UPDATE drift_change SET change_set = ?3 WHERE account = ?1 AND "
                                    "number = ?2 AND state = 'open' AND hidden = 0",
                                    key.account, key.number, set));
            TRY(recount_set(transaction, key.account, key.set, now));
            TRY(recount_set(transaction, key.account, set, now));
            return changed;
        }));
    return moved;
}

Result<void> Changes::each_live(const TenantId& tenant, const std::optional<AccountId>& account,
                                const Visit& visit) {
    return database_.read([&](Transaction& transaction) -> Result<void> {
        auto rows = TRY(transaction.prepare(
            fmt::format(
                "SELECT {}, (SELECT MAX(n.taken_at) FROM snapshot n WHERE n.account = d.account AND "
                "n.taken_at "
                "< d.first_seen) FROM {} WHERE c.tenant = ?1 AND d.live = 1 AND (?2 = '' OR c.id = ?2) ORDER "
                "BY d.account, d.number",
                change_columns, change_tables),
            Fetch::one_by_one));
        rows.bind_all(tenant, account ? account->str() : std::string());
        while (TRY(rows.step())) {
            Judged judged{.change = TRY(read_change(rows)),
                          .account = rows.integer(29),
                          .number = rows.integer(30),
                          .hidden_by = rows.text(31),
                          .seen_after = rows.time(32)};
            if (!visit(std::move(judged))) break;
        }
        return {};
    });
}

}  // namespace patrol::store

#include "store/changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/core.h>

#include "model/scan.h"
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

// A value's key is the number of the snapshot that first showed it; one that is gone has none.
constexpr std::string_view value_at =
    "COALESCE((SELECT v.taken_at FROM snapshot v WHERE v.account = d.account AND v.seq = d.value_key AND "
    "d.value_key > 0), d.first_seen)";
static_assert(static_cast<int>(model::SliceStatus::complete) == 0);
// The last reading before it that was complete where the resource is.
constexpr std::string_view seen_after =
    "COALESCE((SELECT n.taken_at FROM snapshot n WHERE n.account = d.account AND n.seq < CASE WHEN "
    "d.value_key > 0 THEN d.value_key ELSE (SELECT MIN(m.seq) FROM snapshot m WHERE m.account = d.account "
    "AND "
    "m.taken_at >= d.first_seen) END AND EXISTS (SELECT 1 FROM coverage k WHERE k.account = d.account AND "
    "k.slice = d.slice AND k.first <= n.seq AND k.last >= n.seq AND k.status = 0) ORDER BY n.seq DESC LIMIT "
    "1), 0)";

// Deciders wait for the lock that each transaction takes.
constexpr std::size_t moved_at_once = 200;

// Open and snoozed changes on their way into another set, in one transaction.
class Moving {
public:
    Moving(Transaction& transaction, const std::optional<DeploymentId>& deployment, Timestamp now)
        : transaction_(transaction), deployment_(deployment), now_(now) {}

    Result<void> take(const TenantId& tenant, const ChangeId& change) {
        const auto key = find_change(transaction_, tenant, change);
        if (!key && key.error().kind == Error::Kind::not_found) return {};  // gone meanwhile
        if (!key) return Failure(key.error());
        if (key->set == 0) return {};
        const auto set = TRY(target(key->account, key->set));
        if (set == 0 || set == key->set) return {};
        const auto changed =
            TRY(transaction_.run("UPDATE drift_change SET change_set = ?3 WHERE account = ?1 AND "
                                 "number = ?2 AND state IN ('open', 'snoozed') AND hidden = 0",
                                 key->account, key->number, set));
        moved_ += changed;
        touched_.insert({key->account, key->set});
        touched_.insert({key->account, set});
        return {};
    }
    Result<std::int64_t> finish() {
        for (const auto& [account, set] : touched_) TRY(recount_set(transaction_, account, set, now_));
        return moved_;
    }

private:
    // The set that changes of the account move to; 0 where it has no active baseline.
    Result<std::int64_t> target(std::int64_t account, std::int64_t from) {
        const auto known = targets_.find(account);
        if (known != targets_.end()) return known->second;
        const auto lock = TRY(lock_drift(transaction_, account));
        std::int64_t set = 0;
        if (lock) {
            const auto text = TRY(transaction_.text(
                "SELECT snapshot FROM change_set WHERE account = ?1 AND number = ?2", account, from));
            const SnapshotId snapshot(text.value_or(""));
            set = deployment_
                      ? TRY(open_deployment_set(transaction_, account, lock->baseline, snapshot, *deployment_,
                                                now_))
                      : TRY(open_unexplained_set(transaction_, account, lock->baseline, snapshot, now_));
        }
        targets_.emplace(account, set);
        return set;
    }

    Transaction& transaction_;
    const std::optional<DeploymentId>& deployment_;
    Timestamp now_;
    std::map<std::int64_t, std::int64_t> targets_;
    std::set<std::pair<std::int64_t, std::int64_t>> touched_;
    std::int64_t moved_ = 0;
};

}  // namespace

Result<Page<model::Change>> Changes::list(const Viewer& viewer, const std::optional<ChangeSetId>& set,
                                          const PageRequest& request) {
    ListShape shape{.name = "changes",
                    .columns = change_columns,
                    .from = change_tables,
                    .where = "c.tenant = ?1 AND d.hidden = 0",
                    .values = {viewer.tenant.str()},
                    .id_column = "d.id",
                    .sorts = change_sorts,
                    .newest_first = true,
                    .fields = change_fields,
                    .words = change_words};
    if (!set) return list_page<model::Change>(database_, cursors_, viewer, shape, request, read_change);
    const auto name = "changes of " + set->str();
    shape.name = name;
    return database_.read(viewer, [&](Transaction& transaction) -> Result<Page<model::Change>> {
        // The set's own key first, so that a page of a large set walks its index.
        std::int64_t account = 0, number = 0;
        {
            auto row =
                TRY(transaction.query("SELECT s.account, s.number FROM change_set s JOIN cloud_account c ON "
                                      "c.number = s.account WHERE s.id = ?2 AND c.tenant = ?1",
                                      viewer.tenant, *set));
            if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such change set.");
            account = row.integer(0);
            number = row.integer(1);
        }
        shape.where = "c.tenant = ?1 AND d.account = ?2 AND d.change_set = ?3";
        shape.values.emplace_back(account);
        shape.values.emplace_back(number);
        Page<model::Change> page;
        auto rows = TRY(list_rows(transaction, cursors_, viewer.tenant, shape, request,
                                  [&](Statement& row) -> Result<void> {
                                      page.items.push_back(TRY(read_change(row)));
                                      return {};
                                  }));
        page.next_cursor = std::move(rows.next_cursor);
        page.total = rows.total;
        return page;
    });
}

Result<model::Change> Changes::get(const Viewer& viewer, const ChangeId& change) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<model::Change> {
        return change_at(transaction, TRY(find_change(transaction, viewer.tenant, change)));
    });
}

Result<model::Change> Changes::update(const Viewer& viewer, const ChangeId& change, const Edit& edit) {
    return database_.write(viewer, [&](Transaction& transaction) -> Result<model::Change> {
        const auto key = TRY(find_change(transaction, viewer.tenant, change));
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
    return database_.write(tenant, [&](Transaction& transaction) -> Result<void> {
        const bool found = actor.certainty != model::ActorCertainty::not_found;
        TRY(transaction.run(
            "UPDATE drift_change SET actor = ?3, actor_name = ?4, actor_class = ?5 WHERE id = ?2 AND "
            "account IN (SELECT number FROM cloud_account WHERE tenant = ?1)",
            tenant, change, actor_text(actor), actor.name,
            found ? model::to_string(actor.kind) : std::string_view()));
        return {};
    });
}

Result<std::int64_t> Changes::move(const TenantId& tenant, std::span<const ChangeId> changes,
                                   const std::optional<DeploymentId>& deployment, Timestamp now) {
    std::int64_t moved = 0;
    for (std::size_t from = 0; from < changes.size(); from += moved_at_once) {
        const auto batch = changes.subspan(from, std::min(moved_at_once, changes.size() - from));
        moved += TRY(database_.write(tenant, [&](Transaction& transaction) -> Result<std::int64_t> {
            Moving moving(transaction, deployment, now);
            for (const auto& change : batch) TRY(moving.take(tenant, change));
            return moving.finish();
        }));
    }
    return moved;
}

Result<std::int64_t> Changes::move_to_deployment(const TenantId& tenant, std::span<const ChangeId> changes,
                                                 const DeploymentId& deployment, Timestamp now) {
    return move(tenant, changes, deployment, now);
}

Result<std::int64_t> Changes::move_to_unexplained(const TenantId& tenant, std::span<const ChangeId> changes,
                                                  Timestamp now) {
    return move(tenant, changes, std::nullopt, now);
}

Result<void> Changes::each_live(const TenantId& tenant, const std::optional<AccountId>& account,
                                const Visit& visit) {
    return database_.read(tenant, [&](Transaction& transaction) -> Result<void> {
        auto rows = TRY(transaction.prepare(
            fmt::format(
                "SELECT {}, {}, {} FROM {} WHERE c.tenant = ?1 AND d.live = 1 AND (?2 = '' OR c.id = ?2) "
                "ORDER BY d.account, d.number",
                change_columns, value_at, seen_after, change_tables),
            Fetch::one_by_one));
        rows.bind_all(tenant, account ? account->str() : std::string());
        while (TRY(rows.step())) {
            Judged judged{.change = TRY(read_change(rows)),
                          .account = rows.integer(29),
                          .number = rows.integer(30),
                          .hidden_by = rows.text(31),
                          .value_at = rows.time(32),
                          .seen_after = rows.time(33)};
            if (!visit(std::move(judged))) break;
        }
        return {};
    });
}

}  // namespace patrol::store

#include "store/today_drift.h"

#include <vector>

#include <fmt/core.h>

#include "base/limits.h"
#include "store/change_rows.h"

namespace patrol::store {

namespace {

using model::TodayItem;
using model::TodayKind;

struct Group {
    std::string cause, actor_class;
    std::int64_t changes = 0, accounts = 0, account = 0;
    model::Severity severity = model::Severity::info;
    Timestamp since;
};

struct Groups {
    std::vector<Group> worst;  // then the oldest first
    std::int64_t more = 0;
};

Result<Groups> groups_of(Transaction& tx, const TenantId& tenant, const TodayFilter& filter) {
    const auto customer = filter.customer ? filter.customer->str() : std::string();
    auto row =
        TRY(tx.query("SELECT d.cause, d.actor_class, COUNT(*), COUNT(DISTINCT d.account), MIN(d.account), "
                     "MAX(d.severity), "
                     "MIN(d.first_seen) FROM cloud_account a JOIN change_set s ON s.account = a.number AND "
                     "s.state = 'open' AND "
                     "s.kind = 'unexplained' JOIN drift_change d ON d.account = s.account AND d.change_set = "
                     "s.number WHERE "
                     "a.tenant = ?1 AND d.state = 'open' AND d.hidden = 0 AND d.severity >= ?2 AND (?3 = '' "
                     "OR a.customer_id = ?3) "
                     "GROUP BY d.cause, d.actor_class ORDER BY MAX(d.severity) DESC, MIN(d.first_seen), "
                     "d.cause, d.actor_class",
                     tenant, static_cast<int>(filter.min_severity), customer));
    Groups groups;
    while (TRY(row.step())) {
        if (groups.worst.size() == limits::today_items) {
            ++groups.more;
            continue;
        }
        groups.worst.push_back({.cause = row.text(0),
                                .actor_class = row.text(1),
                                .changes = row.integer(2),
                                .accounts = row.integer(3),
                                .account = row.integer(4),
                                .severity = static_cast<model::Severity>(row.integer(5)),
                                .since = row.time(6)});
    }
    return groups;
}

std::string detail_of(const Group& group, std::string_view resource, std::string_view actor) {
    if (group.accounts > 1) return fmt::format("{} changes in {} accounts.", group.changes, group.accounts);
    auto detail = group.changes > 1 ? fmt::format("{} and {} more", resource, group.changes - 1)
                                    : std::string(resource);
    if (!actor.empty()) detail += fmt::format(", by {}", actor);
    return detail + ".";
}

// One of its changes tells what the group is about.
Result<TodayItem> item_of(Transaction& tx, const TenantId& tenant, const Group& group) {
    TodayItem item{.kind = group.accounts > 1 ? TodayKind::drift_group : TodayKind::drift,
                   .severity = group.severity,
                   .since = group.since,
                   .count = group.changes,
                   .accounts = group.accounts};
    auto row =
        TRY(tx.query("SELECT d.why, d.type, d.op, CASE WHEN d.name <> '' THEN d.name ELSE d.native_id END, "
                     "d.actor_name, s.id, "
                     "a.id, a.name, a.customer_id, COALESCE(u.name, '') FROM drift_change d JOIN "
                     "cloud_account a ON a.number = "
                     "d.account JOIN change_set s ON s.account = d.account AND s.number = d.change_set AND "
                     "s.kind = 'unexplained' "
                     "LEFT JOIN customer u ON u.id "
                     "= a.customer_id WHERE a.tenant = ?1 AND d.account = ?2 AND d.cause = ?3 AND "
                     "d.actor_class = ?4 AND d.state = "
                     "'open' AND d.hidden = 0 ORDER BY d.severity DESC, d.first_seen, d.number LIMIT 1",
                     tenant, group.account, group.cause, group.actor_class));
    if (!TRY(row.step())) return item;
    item.title = row.view(0).empty() ? fmt::format("{} {}", row.view(1), row.view(2)) : row.text(0);
    item.detail = detail_of(group, row.view(3), row.view(4));
    item.subject = group.accounts > 1 ? group_key(group.cause, group.actor_class) : row.text(5);
    if (group.accounts > 1) return item;
    item.account = row.id<AccountId>(6);
    item.account_name = row.text(7);
    item.customer = row.optional_id<CustomerId>(8);
    item.customer_name = row.text(9);
    return item;
}

}  // namespace

const std::string_view has_open_drift =
    "EXISTS (SELECT 1 FROM change_set s JOIN drift_change d ON d.account = s.account AND d.change_set = "
    "s.number "
    "WHERE s.account = a.number AND s.state = 'open' AND s.kind = 'unexplained' AND d.state = 'open' AND "
    "d.hidden = 0)";

Result<std::int64_t> read_drift(Transaction& tx, const TenantId& tenant, const TodayFilter& filter,
                                model::Today& today) {
    const auto groups = TRY(groups_of(tx, tenant, filter));
    for (const auto& group : groups.worst) today.items.push_back(TRY(item_of(tx, tenant, group)));
    return groups.more;
}

}  // namespace patrol::store

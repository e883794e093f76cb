#include "store/drift_groups.h"

#include <array>

#include <fmt/core.h>

#include "store/change_rows.h"
#include "store/filter_sql.h"
#include "store/resource_rows.h"

namespace patrol::store {
namespace {

constexpr std::array fields{
    FilterField{"type", FieldKind::text, "d.type"},
    FilterField{"op", FieldKind::text, "d.op"},
    FilterField{"category", FieldKind::text, "d.category"},
    FilterField{"region", FieldKind::text, "d.region"},
    FilterField{"account", FieldKind::text, "c.id", "c.name"},
    FilterField{"customer", FieldKind::text, "c.customer_id"},
    FilterField{"actor_class", FieldKind::text, "d.actor_class"},
    FilterField{
        "severity", FieldKind::text,
        "CASE d.severity WHEN 4 THEN 'critical' WHEN 3 THEN 'high' WHEN 2 THEN 'medium' WHEN 1 THEN 'low' "
        "ELSE 'info' END"}};
constexpr std::array words{std::string_view("d.type"), std::string_view("d.name"),
                           std::string_view("d.path_names")};

struct Row {
    std::string cause, actor_class;
    std::int64_t changes = 0, accounts = 0, customers = 0, severity = 0, account = 0;
    Timestamp since;
};

Row read_row(const Statement& row) {
    return {.cause = row.text(0),
            .actor_class = row.text(1),
            .changes = row.integer(2),
            .accounts = row.integer(3),
            .customers = row.integer(4),
            .severity = row.integer(5),
            .account = row.integer(7),
            .since = row.time(6)};
}

Result<DriftGroup> group_of(Transaction& transaction, const TenantId& tenant, const Row& row) {
    DriftGroup group{.key = group_key(row.cause, row.actor_class),
                     .severity = static_cast<model::Severity>(row.severity),
                     .changes = row.changes,
                     .accounts = row.accounts,
                     .customers = row.customers,
                     .since = row.since};
    ChangeKey first;
    {
        auto rows =
            TRY(transaction.query("SELECT d.id, d.account, d.number FROM drift_change d JOIN cloud_account "
                                  "c ON c.number = d.account WHERE c.tenant = ?1 AND d.cause = ?2 AND "
                                  "d.actor_class = ?3 AND d.state = 'open' AND d.hidden = 0 ORDER BY "
                                  "d.first_seen, d.account, d.number LIMIT ?4",
                                  tenant, row.cause, row.actor_class, DriftGroups::ids_max));
        while (TRY(rows.step())) {
            if (group.ids.empty()) first = {.account = rows.integer(1), .number = rows.integer(2)};
            group.ids.push_back(rows.id<ChangeId>(0));
        }
    }
    group.example = TRY(change_at(transaction, first));
    return group;
}

}  // namespace

Result<Page<DriftGroup>> DriftGroups::list(const Viewer& viewer, const PageRequest& request) {
    const auto limit = TRY(page_limit(request));
    if (!request.sort.empty())
        return invalid("sort", "Groups have one order: the worst first, then the largest.");
    const auto list =
        "drift groups|" + (request.filter != nullptr ? filter::to_text(*request.filter) : std::string());
    std::size_t skip = 0;
    if (!request.cursor.empty())
        skip = static_cast<std::size_t>(to_number(TRY(cursors_.open(viewer.tenant, list, request.cursor))));
    return database_.read(viewer, [&](Transaction& transaction) -> Result<Page<DriftGroup>> {
        auto filter = TRY(filter_sql(request.filter, fields, words, transaction.dialect(), 2));
        auto rows = TRY(transaction.prepare(fmt::format(
            "SELECT d.cause, d.actor_class, COUNT(*), COUNT(DISTINCT d.account), COUNT(DISTINCT "
            "c.customer_id), MAX(d.severity), MIN(d.first_seen), MIN(d.account) FROM drift_change d JOIN "
            "cloud_account c ON c.number = d.account WHERE c.tenant = ?1 AND d.state = 'open' AND d.hidden "
            "= 0 AND {} GROUP BY d.cause, d.actor_class ORDER BY MAX(d.severity) DESC, COUNT(*) DESC, "
            "d.cause, d.actor_class",
            filter.text)));
        rows.bind(1, viewer.tenant);
        bind_values(rows, 2, filter.values);
        Page<DriftGroup> page;
        std::vector<Row> shown;
        for (; TRY(rows.step()); ++page.total)
            if (page.total >= static_cast<std::int64_t>(skip) && shown.size() < limit)
                shown.push_back(read_row(rows));
        for (const auto& row : shown) page.items.push_back(TRY(group_of(transaction, viewer.tenant, row)));
        if (static_cast<std::int64_t>(skip + shown.size()) < page.total)
            page.next_cursor = cursors_.seal(viewer.tenant, list, std::to_string(skip + shown.size()));
        return page;
    });
}

}  // namespace patrol::store

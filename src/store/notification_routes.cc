#include "store/notification_routes.h"

#include <algorithm>
#include <array>

#include "crypto/random.h"
#include "store/json_columns.h"
#include "store/list_page.h"
#include "store/outbox.h"

namespace patrol::store {

namespace {

using model::NotificationRoute;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

constexpr std::string_view channel_name =
    "(SELECT c.name FROM notification_channel c WHERE c.id = r.channel)";
constexpr std::string_view route_columns =
    "r.id, r.channel, (SELECT c.name FROM notification_channel c WHERE c.id = r.channel), r.kinds, "
    "r.min_severity, "
    "r.customer, r.digest_hour, r.enabled, r.created_at, r.updated_at, r.revision";

constexpr std::array route_sorts{SortColumn{"created_at", "r.created_at", SortKind::integer}};
constexpr std::array route_fields{FilterField{"id", FieldKind::text, "r.id"},
                                  FilterField{"channel", FieldKind::text, "r.channel", channel_name},
                                  FilterField{"customer", FieldKind::text, "COALESCE(r.customer, '')"},
                                  FilterField{"enabled", FieldKind::truth, "r.enabled"}};
constexpr std::array<std::string_view, 1> route_words{channel_name};

std::string kinds_text(const std::vector<model::NoticeKind>& kinds) {
    std::vector<std::string> names;
    names.reserve(kinds.size());
    for (const auto kind : kinds) names.emplace_back(model::to_string(kind));
    return strings_text(names);
}

Result<NotificationRoute> read_route(const Statement& row) {
    NotificationRoute route{.id = row.id<RouteId>(0),
                            .channel = row.id<ChannelId>(1),
                            .channel_name = row.text(2),
                            .min_severity = static_cast<model::Severity>(row.integer(4)),
                            .customer = row.optional_id<CustomerId>(5),
                            .digest_hour = static_cast<int>(row.integer(6)),
                            .enabled = row.truth(7),
                            .created_at = row.time(8),
                            .updated_at = row.time(9),
                            .revision = row.integer(10)};
    for (const auto& name : TRY(parse_strings(row.view(3))))
        if (const auto kind = model::parse_notice_kind(name)) route.kinds.push_back(*kind);
    return route;
}

Failure no_route() { return fail(Error::Kind::not_found, "There is no such notification route."); }

Result<NotificationRoute> select(Transaction& tx, const TenantId& tenant, const RouteId& route) {
    static const std::string sql = "SELECT " + std::string(route_columns) +
                                   " FROM notification_route r WHERE r.tenant = ?1 AND r.id = ?2";
    auto row = TRY(tx.query(sql, tenant, route));
    if (!TRY(row.step())) return no_route();
    return read_route(row);
}

Result<void> check_references(Transaction& tx, const TenantId& tenant, const NotificationRoute& route) {
    const auto channel = TRY(tx.integer("SELECT 1 FROM notification_channel WHERE tenant = ?1 AND id = ?2",
                                        tenant, route.channel));
    if (!channel) return invalid("channel_id", "There is no such notification channel.");
    if (!route.customer) return {};
    const auto customer =
        TRY(tx.integer("SELECT 1 FROM customer WHERE tenant = ?1 AND id = ?2", tenant, *route.customer));
    if (!customer) return invalid("customer_id", "There is no such customer.");
    return {};
}

// Digests up to here count as written: the hour that runs now is still ahead.
std::int64_t done_before_this_hour(Timestamp now) { return now.ms - now.ms % hour_ms - 1; }

// The newest time of day `hour` that is not after `now`.
Timestamp newest_due(int hour, Timestamp now) {
    const auto today = now.ms - now.ms % day_ms + hour * hour_ms;
    return {today <= now.ms ? today : today - day_ms};
}

}  // namespace

Result<NotificationRoute> NotificationRoutes::create(const TenantId& tenant, NotificationRoute route,
                                                     Timestamp now) {
    if (route.id.empty()) route.id = crypto::new_id<RouteId>();
    return database_.write(tenant, [&](Transaction& tx) -> Result<NotificationRoute> {
        TRY(check_references(tx, tenant, route));
        TRY(tx.run(
            "INSERT INTO notification_route(id, tenant, channel, kinds, min_severity, customer, digest_hour, "
            "digest_done, enabled, created_at, updated_at, revision) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 1)",
            route.id, tenant, route.channel, kinds_text(route.kinds), static_cast<int>(route.min_severity),
            route.customer, route.digest_hour, done_before_this_hour(now), route.enabled, now));
        return select(tx, tenant, route.id);
    });
}

Result<NotificationRoute> NotificationRoutes::get(const TenantId& tenant, const RouteId& route) {
    return database_.read(tenant, [&](Transaction& tx) { return select(tx, tenant, route); });
}

Result<Page<NotificationRoute>> NotificationRoutes::list(const TenantId& tenant, const PageRequest& request) {
    const ListShape shape{.name = "notification_routes",
                          .columns = route_columns,
                          .from = "notification_route r",
                          .where = "r.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "r.id",
                          .sorts = route_sorts,
                          .fields = route_fields,
                          .words = route_words};
    return list_page<NotificationRoute>(database_, cursors_, tenant, shape, request, read_route);
}

Result<NotificationRoute> NotificationRoutes::update(const TenantId& tenant, const NotificationRoute& route,
                                                     std::optional<std::int64_t> expected_revision,
                                                     Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<NotificationRoute> {
        const auto revision = TRY(
            tx.integer("SELECT revision FROM notification_route WHERE tenant = ?1 AND id = ?2 {for_update}",
                       tenant, route.id));
        if (!revision) return no_route();
        if (expected_revision && *expected_revision != *revision)
            return fail(Error::Kind::stale, "The route was changed by somebody else in the meantime.");
        TRY(check_references(tx, tenant, route));
        TRY(
            tx.run("UPDATE notification_route SET digest_done = ?4 WHERE tenant = ?1 AND id = ?2 AND "
                   "digest_hour <> ?3",
                   tenant, route.id, route.digest_hour, done_before_this_hour(now)));
        TRY(tx.run(
            "UPDATE notification_route SET channel = ?3, kinds = ?4, min_severity = ?5, customer = ?6, "
            "digest_hour = ?7, enabled = ?8, updated_at = ?9, revision = revision + 1 "
            "WHERE tenant = ?1 AND id = ?2",
            tenant, route.id, route.channel, kinds_text(route.kinds), static_cast<int>(route.min_severity),
            route.customer, route.digest_hour, route.enabled, now));
        return select(tx, tenant, route.id);
    });
}

Result<void> NotificationRoutes::remove(const TenantId& tenant, const RouteId& route) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        if (TRY(tx.run("DELETE FROM notification_route WHERE tenant = ?1 AND id = ?2", tenant, route)) == 0)
            return no_route();
        return {};
    });
}

Result<std::vector<NotificationRoutes::DueDigest>> NotificationRoutes::due_digests(Timestamp now) {
    return database_.platform().read([&](Transaction& tx) -> Result<std::vector<DueDigest>> {
        static const std::string sql = "SELECT " + std::string(route_columns) +
                                       ", r.tenant, r.digest_done FROM notification_route r JOIN "
                                       "notification_channel c ON c.id = r.channel WHERE r.enabled = 1 AND "
                                       "c.enabled = 1 AND r.kinds {like} '%\"digest\"%'";
        auto row = TRY(tx.query(sql));
        std::vector<DueDigest> due;
        while (TRY(row.step())) {
            auto route = TRY(read_route(row));
            const auto at = newest_due(route.digest_hour, now);
            if (at.ms > row.integer(12)) due.push_back({row.id<TenantId>(11), std::move(route), at});
        }
        return due;
    });
}

Result<bool> NotificationRoutes::put_digest(const DueDigest& due, model::Notice notice, Timestamp now) {
    notice.kind = model::NoticeKind::digest;
    notice.channel = due.route.channel;
    notice.customer = due.route.customer;
    notice.dedupe = "digest:" + due.route.id.str() + ":" + to_rfc3339(due.due_at);
    return database_.write(due.tenant, [&](Transaction& tx) -> Result<bool> {
        const auto mine =
            TRY(tx.run("UPDATE notification_route SET digest_done = ?3 WHERE tenant = ?1 AND id = ?2 AND "
                       "digest_done < ?3",
                       due.tenant, due.route.id, due.due_at));
        if (mine == 0) return false;
        return Outbox::put(tx, due.tenant, notice, now);
    });
}

}  // namespace patrol::store

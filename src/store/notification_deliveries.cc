#include "store/notification_deliveries.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "crypto/random.h"
#include "store/channel_target.h"
#include "store/json_columns.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

using model::NotificationDelivery;

constexpr std::int64_t forgotten_at_once = 1'000;

constexpr std::string_view channel_name =
    "(SELECT c.name FROM notification_channel c WHERE c.id = d.channel)";
constexpr std::string_view account_name = "(SELECT a.name FROM cloud_account a WHERE a.id = n.account)";
constexpr std::string_view delivery_columns =
    "d.id, d.notice, d.channel, (SELECT c.name FROM notification_channel c WHERE c.id = d.channel), n.kind, "
    "n.severity, n.account, n.title, d.state, d.attempts, d.error, d.next_at, d.created_at, d.finished_at";
constexpr std::string_view delivery_tables = "notification_delivery d JOIN notice n ON n.id = d.notice";

constexpr std::array delivery_sorts{SortColumn{"created_at", "d.created_at", SortKind::integer}};
constexpr std::array delivery_fields{
    FilterField{"id", FieldKind::text, "d.id"},
    FilterField{"state", FieldKind::text, "d.state"},
    FilterField{"channel", FieldKind::text, "d.channel", channel_name},
    FilterField{"kind", FieldKind::text, "n.kind"},
    FilterField{"account", FieldKind::text, "COALESCE(n.account, '')", account_name},
    FilterField{"notice", FieldKind::text, "d.notice"},
    FilterField{"created_at", FieldKind::time, "d.created_at"}};
constexpr std::array<std::string_view, 2> delivery_words{"n.title", channel_name};

NotificationDelivery read_delivery(const Statement& row) {
    NotificationDelivery delivery{
        .id = row.id<DeliveryId>(0),
        .notice = row.id<NoticeId>(1),
        .channel = row.id<ChannelId>(2),
        .channel_name = row.text(3),
        .kind = model::parse_notice_kind(row.view(4)).value_or(model::NoticeKind::test),
        .severity = static_cast<model::Severity>(row.integer(5)),
        .account = row.optional_id<AccountId>(6),
        .title = row.text(7),
        .state = model::parse_delivery_state(row.view(8)).value_or(model::DeliveryState::dead),
        .attempts = static_cast<int>(row.integer(9)),
        .error = row.text(10),
        .created_at = row.time(12),
        .finished_at = row.time(13)};
    if (delivery.state == model::DeliveryState::pending) delivery.next_attempt_at = row.time(11);
    return delivery;
}

// ---- from notices to deliveries

struct NewNotice {
    NoticeId id;
    TenantId tenant;
    std::string kind;
    std::int64_t severity = 0;
    std::optional<std::string> customer, channel;
};

Result<std::vector<NewNotice>> new_notices(Transaction& tx, std::int64_t limit) {
    auto row =
        TRY(tx.query("SELECT id, tenant, kind, severity, customer, channel FROM notice WHERE routed_at = 0 "
                     "ORDER BY created_at, id LIMIT ?1 {for_update} {skip_locked}",
                     limit));
    std::vector<NewNotice> notices;
    while (TRY(row.step())) {
        NewNotice notice{.id = row.id<NoticeId>(0),
                         .tenant = row.id<TenantId>(1),
                         .kind = row.text(2),
                         .severity = row.integer(3)};
        if (!row.is_null(4)) notice.customer = row.text(4);
        if (!row.is_null(5)) notice.channel = row.text(5);
        notices.push_back(std::move(notice));
    }
    return notices;
}

bool takes(const std::vector<std::string>& kinds, std::string_view kind) {
    if (kinds.empty()) return kind != model::to_string(model::NoticeKind::digest);
    return std::ranges::find(kinds, kind) != kinds.end();
}

// The channels of the routes that fit, each once.
Result<std::vector<std::string>> channels_of(Transaction& tx, const NewNotice& notice) {
    if (notice.channel) return std::vector{*notice.channel};
    auto row = TRY(
        tx.query("SELECT r.channel, r.kinds FROM notification_route r WHERE r.tenant = ?1 AND r.enabled = 1 "
                 "AND r.min_severity <= ?2 AND (r.customer IS NULL OR r.customer = ?3)",
                 notice.tenant, notice.severity, notice.customer));
    std::vector<std::string> channels;
    while (TRY(row.step()))
        if (takes(TRY(parse_strings(row.view(1))), notice.kind) &&
            std::ranges::find(channels, row.view(0)) == channels.end())
            channels.push_back(row.text(0));
    return channels;
}

Result<void> fan_out(Transaction& tx, const NewNotice& notice, Timestamp now) {
    for (const auto& channel : TRY(channels_of(tx, notice)))
        TRY(tx.run(
            "INSERT INTO notification_delivery(id, tenant, notice, channel, state, attempts, fence, next_at, "
            "give_up_at, error, created_at, finished_at) SELECT ?1, ?2, ?3, c.id, 'pending', 0, 0, ?5, ?6, "
            "'', "
            "?5, 0 FROM notification_channel c WHERE c.tenant = ?2 AND c.id = ?4 AND c.enabled = 1 "
            "ON CONFLICT (notice, channel) DO NOTHING",
            crypto::new_id<DeliveryId>(), notice.tenant, notice.id, channel, now,
            now + limits::delivery_age));
    TRY(tx.run("UPDATE notice SET routed_at = ?2 WHERE id = ?1", notice.id, now));
    return {};
}

// ---- claims

constexpr std::string_view claim_from =
    "FROM notification_delivery d JOIN notification_channel c ON c.id = d.channel "
    "WHERE d.state = 'pending' AND d.next_at <= ?1 AND c.enabled = 1 AND c.hold_until <= ?1 ";

Result<ClaimedDelivery> read_claim(Transaction& tx, const DeliveryId& delivery) {
    auto row = TRY(tx.query(
        "SELECT d.id, d.fence, d.attempts, d.give_up_at, n.id, n.kind, n.severity, n.account, n.customer, "
        "n.change_set, "
        "n.title, n.facts, n.created_at, "
        "COALESCE((SELECT a.name FROM cloud_account a WHERE a.id = n.account AND a.tenant = d.tenant), ''), "
        "COALESCE((SELECT u.name FROM customer u WHERE u.id = n.customer AND u.tenant = d.tenant), ''), "
        "c.id, c.name, c.kind, c.target, c.failures, d.tenant FROM notification_delivery d "
        "JOIN notice n ON n.id = d.notice JOIN notification_channel c ON c.id = d.channel WHERE d.id = ?1",
        delivery));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such delivery.");
    ClaimedDelivery claimed{.tenant = row.id<TenantId>(20),
                            .id = row.id<DeliveryId>(0),
                            .fence = row.integer(1),
                            .attempt = static_cast<int>(row.integer(2)),
                            .give_up_at = row.time(3),
                            .account_name = row.text(13),
                            .customer_name = row.text(14),
                            .channel_failures = static_cast<int>(row.integer(19))};
    claimed.notice = {.id = row.id<NoticeId>(4),
                      .kind = model::parse_notice_kind(row.view(5)).value_or(model::NoticeKind::test),
                      .severity = static_cast<model::Severity>(row.integer(6)),
                      .account = row.optional_id<AccountId>(7),
                      .customer = row.optional_id<CustomerId>(8),
                      .change_set = row.optional_id<ChangeSetId>(9),
                      .title = row.text(10),
                      .created_at = row.time(12)};
    auto facts = TRY(parse_json(row.view(11)));
    if (auto* object = facts.if_object()) claimed.notice.facts = std::move(*object);
    claimed.channel.id = row.id<ChannelId>(15);
    claimed.channel.name = row.text(16);
    const auto kind = model::parse_channel_kind(row.view(17)).value_or(model::ChannelKind::webhook);
    claimed.channel.target = TRY(parse_target(kind, row.view(18)));
    return claimed;
}

// The channel comes first: whoever moves its hold_until has it until then.
Result<std::optional<ClaimedDelivery>> try_claim(Transaction& tx, Timestamp now) {
    std::string delivery, channel;
    {
        static const std::string sql =
            "SELECT d.id, d.channel " + std::string(claim_from) + "ORDER BY d.next_at, d.id LIMIT 1";
        auto row = TRY(tx.query(sql, now));
        if (!TRY(row.step())) return std::nullopt;
        delivery = row.text(0);
        channel = row.text(1);
    }
    const auto until = now + limits::delivery_lease;
    if (TRY(tx.run("UPDATE notification_channel SET hold_until = ?3 WHERE id = ?1 AND hold_until <= ?2",
                   channel, now, until)) == 0)
        return std::nullopt;
    if (TRY(tx.run(
            "UPDATE notification_delivery SET attempts = attempts + 1, fence = fence + 1, next_at = ?3 "
            "WHERE id = ?1 AND state = 'pending' AND next_at <= ?2",
            delivery, now, until)) == 0)
        return std::nullopt;
    return TRY(read_claim(tx, DeliveryId(delivery)));
}

Result<void> end_claim(Transaction& tx, const ClaimedDelivery& claimed, model::DeliveryState state,
                       std::string_view error, Timestamp next_at, Timestamp finished_at) {
    const auto mine = TRY(tx.run(
        "UPDATE notification_delivery SET state = ?4, error = ?5, next_at = ?6, finished_at = ?7 "
        "WHERE tenant = ?1 AND id = ?2 AND fence = ?3 AND state = 'pending'",
        claimed.tenant, claimed.id, claimed.fence, model::to_string(state), error, next_at, finished_at));
    if (mine > 0) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "Another sender has taken this delivery over.",
                      .code = "lease_lost"});
}

Result<NotificationDelivery> select(Transaction& tx, const TenantId& tenant, const DeliveryId& delivery) {
    static const std::string sql = "SELECT " + std::string(delivery_columns) + " FROM " +
                                   std::string(delivery_tables) + " WHERE d.tenant = ?1 AND d.id = ?2";
    auto row = TRY(tx.query(sql, tenant, delivery));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such delivery.");
    return read_delivery(row);
}

}  // namespace

Result<std::int64_t> NotificationDeliveries::route_new(Timestamp now, std::int64_t limit) {
    const auto waiting = TRY(database_.platform().read(
        [](Transaction& tx) { return tx.integer("SELECT 1 FROM notice WHERE routed_at = 0 LIMIT 1"); }));
    if (!waiting) return 0;
    return database_.platform().write([&](Transaction& tx) -> Result<std::int64_t> {
        const auto notices = TRY(new_notices(tx, limit));
        for (const auto& notice : notices) TRY(fan_out(tx, notice, now));
        return static_cast<std::int64_t>(notices.size());
    });
}

Result<std::optional<ClaimedDelivery>> NotificationDeliveries::claim(Timestamp now) {
    // Who finds nothing looks without taking the writer's place.
    static const std::string sql = "SELECT 1 " + std::string(claim_from) + "LIMIT 1";
    const auto waiting =
        TRY(database_.platform().read([&](Transaction& tx) { return tx.integer(sql, now); }));
    if (!waiting) return std::nullopt;
    return database_.platform().write([&](Transaction& tx) { return try_claim(tx, now); });
}

Result<void> NotificationDeliveries::mark_sent(const ClaimedDelivery& claimed, Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<void> {
        TRY(end_claim(tx, claimed, model::DeliveryState::sent, "", now, now));
        TRY(
            tx.run("UPDATE notification_channel SET failures = 0, hold_until = 0, last_success_at = ?3 "
                   "WHERE tenant = ?1 AND id = ?2",
                   claimed.tenant, claimed.channel.id, now));
        return {};
    });
}

Result<void> NotificationDeliveries::mark_failed(const ClaimedDelivery& claimed,
                                                 const DeliveryFailure& failure, Timestamp now) {
    const bool dead = !failure.next_at.is_set();
    return database_.platform().write([&](Transaction& tx) -> Result<void> {
        TRY(end_claim(tx, claimed, dead ? model::DeliveryState::dead : model::DeliveryState::pending,
                      failure.error, failure.next_at, dead ? now : Timestamp{}));
        TRY(tx.run(
            "UPDATE notification_channel SET failures = failures + 1, hold_until = ?3, last_failure_at = ?4, "
            "last_error = ?5 WHERE tenant = ?1 AND id = ?2",
            claimed.tenant, claimed.channel.id, failure.channel_until, now, failure.error));
        return {};
    });
}

Result<Page<NotificationDelivery>> NotificationDeliveries::list(const TenantId& tenant,
                                                                const PageRequest& request) {
    const ListShape shape{.name = "notification_deliveries",
                          .columns = delivery_columns,
                          .from = delivery_tables,
                          .where = "d.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "d.id",
                          .sorts = delivery_sorts,
                          .newest_first = true,
                          .fields = delivery_fields,
                          .words = delivery_words};
    return list_page<NotificationDelivery>(database_, cursors_, tenant, shape, request, read_delivery);
}

Result<NotificationDelivery> NotificationDeliveries::retry(const TenantId& tenant, const DeliveryId& delivery,
                                                           Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<NotificationDelivery> {
        const auto revived =
            TRY(tx.run("UPDATE notification_delivery SET state = 'pending', attempts = 0, next_at = ?3, "
                       "give_up_at = ?4, "
                       "finished_at = 0 WHERE tenant = ?1 AND id = ?2 AND state = 'dead'",
                       tenant, delivery, now, now + limits::delivery_age));
        auto found = TRY(select(tx, tenant, delivery));
        if (revived == 0)
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "Only a delivery that was given up can be sent again.",
                              .code = "delivery_not_dead"});
        TRY(tx.run(
            "UPDATE notification_channel SET hold_until = 0, failures = 0 WHERE tenant = ?1 AND id = ?2 "
            "AND failures > 0",
            tenant, found.channel));
        return found;
    });
}

Result<std::int64_t> NotificationDeliveries::sweep(Timestamp now) {
    return database_.platform().write([&](Transaction& tx) {
        return tx.run(
            "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE created_at < ?1 AND routed_at > 0 "
            "LIMIT ?2)",
            now - limits::notice_age, forgotten_at_once);
    });
}

}  // namespace patrol::store

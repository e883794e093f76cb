#include "store/notification_channels.h"

#include <array>

#include "base/json.h"
#include "crypto/random.h"
#include "store/channel_target.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

using model::NotificationChannel;

constexpr std::string_view channel_columns =
    "c.id, c.name, c.kind, c.target, c.enabled, c.last_success_at, c.last_failure_at, c.last_error, "
    "(SELECT COUNT(*) FROM notification_delivery d WHERE d.channel = c.id AND d.state = 'pending'), "
    "(SELECT COUNT(*) FROM notification_delivery d WHERE d.channel = c.id AND d.state = 'dead'), "
    "c.created_at, c.updated_at, c.revision";

constexpr std::array channel_sorts{SortColumn{"name", "c.name"},
                                   SortColumn{"created_at", "c.created_at", SortKind::integer},
                                   SortColumn{"updated_at", "c.updated_at", SortKind::integer}};
constexpr std::array channel_fields{
    FilterField{"id", FieldKind::text, "c.id"}, FilterField{"name", FieldKind::text, "c.name"},
    FilterField{"kind", FieldKind::text, "c.kind"}, FilterField{"enabled", FieldKind::truth, "c.enabled"}};
constexpr std::array<std::string_view, 1> channel_words{"c.name"};

Result<NotificationChannel> read_channel(const Statement& row) {
    const auto kind = model::parse_channel_kind(row.view(2)).value_or(model::ChannelKind::webhook);
    return NotificationChannel{.id = row.id<ChannelId>(0),
                               .name = row.text(1),
                               .target = TRY(parse_target(kind, row.view(3))),
                               .enabled = row.truth(4),
                               .last_success_at = row.time(5),
                               .last_failure_at = row.time(6),
                               .last_error = row.text(7),
                               .waiting = row.integer(8),
                               .dead = row.integer(9),
                               .created_at = row.time(10),
                               .updated_at = row.time(11),
                               .revision = row.integer(12)};
}

Failure no_channel() { return fail(Error::Kind::not_found, "There is no such notification channel."); }

Failure name_taken(Error error) {
    if (!is_unique_violation(error)) return Failure(std::move(error));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a notification channel with this name already.",
                      .field = "name",
                      .code = "channel_exists"});
}

Result<NotificationChannel> select(Transaction& tx, const TenantId& tenant, const ChannelId& channel) {
    static const std::string sql = "SELECT " + std::string(channel_columns) +
                                   " FROM notification_channel c WHERE c.tenant = ?1 AND c.id = ?2";
    auto row = TRY(tx.query(sql, tenant, channel));
    if (!TRY(row.step())) return no_channel();
    return read_channel(row);
}

struct NamedRef {
    std::string field;
    model::SecretRef ref;
};

NamedRef secret_of(const model::ChannelTarget& target) {
    if (const auto* email = std::get_if<model::EmailChannel>(&target))
        return {"email.password", email->password.value_or(model::SecretRef{})};
    if (const auto* slack = std::get_if<model::SlackChannel>(&target)) return {"slack.url", slack->url};
    return {"webhook.secret", std::get<model::WebhookChannel>(target).secret};
}

// The key of a cloud must not be posted to whatever address a channel names.
Result<void> refuse_cloud_secret(Transaction& tx, const TenantId& tenant,
                                 const model::ChannelTarget& target) {
    const auto secret = secret_of(target);
    if (secret.ref.manager != "sealed") return {};
    auto row = TRY(tx.query("SELECT id, name FROM secret WHERE tenant = ?1 AND (id = ?2 OR name = ?2)",
                            tenant, secret.ref.ref));
    std::vector<std::string> names{secret.ref.ref};
    while (TRY(row.step())) names.insert(names.end(), {row.text(0), row.text(1)});
    for (const auto& name : names) {
        const auto user = TRY(tx.text(
            "SELECT name FROM cloud_account WHERE tenant = ?1 AND auth {like} '%\"manager\":\"sealed\"%' "
            "AND auth {like} ?2 ESCAPE '\\' LIMIT 1",
            tenant, like_contains("\"ref\":" + to_text(json::value(name)))));
        if (user)
            return invalid(secret.field, "The cloud account \"" + *user + "\" uses this secret.",
                           "Make a secret of its own for the channel.");
    }
    return {};
}

}  // namespace

Result<NotificationChannel> NotificationChannels::create(const TenantId& tenant, NotificationChannel channel,
                                                         Timestamp now) {
    if (channel.id.empty()) channel.id = crypto::new_id<ChannelId>();
    auto done = database_.write(tenant, [&](Transaction& tx) -> Result<NotificationChannel> {
        TRY(refuse_cloud_secret(tx, tenant, channel.target));
        TRY(tx.run(
            "INSERT INTO notification_channel(id, tenant, name, kind, target, enabled, failures, hold_until, "
            "last_success_at, last_failure_at, last_error, created_at, updated_at, revision) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, '', ?7, ?7, 1)",
            channel.id, tenant, channel.name, model::to_string(model::kind_of(channel.target)),
            to_text(target_json(channel.target)), channel.enabled, now));
        return select(tx, tenant, channel.id);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<NotificationChannel> NotificationChannels::get(const TenantId& tenant, const ChannelId& channel) {
    return database_.read(tenant, [&](Transaction& tx) { return select(tx, tenant, channel); });
}

Result<Page<NotificationChannel>> NotificationChannels::list(const TenantId& tenant,
                                                             const PageRequest& request) {
    const ListShape shape{.name = "notification_channels",
                          .columns = channel_columns,
                          .from = "notification_channel c",
                          .where = "c.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "c.id",
                          .sorts = channel_sorts,
                          .fields = channel_fields,
                          .words = channel_words};
    return list_page<NotificationChannel>(database_, cursors_, tenant, shape, request, read_channel);
}

Result<NotificationChannel> NotificationChannels::update(const TenantId& tenant,
                                                         const NotificationChannel& channel,
                                                         std::optional<std::int64_t> expected_revision,
                                                         Timestamp now) {
    auto done = database_.write(tenant, [&](Transaction& tx) -> Result<NotificationChannel> {
        const auto revision = TRY(
            tx.integer("SELECT revision FROM notification_channel WHERE tenant = ?1 AND id = ?2 {for_update}",
                       tenant, channel.id));
        if (!revision) return no_channel();
        if (expected_revision && *expected_revision != *revision)
            return fail(Error::Kind::stale, "The channel was changed by somebody else in the meantime.");
        TRY(refuse_cloud_secret(tx, tenant, channel.target));
        const auto target = to_text(target_json(channel.target));
        TRY(
            tx.run("UPDATE notification_channel SET hold_until = 0, failures = 0 "
                   "WHERE tenant = ?1 AND id = ?2 AND target <> ?3",
                   tenant, channel.id, target));
        TRY(
            tx.run("UPDATE notification_channel SET name = ?3, target = ?4, enabled = ?5, updated_at = ?6, "
                   "revision = revision + 1 WHERE tenant = ?1 AND id = ?2",
                   tenant, channel.id, channel.name, target, channel.enabled, now));
        return select(tx, tenant, channel.id);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<void> NotificationChannels::remove(const TenantId& tenant, const ChannelId& channel) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto removed =
            TRY(tx.run("DELETE FROM notification_channel WHERE tenant = ?1 AND id = ?2", tenant, channel));
        if (removed == 0) return no_channel();
        return {};
    });
}

Result<void> NotificationChannels::note_outcome(const TenantId& tenant, const ChannelId& channel,
                                                std::string_view error, Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        if (error.empty())
            TRY(
                tx.run("UPDATE notification_channel SET last_success_at = ?3, failures = 0, hold_until = 0 "
                       "WHERE tenant = ?1 AND id = ?2",
                       tenant, channel, now));
        else
            TRY(
                tx.run("UPDATE notification_channel SET last_failure_at = ?3, last_error = ?4 "
                       "WHERE tenant = ?1 AND id = ?2",
                       tenant, channel, now, error));
        return {};
    });
}

Result<std::optional<std::string>> NotificationChannels::user_of_secret(Transaction& tx,
                                                                        const TenantId& tenant,
                                                                        std::string_view id,
                                                                        std::string_view name) {
    return tx.text(
        "SELECT name FROM notification_channel WHERE tenant = ?1 AND target {like} "
        "'%\"manager\":\"sealed\"%' AND (target {like} ?2 ESCAPE '\\' OR target {like} ?3 ESCAPE '\\') "
        "ORDER BY name LIMIT 1",
        tenant, like_contains("\"ref\":" + to_text(json::value(id))),
        like_contains("\"ref\":" + to_text(json::value(name))));
}

}  // namespace patrol::store

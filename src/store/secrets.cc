#include "store/secrets.h"

#include <array>

#include <fmt/core.h>

#include "base/json.h"
#include "crypto/random.h"
#include "store/list_page.h"
#include "store/notification_channels.h"

namespace patrol::store {

namespace {

constexpr std::string_view secret_columns =
    "s.id, s.name, s.manager, s.ref, s.sealed IS NOT NULL, s.created_at, s.updated_at, s.last_used_at";
constexpr Millis note_every = std::chrono::minutes(1);

constexpr std::array secret_sorts{SortColumn{"name", "s.name"},
                                  SortColumn{"created_at", "s.created_at", SortKind::integer},
                                  SortColumn{"updated_at", "s.updated_at", SortKind::integer}};
constexpr std::array secret_fields{FilterField{"id", FieldKind::text, "s.id"},
                                   FilterField{"name", FieldKind::text, "s.name"},
                                   FilterField{"manager", FieldKind::text, "s.manager"}};
constexpr std::array<std::string_view, 1> secret_words{"s.name"};

model::NamedSecret read_secret(const Statement& row) {
    return {.id = row.id<SecretId>(0),
            .name = row.text(1),
            .ref = {row.text(2), row.text(3)},
            .has_value = row.truth(4),
            .created_at = row.time(5),
            .updated_at = row.time(6),
            .last_used_at = row.time(7)};
}

Failure no_secret() { return fail(Error::Kind::not_found, "There is no such secret."); }

Failure name_taken(Error error) {
    if (!is_unique_violation(error)) return Failure(std::move(error));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a secret with this name already.",
                      .field = "name",
                      .code = "secret_exists"});
}

Result<model::NamedSecret> select(Transaction& tx, const TenantId& tenant, const SecretId& secret) {
    static const std::string sql =
        "SELECT " + std::string(secret_columns) + " FROM secret s WHERE s.tenant = ?1 AND s.id = ?2";
    auto row = TRY(tx.query(sql, tenant, secret));
    if (!TRY(row.step())) return no_secret();
    return read_secret(row);
}

}  // namespace

Result<model::NamedSecret> Secrets::create(const TenantId& tenant, model::NamedSecret secret,
                                           const std::optional<std::string>& sealed, Timestamp now) {
    if (secret.id.empty()) secret.id = crypto::new_id<SecretId>();
    auto done = database_.write(tenant, [&](Transaction& tx) -> Result<model::NamedSecret> {
        const auto bytes = sealed ? std::optional(Blob{*sealed}) : std::nullopt;
        TRY(
            tx.run("INSERT INTO secret(id, tenant, name, manager, ref, sealed, created_at, updated_at, "
                   "last_used_at) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0)",
                   secret.id, tenant, secret.name, secret.ref.manager, secret.ref.ref, bytes, now));
        return select(tx, tenant, secret.id);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<model::NamedSecret> Secrets::get(const TenantId& tenant, const SecretId& secret) {
    return database_.read(tenant, [&](Transaction& tx) { return select(tx, tenant, secret); });
}

Result<Page<model::NamedSecret>> Secrets::list(const TenantId& tenant, const PageRequest& request) {
    const ListShape shape{.name = "secrets",
                          .columns = secret_columns,
                          .from = "secret s",
                          .where = "s.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "s.id",
                          .sorts = secret_sorts,
                          .fields = secret_fields,
                          .words = secret_words};
    return list_page<model::NamedSecret>(database_, cursors_, tenant, shape, request, read_secret);
}

Result<model::NamedSecret> Secrets::update(const TenantId& tenant, const model::NamedSecret& secret,
                                           const std::optional<std::string>& sealed, Timestamp now) {
    auto done = database_.write(tenant, [&](Transaction& tx) -> Result<model::NamedSecret> {
        const auto changed =
            TRY(tx.run("UPDATE secret SET name = ?3, manager = ?4, ref = ?5, updated_at = ?6 "
                       "WHERE tenant = ?1 AND id = ?2",
                       tenant, secret.id, secret.name, secret.ref.manager, secret.ref.ref, now));
        if (changed == 0) return no_secret();
        if (sealed)
            TRY(tx.run("UPDATE secret SET sealed = ?3 WHERE tenant = ?1 AND id = ?2", tenant, secret.id,
                       Blob{*sealed}));
        return select(tx, tenant, secret.id);
    });
    if (!done) return name_taken(std::move(done).error());
    return done;
}

Result<void> Secrets::remove(const TenantId& tenant, const SecretId& secret) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto found = TRY(select(tx, tenant, secret));
        // A reference is by id or by name; both are written into auth as JSON texts.
        auto user = TRY(tx.query(
            "SELECT name FROM cloud_account WHERE tenant = ?1 AND auth {like} '%\"manager\":\"sealed\"%' "
            "AND (auth {like} ?2 ESCAPE '\\' OR auth {like} ?3 ESCAPE '\\') ORDER BY name LIMIT 1",
            tenant, like_contains("\"ref\":" + to_text(json::value(secret.str()))),
            like_contains("\"ref\":" + to_text(json::value(found.name)))));
        if (TRY(user.step()))
            return fail(
                Error{.kind = Error::Kind::conflict,
                      .message = fmt::format("The cloud account \"{}\" uses this secret.", user.view(0)),
                      .hint = "Give the account another secret first.",
                      .code = "secret_in_use"});
        if (const auto channel =
                TRY(NotificationChannels::user_of_secret(tx, tenant, secret.str(), found.name)))
            return fail(
                Error{.kind = Error::Kind::conflict,
                      .message = fmt::format("The notification channel \"{}\" uses this secret.", *channel),
                      .hint = "Give the channel another secret first.",
                      .code = "secret_in_use"});
        TRY(tx.run("DELETE FROM secret WHERE tenant = ?1 AND id = ?2", tenant, secret));
        return {};
    });
}

Result<Secrets::Sealed> Secrets::sealed_value(const TenantId& tenant, std::string_view id_or_name,
                                              Timestamp now) {
    Timestamp last_used;
    auto found = TRY(database_.read(tenant, [&](Transaction& tx) -> Result<Sealed> {
        // An id beats a name that looks like one.
        auto row = TRY(tx.query(
            "SELECT id, sealed, last_used_at FROM secret WHERE tenant = ?1 AND (id = ?2 OR name = ?2) "
            "AND sealed IS NOT NULL ORDER BY CASE WHEN id = ?2 THEN 0 ELSE 1 END LIMIT 1",
            tenant, id_or_name));
        if (!TRY(row.step())) return no_secret();
        last_used = row.time(2);
        return Sealed{row.id<SecretId>(0), row.text(1)};
    }));
    if (now - last_used >= note_every)
        TRY(database_.write(tenant, [&](Transaction& tx) {
            return tx.run("UPDATE secret SET last_used_at = ?3 WHERE tenant = ?1 AND id = ?2", tenant,
                          found.id, now);
        }));
    return found;
}

}  // namespace patrol::store

#include "store/tenants.h"

#include <array>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "store/list_page.h"
#include "store/one_time_links.h"
#include "store/settings.h"
#include "store/users.h"

namespace patrol::store {

namespace {

constexpr std::string_view tenant_columns = "id, name, sealed_key, created_at, require_second_factor";
constexpr std::string_view tenant_list_columns =
    "t.id, t.name, t.created_at, (SELECT COUNT(*) FROM tenant_user u WHERE u.tenant = t.id)";
constexpr std::array tenant_sorts{SortColumn{"name", "t.name"},
                                  SortColumn{"created_at", "t.created_at", SortKind::integer}};
constexpr std::array tenant_fields{FilterField{"id", FieldKind::text, "t.id"},
                                   FilterField{"name", FieldKind::text, "t.name"},
                                   FilterField{"created_at", FieldKind::time, "t.created_at"}};
constexpr std::array<std::string_view, 1> tenant_words{"t.name"};

model::Tenant read_tenant(const Statement& row) {
    return {.id = row.id<TenantId>(0),
            .name = row.text(1),
            .sealed_key = row.text(2),
            .created_at = row.time(3),
            .second_factor =
                row.truth(4) ? model::SecondFactorRule::required : model::SecondFactorRule::optional};
}

model::Tenant read_listed_tenant(const Statement& row) {
    return {
        .id = row.id<TenantId>(0), .name = row.text(1), .created_at = row.time(2), .users = row.integer(3)};
}

Result<void> insert_tenant(Transaction& tx, const model::Tenant& tenant) {
    TRY(tx.run("INSERT INTO tenant(id, name, sealed_key, created_at) VALUES (?1, ?2, ?3, ?4)", tenant.id,
               tenant.name, Blob{tenant.sealed_key}, tenant.created_at));
    return {};
}

Tenants::FirstRun completed(Tenants::FirstRun first, Timestamp now) {
    if (first.tenant.id.empty()) first.tenant.id = crypto::new_id<TenantId>();
    if (first.owner.id.empty()) first.owner.id = crypto::new_id<UserId>();
    first.tenant.created_at = first.owner.created_at = now;
    first.owner.tenant = first.tenant.id;
    return first;
}

Failure already_set_up() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This server is set up already.",
                      .hint = "Sign in instead.",
                      .code = "already_set_up"});
}

Result<std::int64_t> users_in(Transaction& tx) {
    return TRY(tx.integer("SELECT COUNT(*) FROM tenant_user")).value_or(0);
}

// Stored as 32 bytes of hash and the end of its life in decimal digits.
Result<bool> token_matches(Transaction& tx, std::string_view token_hash, Timestamp now) {
    const auto stored = TRY(tx.text("SELECT value FROM setting WHERE name = 'setup_token'"));
    constexpr std::size_t hash_bytes = 32;
    if (!stored || stored->size() <= hash_bytes || token_hash.size() != hash_bytes) return false;
    const Timestamp expires_at{std::strtoll(stored->c_str() + hash_bytes, nullptr, 10)};
    return crypto::constant_time_equal(std::string_view(*stored).substr(0, hash_bytes), token_hash) &&
           now < expires_at;
}

// One row that every first run writes: of two at once on PostgreSQL the second waits here, then fails.
Result<void> claim_first_run(Transaction& tx) {
    const auto made = TRY(tx.run(
        "INSERT INTO setting(name, value) VALUES ('set_up', ?1) ON CONFLICT (name) DO NOTHING", Blob{"1"}));
    if (made == 0 || TRY(users_in(tx)) > 0) return already_set_up();
    return {};
}

}  // namespace

Result<std::int64_t> Tenants::count_users() {
    return database_.platform().read([](Transaction& tx) { return users_in(tx); });
}

Result<void> Tenants::set_setup_token(std::string_view token_hash, Timestamp expires_at) {
    const auto value = std::string(token_hash) + std::to_string(expires_at.ms);
    return database_.platform().write([&](Transaction& tx) -> Result<void> {
        if (TRY(users_in(tx)) > 0) return already_set_up();
        TRY(
            tx.run("INSERT INTO setting(name, value) VALUES ('setup_token', ?1) "
                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   Blob{value}));
        return {};
    });
}

Result<bool> Tenants::is_setup_token(std::string_view token_hash, Timestamp now) {
    return database_.platform().read([&](Transaction& tx) -> Result<bool> {
        if (TRY(users_in(tx)) > 0) return false;
        return token_matches(tx, token_hash, now);
    });
}

Result<Tenants::FirstRun> Tenants::set_up(FirstRun first, const std::optional<std::string>& setup_token_hash,
                                          Timestamp now) {
    first = completed(std::move(first), now);
    return database_.platform().write([&](Transaction& tx) -> Result<FirstRun> {
        TRY(claim_first_run(tx));
        if (setup_token_hash && !TRY(token_matches(tx, *setup_token_hash, now)))
            return fail(Error{.kind = Error::Kind::unauthenticated,
                              .message = "The setup token is wrong or has expired.",
                              .hint = "Print a new one on the server with `patrol server setup-token`.",
                              .code = "bad_setup_token"});
        TRY(insert_tenant(tx, first.tenant));
        TRY(Users::insert(tx, first.owner));
        TRY(tx.run("DELETE FROM setting WHERE name = 'setup_token'"));
        return first;
    });
}

Result<Tenants::FirstRun> Tenants::create(FirstRun first, const model::OneTimeLink& link, Timestamp now) {
    first = completed(std::move(first), now);
    auto done = database_.platform().write([&](Transaction& tx) -> Result<void> {
        TRY(insert_tenant(tx, first.tenant));
        TRY(Users::insert(tx, first.owner));
        return OneTimeLinks::insert(tx, first.owner, link);
    });
    if (!done) return email_taken(std::move(done).error());
    return first;
}

Result<Page<model::Tenant>> Tenants::list(const TenantId& asking, const PageRequest& request) {
    const ListShape shape{.name = "tenants",
                          .columns = tenant_list_columns,
                          .from = "tenant t",
                          .where = "1 = 1",
                          .id_column = "t.id",
                          .sorts = tenant_sorts,
                          .fields = tenant_fields,
                          .words = tenant_words};
    return database_.platform().read([&](Transaction& tx) -> Result<Page<model::Tenant>> {
        Page<model::Tenant> page;
        auto rows = TRY(list_rows(tx, cursors_, asking, shape, request, [&](Statement& row) -> Result<void> {
            page.items.push_back(read_listed_tenant(row));
            return {};
        }));
        page.next_cursor = std::move(rows.next_cursor);
        page.total = rows.total;
        return page;
    });
}

Result<model::Tenant> Tenants::get(const TenantId& tenant) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<model::Tenant> {
        auto row =
            TRY(tx.query("SELECT " + std::string(tenant_columns) + " FROM tenant WHERE id = ?1", tenant));
        if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such tenant.");
        return read_tenant(row);
    });
}

Result<std::vector<model::Tenant>> Tenants::all() {
    return database_.platform().read([](Transaction& tx) -> Result<std::vector<model::Tenant>> {
        auto row =
            TRY(tx.query("SELECT " + std::string(tenant_columns) + " FROM tenant ORDER BY created_at, id"));
        std::vector<model::Tenant> tenants;
        while (TRY(row.step())) tenants.push_back(read_tenant(row));
        return tenants;
    });
}

Result<void> Tenants::require_second_factor(const TenantId& tenant, model::SecondFactorRule rule) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        if (TRY(tx.run("UPDATE tenant SET require_second_factor = ?2 WHERE id = ?1", tenant,
                       rule == model::SecondFactorRule::required)) == 0)
            return fail(Error::Kind::not_found, "There is no such tenant.");
        return {};
    });
}

Result<void> Tenants::set_sealed_key(const TenantId& tenant, std::string_view sealed_key) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        if (TRY(tx.run("UPDATE tenant SET sealed_key = ?2 WHERE id = ?1", tenant, Blob{sealed_key})) == 0)
            return fail(Error::Kind::not_found, "There is no such tenant.");
        return {};
    });
}

}  // namespace patrol::store

#include "store/users.h"

#include <array>

#include "crypto/random.h"
#include "store/json_columns.h"
#include "store/list_page.h"
#include "store/one_time_links.h"

namespace patrol::store {

namespace {

const std::string select_user = "SELECT " + std::string(Users::columns) + " FROM tenant_user u WHERE ";

constexpr std::array user_sorts{SortColumn{"email", "u.email"}, SortColumn{"name", "u.name"},
                                SortColumn{"created_at", "u.created_at", SortKind::integer},
                                SortColumn{"last_sign_in_at", "u.last_sign_in_at", SortKind::integer}};
constexpr std::array user_fields{FilterField{"id", FieldKind::text, "u.id"},
                                 FilterField{"email", FieldKind::text, "u.email"},
                                 FilterField{"name", FieldKind::text, "u.name"},
                                 FilterField{"role", FieldKind::text, "u.role"},
                                 FilterField{"disabled", FieldKind::truth, "u.disabled"},
                                 FilterField{"mfa", FieldKind::truth, "u.mfa"},
                                 FilterField{"created_at", FieldKind::time, "u.created_at"},
                                 FilterField{"last_sign_in_at", FieldKind::time, "u.last_sign_in_at"}};
constexpr std::array<std::string_view, 2> user_words{"u.email", "u.name"};

Failure no_user() { return fail(Error::Kind::not_found, "There is no such user."); }

// Who can always let others in again.
bool keeps_tenant_open(const model::User& user) {
    return user.role == model::Role::owner && !user.disabled && user.customers.is_all() &&
           !user.password_hash.empty();
}

Result<model::User> select(Transaction& tx, const TenantId& tenant, const UserId& user,
                           std::string_view lock = {}) {
    auto row = TRY(tx.query(select_user + "u.tenant = ?1 AND u.id = ?2" + std::string(lock), tenant, user));
    if (!TRY(row.step())) return no_user();
    return Users::read(row);
}

// Changes of owners go one after another: on PostgreSQL the tenant's row is their lock.
Result<model::User> select_to_change(Transaction& tx, const TenantId& tenant, const UserId& user,
                                     std::optional<std::int64_t> expected_revision) {
    TRY(tx.text("SELECT id FROM tenant WHERE id = ?1 {for_update}", tenant));
    auto found = TRY(select(tx, tenant, user, " {for_update}"));
    if (expected_revision && *expected_revision != found.revision)
        return fail(Error::Kind::stale, "The user was changed by somebody else in the meantime.");
    return found;
}

Result<void> check_owner_may_go(Transaction& tx, const model::User& before) {
    if (!keeps_tenant_open(before)) return {};
    if (before.platform_owner)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "The owner of the platform stays its owner.",
                          .code = "platform_owner"});
    const auto others = TRY(tx.integer(
        "SELECT COUNT(*) FROM tenant_user WHERE tenant = ?1 AND id <> ?2 AND role = 'owner' AND disabled = 0 "
        "AND customers IS NULL AND password_hash <> ''",
        before.tenant, before.id));
    if (others.value_or(0) > 0) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This is the last active owner who sees all customers.",
                      .hint = "Make somebody else an owner first.",
                      .code = "last_owner"});
}

Result<void> end_access(Transaction& tx, const TenantId& tenant, const UserId& user) {
    TRY(tx.run("DELETE FROM session WHERE tenant = ?1 AND user_id = ?2", tenant, user));
    TRY(tx.run("DELETE FROM one_time_link WHERE tenant = ?1 AND user_id = ?2", tenant, user));
    return {};
}

}  // namespace

Failure email_taken(Error error) {
    if (!is_unique_violation(error)) return Failure(std::move(error));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a user with this e-mail address already.",
                      .field = "email",
                      .code = "user_exists"});
}

model::User Users::read(const Statement& row, int first) {
    return {.id = row.id<UserId>(first),
            .tenant = row.id<TenantId>(first + 1),
            .email = row.text(first + 2),
            .name = row.text(first + 3),
            .password_hash = row.text(first + 4),
            .role = model::parse_role(row.view(first + 5)).value_or(model::Role::viewer),
            .platform_owner = row.truth(first + 6),
            .disabled = row.truth(first + 7),
            .created_at = row.time(first + 8),
            .customers = parse_customers(row.optional_view(first + 9)),
            .mfa = row.truth(first + 10),
            .last_sign_in_at = row.time(first + 11),
            .revision = row.integer(first + 12)};
}

Result<void> Users::insert(Transaction& transaction, const model::User& user) {
    TRY(transaction.run(
        "INSERT INTO tenant_user(id, tenant, email, name, password_hash, role, platform_owner, "
        "disabled, created_at, customers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        user.id, user.tenant, user.email, user.name, user.password_hash, model::to_string(user.role),
        user.platform_owner, user.disabled, user.created_at, customers_text(user.customers)));
    return {};
}

Result<void> Users::put_password(Transaction& transaction, const TenantId& tenant, const UserId& user,
                                 std::string_view password_hash) {
    const auto changed = TRY(transaction.run(
        "UPDATE tenant_user SET password_hash = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2",
        tenant, user, password_hash));
    if (changed == 0) return no_user();
    return end_access(transaction, tenant, user);
}

Result<model::User> Users::create(const TenantId& tenant, model::User user) {
    if (user.id.empty()) user.id = crypto::new_id<UserId>();
    user.tenant = tenant;
    auto done = database_.write(tenant, [&](Transaction& tx) { return insert(tx, user); });
    if (!done) return email_taken(std::move(done).error());
    return user;
}

Result<model::User> Users::invite(const TenantId& tenant, model::User user, const model::OneTimeLink& link) {
    user.id = crypto::new_id<UserId>();
    user.tenant = tenant;
    user.password_hash.clear();
    auto done = database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(insert(tx, user));
        return OneTimeLinks::insert(tx, user, link);
    });
    if (!done) return email_taken(std::move(done).error());
    return user;
}

Result<model::User> Users::get(const TenantId& tenant, const UserId& user) {
    return database_.read(tenant, [&](Transaction& tx) { return select(tx, tenant, user); });
}

Result<model::User> Users::by_email(std::string_view email) {
    return database_.platform().read([&](Transaction& tx) -> Result<model::User> {
        auto row = TRY(tx.query(select_user + "u.email = ?1", email));
        if (!TRY(row.step())) return no_user();
        return read(row);
    });
}

Result<Page<model::User>> Users::list(const TenantId& tenant, const PageRequest& request) {
    const ListShape shape{.name = "users",
                          .columns = columns,
                          .from = "tenant_user u",
                          .where = "u.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "u.id",
                          .sorts = user_sorts,
                          .fields = user_fields,
                          .words = user_words};
    return list_page<model::User>(database_, cursors_, tenant, shape, request,
                                  [](const Statement& row) { return read(row); });
}

Result<model::User> Users::update(const TenantId& tenant, const model::User& user,
                                  std::optional<std::int64_t> expected_revision) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<model::User> {
        const auto before = TRY(select_to_change(tx, tenant, user.id, expected_revision));
        auto after = before;
        after.name = user.name;
        after.role = user.role;
        after.disabled = user.disabled;
        after.customers = user.customers;
        if (!keeps_tenant_open(after)) TRY(check_owner_may_go(tx, before));
        TRY(
            tx.run("UPDATE tenant_user SET name = ?3, role = ?4, disabled = ?5, customers = ?6, "
                   "revision = revision + 1 WHERE tenant = ?1 AND id = ?2",
                   tenant, after.id, after.name, model::to_string(after.role), after.disabled,
                   customers_text(after.customers)));
        if (after.role != before.role || after.disabled != before.disabled ||
            after.customers != before.customers)
            TRY(end_access(tx, tenant, after.id));
        ++after.revision;
        return after;
    });
}

Result<void> Users::remove(const TenantId& tenant, const UserId& user,
                           std::optional<std::int64_t> expected_revision) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto before = TRY(select_to_change(tx, tenant, user, expected_revision));
        TRY(check_owner_may_go(tx, before));
        TRY(tx.run("DELETE FROM tenant_user WHERE tenant = ?1 AND id = ?2", tenant, user));
        return {};
    });
}

Result<void> Users::set_password(const TenantId& tenant, const UserId& user, std::string_view password_hash) {
    return database_.write(tenant,
                           [&](Transaction& tx) { return put_password(tx, tenant, user, password_hash); });
}

Result<void> Users::rehash(const TenantId& tenant, const UserId& user, std::string_view password_hash) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        if (TRY(tx.run("UPDATE tenant_user SET password_hash = ?3 WHERE tenant = ?1 AND id = ?2", tenant,
                       user, password_hash)) == 0)
            return no_user();
        return {};
    });
}

}  // namespace patrol::store

#include "store/users.h"

#include "crypto/random.h"
#include "store/json_columns.h"

namespace patrol::store {

namespace {

const std::string select_user = "SELECT " + std::string(Users::columns) + " FROM tenant_user u WHERE ";

Failure no_user() { return fail(Error::Kind::not_found, "There is no such user."); }

Failure taken(Error error) {
    if (!is_unique_violation(error)) return Failure(std::move(error));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a user with this e-mail address already.",
                      .field = "email",
                      .code = "user_exists"});
}

}  // namespace

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
            .customers = parse_customers(row.optional_view(first + 9))};
}

Result<void> Users::insert(Transaction& transaction, const model::User& user) {
    TRY(transaction.run(
        "INSERT INTO tenant_user(id, tenant, email, name, password_hash, role, platform_owner, "
        "disabled, created_at, customers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        user.id, user.tenant, user.email, user.name, user.password_hash, model::to_string(user.role),
        user.platform_owner, user.disabled, user.created_at, customers_text(user.customers)));
    return {};
}

Result<model::User> Users::create(const TenantId& tenant, model::User user) {
    if (user.id.empty()) user.id = crypto::new_id<UserId>();
    user.tenant = tenant;
    auto done = database_.write([&](Transaction& tx) { return insert(tx, user); });
    if (!done) return taken(std::move(done).error());
    return user;
}

Result<model::User> Users::get(const TenantId& tenant, const UserId& user) {
    return database_.read([&](Transaction& tx) -> Result<model::User> {
        auto row = TRY(tx.query(select_user + "u.tenant = ?1 AND u.id = ?2", tenant, user));
        if (!TRY(row.step())) return no_user();
        return read(row, 0);
    });
}

Result<model::User> Users::by_email(std::string_view email) {
    return database_.read([&](Transaction& tx) -> Result<model::User> {
        auto row = TRY(tx.query(select_user + "u.email = ?1", email));
        if (!TRY(row.step())) return no_user();
        return read(row, 0);
    });
}

Result<std::vector<model::User>> Users::list(const TenantId& tenant) {
    return database_.read([&](Transaction& tx) -> Result<std::vector<model::User>> {
        auto row = TRY(tx.query(select_user + "u.tenant = ?1 ORDER BY u.email", tenant));
        std::vector<model::User> users;
        while (TRY(row.step())) users.push_back(read(row, 0));
        return users;
    });
}

Result<void> Users::update(const TenantId& tenant, const model::User& user) {
    return database_.write([&](Transaction& tx) -> Result<void> {
        const auto before =
            TRY(tx.text("SELECT password_hash FROM tenant_user WHERE tenant = ?1 AND id = ?2 {for_update}",
                        tenant, user.id));
        if (!before) return no_user();
        TRY(
            tx.run("UPDATE tenant_user SET name = ?3, password_hash = ?4, role = ?5, disabled = ?6, "
                   "customers = ?7 WHERE tenant = ?1 AND id = ?2",
                   tenant, user.id, user.name, user.password_hash, model::to_string(user.role), user.disabled,
                   customers_text(user.customers)));
        if (user.disabled || *before != user.password_hash)
            TRY(tx.run("DELETE FROM session WHERE tenant = ?1 AND user_id = ?2", tenant, user.id));
        return {};
    });
}

Result<void> Users::rehash(const TenantId& tenant, const UserId& user, std::string_view password_hash) {
    return database_.write([&](Transaction& tx) -> Result<void> {
        if (TRY(tx.run("UPDATE tenant_user SET password_hash = ?3 WHERE tenant = ?1 AND id = ?2", tenant,
                       user, password_hash)) == 0)
            return no_user();
        return {};
    });
}

}  // namespace patrol::store

// The people of a tenant. E-mail addresses are lower case and unique over all tenants.
#pragma once

#include <string_view>
#include <vector>

#include "model/tenant.h"
#include "store/sql.h"

namespace patrol::store {

class Users {
public:
    explicit Users(Database& database) : database_(database) {}

    // An empty id is filled in. Kind::conflict "user_exists" for an e-mail that is taken.
    Result<model::User> create(const TenantId& tenant, model::User user);
    // Kind::not_found, also for users of another tenant.
    Result<model::User> get(const TenantId& tenant, const UserId& user);
    // For signing in, where the tenant is not known yet. Kind::not_found.
    Result<model::User> by_email(std::string_view email);
    Result<std::vector<model::User>> list(const TenantId& tenant);
    // Name, password hash, role, disabled, customers. Disabling or a new password ends the user's sessions.
    Result<void> update(const TenantId& tenant, const model::User& user);
    // The same password hashed at today's cost: sessions go on.
    Result<void> rehash(const TenantId& tenant, const UserId& user, std::string_view password_hash);

    // For the tables of this room: a whole row, and reading one from `columns` on.
    static Result<void> insert(Transaction& transaction, const model::User& user);
    static constexpr std::string_view columns =
        "u.id, u.tenant, u.email, u.name, u.password_hash, u.role, u.platform_owner, u.disabled, u.created_at, "
        "u.customers";
    static model::User read(const Statement& row, int first);

private:
    Database& database_;
};

}  // namespace patrol::store

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
    // Name, password hash, role, disabled. Disabling or a new password ends the user's sessions.
    Result<void> update(const TenantId& tenant, const model::User& user);

private:
    Database& database_;
};

}  // namespace patrol::store

// The people of a tenant. E-mail addresses are lower case and unique over all tenants. One owner who is
// active and sees all customers stays, and the platform owner stays what he is: Kind::conflict "last_owner"
// and "platform_owner" otherwise, also for two changes at once.
#pragma once

#include <optional>
#include <string_view>

#include "model/tenant.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class Users {
public:
    Users(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // An empty id is filled in. Kind::conflict "user_exists" for an e-mail that is taken.
    Result<model::User> create(const TenantId& tenant, model::User user);
    // The same, with a link by which the person sets a password.
    Result<model::User> invite(const TenantId& tenant, model::User user, const model::OneTimeLink& link);
    // Kind::not_found, also for users of another tenant.
    Result<model::User> get(const TenantId& tenant, const UserId& user);
    // For signing in, where the tenant is not known yet. Kind::not_found.
    Result<model::User> by_email(std::string_view email);
    // Sort: email (own order), name, created_at, last_sign_in_at. Filter fields: id, email, name, role,
    // disabled, mfa, created_at, last_sign_in_at.
    Result<Page<model::User>> list(const TenantId& tenant, const PageRequest& request);
    // Name, role, disabled, customers. All but a new name ends the user's sessions and open links.
    // Kind::stale when `expected_revision` is given and is not the row's.
    Result<model::User> update(const TenantId& tenant, const model::User& user,
                               std::optional<std::int64_t> expected_revision);
    // With all sessions, tokens and links.
    Result<void> remove(const TenantId& tenant, const UserId& user,
                        std::optional<std::int64_t> expected_revision);
    // Ends the user's sessions and open links.
    Result<void> set_password(const TenantId& tenant, const UserId& user, std::string_view password_hash);
    // The same password hashed at today's cost: sessions go on.
    Result<void> rehash(const TenantId& tenant, const UserId& user, std::string_view password_hash);

    // For the tables of this room: a whole row, and reading one from `columns` on.
    static Result<void> insert(Transaction& transaction, const model::User& user);
    static Result<void> put_password(Transaction& transaction, const TenantId& tenant, const UserId& user,
                                     std::string_view password_hash);
    static constexpr std::string_view columns =
        "u.id, u.tenant, u.email, u.name, u.password_hash, u.role, u.platform_owner, u.disabled, "
        "u.created_at, "
        "u.customers, u.mfa, u.last_sign_in_at, u.revision";
    static model::User read(const Statement& row, int first = 0);

private:
    Database& database_;
    const Cursors& cursors_;
};

// Of a failed insert: Kind::conflict "user_exists" where the e-mail is taken.
Failure email_taken(Error error);

}  // namespace patrol::store

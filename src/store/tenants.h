// Tenants and the first run. These functions are of the platform: they name no caller's tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tenant.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class Tenants {
public:
    Tenants(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    Result<std::int64_t> count_users();

    // Replaces the one that may exist. Kind::conflict "already_set_up" once a user exists.
    Result<void> set_setup_token(std::string_view token_hash, Timestamp expires_at);
    // True while a setup token with this hash would be taken.
    Result<bool> is_setup_token(std::string_view token_hash, Timestamp now);

    // The first run: tenant and owner in one transaction, and the setup token is spent. Empty ids are
    // filled in. `setup_token_hash` is absent only for the unattended first start.
    // Kind::conflict "already_set_up" when any user exists (two at once: one wins);
    // Kind::unauthenticated for a wrong or expired token.
    struct FirstRun {
        model::Tenant tenant;
        model::User owner;
    };
    Result<FirstRun> set_up(FirstRun first, const std::optional<std::string>& setup_token_hash,
                            Timestamp now);

    // A further tenant, with an owner who is invited by `link`. Kind::conflict "user_exists".
    Result<FirstRun> create(FirstRun first, const model::OneTimeLink& link, Timestamp now);

    // For the platform owner, a user of tenant `asking`, whose cursors are his own. Sort: name (own order),
    // created_at. Filter fields: id, name, created_at.
    Result<Page<model::Tenant>> list(const TenantId& asking, const PageRequest& request);
    // Kind::not_found.
    Result<model::Tenant> get(const TenantId& tenant);
    Result<std::vector<model::Tenant>> all();
    // Kind::not_found.
    Result<void> require_second_factor(const TenantId& tenant, model::SecondFactorRule rule);
    Result<void> set_sealed_key(const TenantId& tenant, std::string_view sealed_key);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

// API tokens (pat_…). Only their SHA-256 is kept.
#pragma once

#include <string_view>

#include "model/tenant.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class ApiTokens {
public:
    ApiTokens(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // An empty id is filled in.
    Result<model::ApiToken> create(const TenantId& tenant, model::ApiToken token, Timestamp now);

    struct Holder {
        model::ApiToken token;
        model::User user;
    };
    // Whose token it is; notes its use (written at most once a minute). Kind::unauthenticated when it
    // is unknown, expired or revoked, or its user is disabled: one and the same answer.
    Result<Holder> by_token_hash(std::string_view token_hash, Timestamp now);

    // Whether it still holds; a look is no use of it.
    Result<bool> is_live(const TenantId& tenant, const ApiTokenId& token, Timestamp now);

    // Revoked tokens are not listed. Sort: created_at (own order, newest first), name, last_used_at.
    // Filter fields: id, name, role.
    Result<Page<model::ApiToken>> list(const TenantId& tenant, const PageRequest& request);
    // Kind::not_found when there is no such token in the tenant or it is revoked already.
    Result<void> revoke(const TenantId& tenant, const ApiTokenId& token, Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

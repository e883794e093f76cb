// Sessions of the console. Only the SHA-256 of the cookie is kept. A session ends after
// limits::session_idle without use, limits::session_age after sign-in, or when it is removed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/tenant.h"
#include "store/sql.h"

namespace patrol::store {

class Sessions {
public:
    explicit Sessions(Database& database) : database_(database) {}

    // An empty id is filled in; expires_at is set by limits::session_age. Beyond limits::sessions_per_user
    // the user's session that was unused for longest ends. Noted at the user as a sign-in.
    Result<model::Session> create(const TenantId& tenant, model::Session session, Timestamp now);

    struct SignedIn {
        model::Session session;
        model::User user;
        model::SecondFactorRule second_factor = model::SecondFactorRule::optional;  // of the tenant
    };
    // Who holds this cookie; notes its use (written at most once a minute). Kind::unauthenticated for
    // an unknown or ended session and for a disabled user: one and the same answer.
    Result<SignedIn> by_token_hash(std::string_view token_hash, Timestamp now);

    // Whether it still holds; a look is no use of it.
    Result<bool> is_live(const TenantId& tenant, const SessionId& session, Timestamp now);

    // Removing what is not there is no error.
    Result<void> remove(const TenantId& tenant, const SessionId& session);
    Result<void> remove_of_user(const TenantId& tenant, const UserId& user);

    // A user's own live ones, the newest first; at most limits::sessions_per_user.
    Result<std::vector<model::Session>> of_user(const TenantId& tenant, const UserId& user, Timestamp now);
    // Kind::not_found for one that is not the user's.
    Result<void> revoke(const TenantId& tenant, const UserId& user, const SessionId& session);
    // All of the user's but `kept`; all where there is none to keep.
    Result<void> revoke_others(const TenantId& tenant, const UserId& user,
                               const std::optional<SessionId>& kept);
    // Deletes the rows of ended sessions.
    Result<std::int64_t> sweep(Timestamp now);

private:
    Database& database_;
};

}  // namespace patrol::store

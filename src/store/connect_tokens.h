// One-time tokens of `patrol connect` (pct_…), by SHA-256. An account has at most one open token.
// Unknown, expired and revoked tokens are Kind::unauthenticated with one and the same message; a
// spent one is Kind::gone.
#pragma once

#include <string>
#include <string_view>

#include "model/tenant.h"
#include "store/sql.h"

namespace patrol::store {

class ConnectTokens {
public:
    explicit ConnectTokens(Database& database) : database_(database) {}

    // Revokes the account's older open tokens. An empty id is filled in; an unset expires_at becomes
    // now + limits::connect_token_age. Kind::not_found for an account of another tenant.
    Result<model::ConnectToken> create(const Viewer& viewer, model::ConnectToken token, Timestamp now);

    // Whose token it is, also after it was spent (GET /connect/status); not when expired before it
    // was spent, or revoked.
    Result<model::ConnectToken> by_token_hash(std::string_view token_hash, Timestamp now);

    // The first call remembers the nonce; the same nonce may repeat for limits::connect_nonce_age.
    // Kind::gone for another nonce, a later repeat, or a spent token.
    Result<model::ConnectToken> exchange(std::string_view token_hash, std::string_view nonce, Timestamp now);

    // Spends the token, writes `role_arn` as the account's proposed role, sets trial_state "trying" and
    // enqueues the trial (job kind `trial`, payload {"connect_token_id": …}): one transaction. Of many
    // calls at once exactly one succeeds, the others get Kind::gone.
    Result<model::ConnectToken> complete(std::string_view token_hash, std::string_view role_arn,
                                         Timestamp now);

    // What GET /connect/status answers: state "trying", "passed" or "failed".
    Result<void> set_trial(const TenantId& tenant, const ConnectTokenId& token, std::string_view state,
                           std::string_view detail);
    Result<model::ConnectToken> get(const TenantId& tenant, const ConnectTokenId& token);
    // The newest open token of the account is revoked, if there is one.
    Result<void> revoke_of_account(const TenantId& tenant, const AccountId& account, Timestamp now);

private:
    Database& database_;
};

}  // namespace patrol::store

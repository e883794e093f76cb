#include "store/connect_tokens.h"

#include "base/json.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "store/jobs.h"
#include "store/json_columns.h"

namespace patrol::store {

namespace {

constexpr std::string_view token_columns =
    "id, tenant, account, token_hash, created_at, expires_at, exchange_nonce, exchanged_at, used_at, "
    "revoked_at, trial_state, trial_detail";
const std::string select_token = "SELECT " + std::string(token_columns) + " FROM connect_token WHERE ";

model::ConnectToken read_token(const Statement& row) {
    return {.id = row.id<ConnectTokenId>(0),
            .tenant = row.id<TenantId>(1),
            .account = row.id<AccountId>(2),
            .token_hash = row.text(3),
            .created_at = row.time(4),
            .expires_at = row.time(5),
            .exchange_nonce = row.text(6),
            .exchanged_at = row.time(7),
            .used_at = row.time(8),
            .revoked_at = row.time(9),
            .trial_state = row.text(10),
            .trial_detail = row.text(11)};
}

Failure not_valid() {
    return fail(Error{.kind = Error::Kind::unauthenticated,
                      .message = "The connect token is not valid.",
                      .hint = "Make a new command on the account's setup card.",
                      .code = "bad_connect_token"});
}
Failure spent() {
    return fail(Error{.kind = Error::Kind::gone,
                      .message = "The connect token was used already.",
                      .hint = "Make a new command on the account's setup card.",
                      .code = "connect_token_used"});
}

// Revoked, or over before it was spent.
bool dead(const model::ConnectToken& token, Timestamp now) {
    return token.revoked_at.is_set() || (!token.used_at.is_set() && now >= token.expires_at);
}

Result<model::ConnectToken> by_hash(Transaction& tx, std::string_view token_hash, Timestamp now) {
    auto row = TRY(tx.query(select_token + "token_hash = ?1", Blob{token_hash}));
    if (!TRY(row.step())) return not_valid();
    auto token = read_token(row);
    if (dead(token, now)) return not_valid();
    return token;
}

Result<void> revoke_open(Transaction& tx, const TenantId& tenant, const AccountId& account, Timestamp now) {
    TRY(
        tx.run("UPDATE connect_token SET revoked_at = ?3 WHERE tenant = ?1 AND account = ?2 AND used_at = 0 "
               "AND revoked_at = 0 {visible}",
               tenant, account, now));
    return {};
}

Result<void> propose_role(Transaction& tx, const model::ConnectToken& token, std::string_view role_arn,
                          Timestamp now) {
    const auto stored =
        TRY(tx.text("SELECT auth FROM cloud_account WHERE tenant = ?1 AND id = ?2 {for_update}", token.tenant,
                    token.account));
    if (!stored) return not_valid();
    auto auth = TRY(parse_auth(*stored));
    auto* role = std::get_if<model::RoleAuth>(&auth);
    if (role == nullptr) role = &auth.emplace<model::RoleAuth>();
    role->proposed_role_arn = role_arn;
    TRY(tx.run("UPDATE cloud_account SET auth = ?3, updated_at = ?4 WHERE tenant = ?1 AND id = ?2",
               token.tenant, token.account, auth_text(auth), now));
    return {};
}

}  // namespace

Result<model::ConnectToken> ConnectTokens::create(const Viewer& viewer, model::ConnectToken token,
                                                  Timestamp now) {
    if (token.id.empty()) token.id = crypto::new_id<ConnectTokenId>();
    token.tenant = viewer.tenant;
    token.created_at = now;
    if (!token.expires_at.is_set()) token.expires_at = now + limits::connect_token_age;
    return database_.write(viewer, [&](Transaction& tx) -> Result<model::ConnectToken> {
        // The account's row is locked so that of two at once on PostgreSQL one is revoked.
        const auto account =
            TRY(tx.text("SELECT id FROM cloud_account WHERE tenant = ?1 AND id = ?2 {for_update}",
                        viewer.tenant, token.account));
        if (!account) return fail(Error::Kind::not_found, "There is no such cloud account.");
        TRY(revoke_open(tx, viewer.tenant, token.account, now));
        TRY(
            tx.run("INSERT INTO connect_token(id, tenant, account, token_hash, created_at, expires_at, "
                   "exchange_nonce, exchanged_at, used_at, revoked_at, trial_state, trial_detail) VALUES "
                   "(?1, ?2, ?3, ?4, ?5, ?6, '', 0, 0, 0, '', '')",
                   token.id, viewer.tenant, token.account, Blob{token.token_hash}, now, token.expires_at));
        return token;
    });
}

Result<model::ConnectToken> ConnectTokens::by_token_hash(std::string_view token_hash, Timestamp now) {
    return database_.platform().read([&](Transaction& tx) { return by_hash(tx, token_hash, now); });
}

Result<model::ConnectToken> ConnectTokens::exchange(std::string_view token_hash, std::string_view nonce,
                                                    Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<model::ConnectToken> {
        auto token = TRY(by_hash(tx, token_hash, now));
        if (token.used_at.is_set()) return spent();
        const auto first =
            TRY(tx.run("UPDATE connect_token SET exchange_nonce = ?2, exchanged_at = ?3 "
                       "WHERE id = ?1 AND exchanged_at = 0 AND used_at = 0",
                       token.id, nonce, now));
        if (first == 0) {
            token = TRY(by_hash(tx, token_hash, now));
            if (token.exchange_nonce != nonce || now - token.exchanged_at >= limits::connect_nonce_age)
                return spent();
            return token;
        }
        token.exchange_nonce = nonce;
        token.exchanged_at = now;
        return token;
    });
}

Result<model::ConnectToken> ConnectTokens::complete(std::string_view token_hash, std::string_view role_arn,
                                                    Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<model::ConnectToken> {
        auto token = TRY(by_hash(tx, token_hash, now));
        const auto mine =
            TRY(tx.run("UPDATE connect_token SET used_at = ?2, trial_state = 'trying', trial_detail = '' "
                       "WHERE id = ?1 AND used_at = 0 AND revoked_at = 0",
                       token.id, now));
        if (mine == 0) return spent();
        TRY(propose_role(tx, token, role_arn, now));
        TRY(Jobs::enqueue(tx, token.tenant,
                          {.kind = JobKind::trial,
                           .lane = JobLane::interactive,
                           .account = token.account,
                           .payload = to_text(json::object{{"connect_token_id", token.id.str()}})},
                          now));
        token.used_at = now;
        token.trial_state = "trying";
        token.trial_detail.clear();
        return token;
    });
}

Result<void> ConnectTokens::set_trial(const TenantId& tenant, const ConnectTokenId& token,
                                      std::string_view state, std::string_view detail) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto changed =
            TRY(tx.run("UPDATE connect_token SET trial_state = ?3, trial_detail = ?4 "
                       "WHERE tenant = ?1 AND id = ?2",
                       tenant, token, state, detail));
        if (changed == 0) return fail(Error::Kind::not_found, "There is no such connect token.");
        return {};
    });
}

Result<model::ConnectToken> ConnectTokens::get(const TenantId& tenant, const ConnectTokenId& token) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<model::ConnectToken> {
        auto row = TRY(tx.query(select_token + "tenant = ?1 AND id = ?2", tenant, token));
        if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such connect token.");
        return read_token(row);
    });
}

Result<void> ConnectTokens::revoke_of_account(const TenantId& tenant, const AccountId& account,
                                              Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) { return revoke_open(tx, tenant, account, now); });
}

}  // namespace patrol::store

#include "store/sessions.h"

#include "base/limits.h"
#include "crypto/random.h"
#include "store/users.h"

namespace patrol::store {

namespace {

constexpr std::string_view session_columns =
    "s.id, s.tenant, s.user_id, s.token_hash, s.csrf_token, s.created_at, s.last_seen_at, s.expires_at, "
    "s.address, s.user_agent, s.by_provider";
constexpr int session_column_count = 11;
constexpr Millis note_every = std::chrono::minutes(1);

model::Session read_session(const Statement& row) {
    return {.id = row.id<SessionId>(0),
            .tenant = row.id<TenantId>(1),
            .user = row.id<UserId>(2),
            .token_hash = row.text(3),
            .csrf_token = row.text(4),
            .created_at = row.time(5),
            .last_seen_at = row.time(6),
            .expires_at = row.time(7),
            .address = row.text(8),
            .user_agent = row.text(9),
            .by_provider = row.truth(10)};
}

// Makes room for one more.
Result<void> end_oldest(Transaction& tx, const TenantId& tenant, const UserId& user) {
    TRY(
        tx.run("DELETE FROM session WHERE tenant = ?1 AND user_id = ?2 AND id NOT IN (SELECT id FROM session "
               "WHERE tenant = ?1 AND user_id = ?2 ORDER BY last_seen_at DESC, id LIMIT ?3)",
               tenant, user, limits::sessions_per_user - 1));
    return {};
}

bool ended(const model::Session& session, Timestamp now) {
    return now >= session.expires_at || now - session.last_seen_at >= limits::session_idle;
}

}  // namespace

Result<model::Session> Sessions::create(const TenantId& tenant, model::Session session, Timestamp now) {
    if (session.id.empty()) session.id = crypto::new_id<SessionId>();
    session.tenant = tenant;
    session.created_at = session.last_seen_at = now;
    session.expires_at = now + limits::session_age;
    TRY(database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(end_oldest(tx, tenant, session.user));
        TRY(tx.run(
            "INSERT INTO session(id, tenant, user_id, token_hash, csrf_token, created_at, last_seen_at, "
            "expires_at, address, user_agent, by_provider) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
            "?11)",
            session.id, tenant, session.user, Blob{session.token_hash}, session.csrf_token,
            session.created_at, session.last_seen_at, session.expires_at, session.address, session.user_agent,
            session.by_provider));
        TRY(tx.run("UPDATE tenant_user SET last_sign_in_at = ?3 WHERE tenant = ?1 AND id = ?2", tenant,
                   session.user, now));
        return {};
    }));
    return session;
}

Result<Sessions::SignedIn> Sessions::by_token_hash(std::string_view token_hash, Timestamp now) {
    static const std::string select =
        "SELECT " + std::string(session_columns) + ", t.require_second_factor, " +
        std::string(Users::columns) +
        " FROM session s JOIN tenant_user u ON u.id = s.user_id JOIN tenant t ON t.id = s.tenant WHERE "
        "s.token_hash = ?1";
    auto found = TRY(database_.platform().read([&](Transaction& tx) -> Result<SignedIn> {
        auto row = TRY(tx.query(select, Blob{token_hash}));
        if (!TRY(row.step())) return fail(Error::Kind::unauthenticated, "You are not signed in.");
        return SignedIn{read_session(row), Users::read(row, session_column_count + 1),
                        row.truth(session_column_count) ? model::SecondFactorRule::required
                                                        : model::SecondFactorRule::optional};
    }));
    if (found.user.disabled || ended(found.session, now))
        return fail(Error::Kind::unauthenticated, "You are not signed in.");
    if (now - found.session.last_seen_at >= note_every) {
        found.session.last_seen_at = now;
        TRY(database_.platform().write([&](Transaction& tx) {
            return tx.run("UPDATE session SET last_seen_at = ?2 WHERE id = ?1", found.session.id, now);
        }));
    }
    return found;
}

// A session that lacks the second factor its tenant has come to ask for opens no stream either.
Result<bool> Sessions::is_live(const TenantId& tenant, const SessionId& session, Timestamp now) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<bool> {
        const auto found =
            TRY(tx.integer("SELECT 1 FROM session s JOIN tenant_user u ON u.id = s.user_id JOIN tenant t ON "
                           "t.id = s.tenant WHERE s.tenant = ?1 AND s.id = ?2 AND s.expires_at > ?3 AND "
                           "s.last_seen_at > ?4 AND u.disabled = 0 AND (t.require_second_factor = 0 OR "
                           "u.mfa = 1 OR s.by_provider = 1)",
                           tenant, session, now, now - limits::session_idle));
        return found.has_value();
    });
}

Result<void> Sessions::remove(const TenantId& tenant, const SessionId& session) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(tx.run("DELETE FROM session WHERE tenant = ?1 AND id = ?2", tenant, session));
        return {};
    });
}

Result<void> Sessions::remove_of_user(const TenantId& tenant, const UserId& user) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(tx.run("DELETE FROM session WHERE tenant = ?1 AND user_id = ?2", tenant, user));
        return {};
    });
}

Result<std::vector<model::Session>> Sessions::of_user(const TenantId& tenant, const UserId& user,
                                                      Timestamp now) {
    static const std::string select = "SELECT " + std::string(session_columns) +
                                      " FROM session s WHERE s.tenant = ?1 AND s.user_id = ?2 "
                                      "ORDER BY s.created_at DESC, s.id";
    return database_.read(tenant, [&](Transaction& tx) -> Result<std::vector<model::Session>> {
        auto row = TRY(tx.query(select, tenant, user));
        std::vector<model::Session> sessions;
        while (TRY(row.step())) {
            sessions.push_back(read_session(row));
            if (ended(sessions.back(), now)) sessions.pop_back();
        }
        return sessions;
    });
}

Result<void> Sessions::revoke(const TenantId& tenant, const UserId& user, const SessionId& session) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto gone = TRY(tx.run("DELETE FROM session WHERE tenant = ?1 AND user_id = ?2 AND id = ?3",
                                     tenant, user, session));
        if (gone == 0) return fail(Error::Kind::not_found, "There is no such session.");
        return {};
    });
}

Result<void> Sessions::revoke_others(const TenantId& tenant, const UserId& user,
                                     const std::optional<SessionId>& kept) {
    if (!kept) return remove_of_user(tenant, user);
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(tx.run("DELETE FROM session WHERE tenant = ?1 AND user_id = ?2 AND id <> ?3", tenant, user,
                   *kept));
        return {};
    });
}

Result<std::int64_t> Sessions::sweep(Timestamp now) {
    return database_.platform().write([&](Transaction& tx) {
        return tx.run("DELETE FROM session WHERE expires_at <= ?1 OR last_seen_at <= ?2", now,
                      now - limits::session_idle);
    });
}

}  // namespace patrol::store

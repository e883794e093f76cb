#include "store/one_time_links.h"

#include "store/users.h"

namespace patrol::store {

namespace {

Failure not_valid() { return fail(Error::Kind::unauthenticated, "The link is not valid."); }

Result<model::User> find_holder(Transaction& tx, model::LinkPurpose purpose, std::string_view token_hash,
                                Timestamp now, std::string_view lock = {}) {
    static const std::string select = "SELECT " + std::string(Users::columns) +
                                      " FROM one_time_link l JOIN tenant_user u ON u.id = l.user_id WHERE "
                                      "l.purpose = ?1 AND l.token_hash = ?2 AND l.expires_at > ?3 AND "
                                      "u.disabled = 0";
    auto row = TRY(tx.query(select + std::string(lock), model::to_string(purpose), Blob{token_hash}, now));
    if (!TRY(row.step())) return not_valid();
    return Users::read(row);
}

}  // namespace

Result<void> OneTimeLinks::insert(Transaction& transaction, const model::User& user,
                                  const model::OneTimeLink& link) {
    TRY(transaction.run(
        "INSERT INTO one_time_link(tenant, user_id, purpose, token_hash, expires_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        user.tenant, user.id, model::to_string(link.purpose), Blob{link.token_hash}, link.expires_at));
    return {};
}

Result<void> OneTimeLinks::replace(const TenantId& tenant, const model::User& user,
                                   const model::OneTimeLink& link) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto revision = TRY(tx.integer(
            "SELECT revision FROM tenant_user WHERE tenant = ?1 AND id = ?2 {for_update}", tenant, user.id));
        if (!revision) return fail(Error::Kind::not_found, "There is no such user.");
        if (*revision != user.revision)
            return fail(Error::Kind::stale, "The user was changed by somebody else in the meantime.");
        TRY(tx.run("DELETE FROM one_time_link WHERE tenant = ?1 AND user_id = ?2 AND purpose = ?3", tenant,
                   user.id, model::to_string(link.purpose)));
        return insert(tx, user, link);
    });
}

Result<model::User> OneTimeLinks::holder(model::LinkPurpose purpose, std::string_view token_hash,
                                         Timestamp now) {
    return database_.platform().read(
        [&](Transaction& tx) { return find_holder(tx, purpose, token_hash, now); });
}

Result<model::User> OneTimeLinks::spend(model::LinkPurpose purpose, std::string_view token_hash,
                                        const NewPassword& password, Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<model::User> {
        // The user's row is locked first, as by everybody who changes a user.
        auto user = TRY(find_holder(tx, purpose, token_hash, now, " {for_update}"));
        if (TRY(tx.run("DELETE FROM one_time_link WHERE token_hash = ?1", Blob{token_hash})) == 0)
            return not_valid();
        if (!password.name.empty()) {
            user.name = password.name;
            TRY(tx.run("UPDATE tenant_user SET name = ?3 WHERE tenant = ?1 AND id = ?2", user.tenant, user.id,
                       user.name));
        }
        TRY(Users::put_password(tx, user.tenant, user.id, password.hash));
        user.password_hash = password.hash;
        ++user.revision;
        return user;
    });
}

}  // namespace patrol::store

#include "store/user_identities.h"

#include "store/audit.h"
#include "store/users.h"

namespace patrol::store {

Result<std::optional<model::User>> UserIdentities::find(std::string_view issuer, std::string_view subject) {
    static const auto sql =
        "SELECT " + std::string(Users::columns) +
        " FROM user_identity i JOIN tenant_user u ON u.id = i.user_id AND u.tenant = i.tenant "
        "WHERE i.issuer = ?1 AND i.subject = ?2";
    return database_.platform().read([&](Transaction& tx) -> Result<std::optional<model::User>> {
        auto row = TRY(tx.query(sql, issuer, subject));
        if (!TRY(row.step())) return std::optional<model::User>();
        return std::optional(Users::read(row, 0));
    });
}

Result<void> UserIdentities::link(const TenantId& tenant, const UserId& user, std::string_view issuer,
                                  std::string_view subject, const model::AuditEntry& entry) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto made = TRY(tx.run(
            "INSERT INTO user_identity(issuer, subject, tenant, user_id, linked_at) SELECT ?1, ?2, u.tenant, "
            "u.id, ?5 FROM tenant_user u WHERE u.tenant = ?3 AND u.id = ?4 ON CONFLICT DO NOTHING",
            issuer, subject, tenant, user, entry.at));
        if (made == 0)
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "This user signs in as somebody else of the identity provider.",
                              .hint = "Ask an administrator.",
                              .code = "identity_linked"});
        TRY(audit_.append(tx, tenant, entry));
        return {};
    });
}

}  // namespace patrol::store

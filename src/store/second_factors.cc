#include "store/second_factors.h"

namespace patrol::store {

namespace {

Result<void> set_mfa(Transaction& tx, const TenantId& tenant, const UserId& user, std::int64_t value) {
    TRY(tx.run("UPDATE tenant_user SET mfa = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2",
               tenant, user, value));
    return {};
}

Result<void> put_recovery_codes(Transaction& tx, const TenantId& tenant, const UserId& user,
                                std::span<const std::string> code_hashes) {
    for (const auto& hash : code_hashes)
        TRY(tx.run("INSERT INTO recovery_code(tenant, user_id, code_hash) VALUES (?1, ?2, ?3)", tenant, user,
                   Blob{hash}));
    return {};
}

}  // namespace

Result<std::optional<SecondFactors::Factor>> SecondFactors::get(const TenantId& tenant, const UserId& user) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<std::optional<Factor>> {
        auto row =
            TRY(tx.query("SELECT sealed_secret, confirmed, last_step FROM second_factor WHERE "
                         "tenant = ?1 AND user_id = ?2",
                         tenant, user));
        if (!TRY(row.step())) return std::nullopt;
        return Factor{.sealed_secret = row.text(0), .confirmed = row.truth(1), .last_step = row.integer(2)};
    });
}

Result<void> SecondFactors::begin(const TenantId& tenant, const UserId& user,
                                  std::string_view sealed_secret) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto made = TRY(
            tx.run("INSERT INTO second_factor(tenant, user_id, sealed_secret, confirmed, last_step) "
                   "VALUES (?1, ?2, ?3, 0, 0) ON CONFLICT (user_id) DO UPDATE SET "
                   "sealed_secret = excluded.sealed_secret, last_step = 0 WHERE second_factor.confirmed = 0",
                   tenant, user, Blob{sealed_secret}));
        if (made > 0) return {};
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "An authenticator app is in use already.",
                          .hint = "Remove it first.",
                          .code = "second_factor_active"});
    });
}

Result<bool> SecondFactors::confirm(const TenantId& tenant, const UserId& user, const Factor& factor,
                                    std::int64_t step, std::span<const std::string> code_hashes) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<bool> {
        const auto done =
            TRY(tx.run("UPDATE second_factor SET confirmed = 1, last_step = ?4 WHERE tenant = ?1 "
                       "AND user_id = ?2 AND sealed_secret = ?3 AND confirmed = 0",
                       tenant, user, Blob{factor.sealed_secret}, step));
        if (done == 0) return false;
        TRY(put_recovery_codes(tx, tenant, user, code_hashes));
        TRY(set_mfa(tx, tenant, user, 1));
        return true;
    });
}

Result<bool> SecondFactors::spend_step(const TenantId& tenant, const UserId& user, std::int64_t step) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<bool> {
        return TRY(tx.run("UPDATE second_factor SET last_step = ?3 WHERE tenant = ?1 AND user_id = ?2 AND "
                          "last_step < ?3",
                          tenant, user, step)) > 0;
    });
}

Result<bool> SecondFactors::spend_recovery_code(const TenantId& tenant, const UserId& user,
                                                std::string_view code_hash) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<bool> {
        return TRY(tx.run("DELETE FROM recovery_code WHERE tenant = ?1 AND user_id = ?2 AND code_hash = ?3",
                          tenant, user, Blob{code_hash})) > 0;
    });
}

Result<bool> SecondFactors::replace_recovery_codes(const TenantId& tenant, const UserId& user,
                                                   std::span<const std::string> code_hashes) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<bool> {
        // The factor's row is held: of two at once the second one's codes stay.
        const auto confirmed = TRY(
            tx.integer("SELECT confirmed FROM second_factor WHERE tenant = ?1 AND user_id = ?2 {for_update}",
                       tenant, user));
        if (confirmed.value_or(0) == 0) return false;
        TRY(tx.run("DELETE FROM recovery_code WHERE tenant = ?1 AND user_id = ?2", tenant, user));
        TRY(put_recovery_codes(tx, tenant, user, code_hashes));
        return true;
    });
}

Result<void> SecondFactors::remove(const TenantId& tenant, const UserId& user) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(tx.run("DELETE FROM recovery_code WHERE tenant = ?1 AND user_id = ?2", tenant, user));
        const auto gone =
            TRY(tx.run("DELETE FROM second_factor WHERE tenant = ?1 AND user_id = ?2", tenant, user));
        if (gone > 0) TRY(set_mfa(tx, tenant, user, 0));
        return {};
    });
}

}  // namespace patrol::store

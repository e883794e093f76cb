// The second factor of a person: the sealed secret of an authenticator app and one-time recovery codes,
// kept as hashes. It is asked for from its confirmation on; then tenant_user.mfa is 1. What may be used
// once is taken by one statement, so that of many at once one succeeds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/tenant.h"
#include "store/sql.h"

namespace patrol::store {

class SecondFactors {
public:
    explicit SecondFactors(Database& database) : database_(database) {}

    struct Factor {
        std::string sealed_secret;  // bound to (tenant, "second_factor", user, "sealed_secret")
        bool confirmed = false;
        std::int64_t last_step = 0;  // crypto/totp.h
    };
    Result<std::optional<Factor>> get(const TenantId& tenant, const UserId& user);
    // Replaces one that is not confirmed. Kind::conflict "second_factor_active" for one that is.
    Result<void> begin(const TenantId& tenant, const UserId& user, std::string_view sealed_secret);
    // With `step` spent and the recovery codes' hashes kept. False when there is none to confirm with this
    // very secret.
    Result<bool> confirm(const TenantId& tenant, const UserId& user, const Factor& factor, std::int64_t step,
                         std::span<const std::string> code_hashes);
    // False when a later step or this one was spent already.
    Result<bool> spend_step(const TenantId& tenant, const UserId& user, std::int64_t step);
    Result<bool> spend_recovery_code(const TenantId& tenant, const UserId& user, std::string_view code_hash);
    // In the place of all earlier ones. False where no confirmed factor is.
    Result<bool> replace_recovery_codes(const TenantId& tenant, const UserId& user,
                                        std::span<const std::string> code_hashes);
    // With its recovery codes; removing what is not there is no error.
    Result<void> remove(const TenantId& tenant, const UserId& user);

private:
    Database& database_;
};

}  // namespace patrol::store

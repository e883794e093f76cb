// Azure Key Vault. Before a token leaves, the vault is asked without one: its challenge must name the
// resource of this cloud's vaults, else the name leads somewhere else. The login never follows the
// challenge: it goes to the operator's own tenant.
// Source: Key Vault REST API 7.4 (Get Secret), "Authentication, requests and responses"; Microsoft Entra
// OAuth 2.0 client credentials; managed identities' token endpoints.
#pragma once

#include "crypto/variables.h"
#include "secrets/login_cache.h"
#include "secrets/manager_call.h"
#include "secrets/references.h"
#include "secrets/secret_manager.h"
#include "secrets/settings.h"

namespace patrol::secrets {

class AzureManager final : public SecretManager {
public:
    // `variables` may hold AZURE_CLIENT_SECRET and IDENTITY_HEADER. All must outlive this.
    AzureManager(AzureSettings settings, const Confinement& confinement, const crypto::Variables& variables,
                 Outside outside);
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    [[nodiscard]] Result<AzureReference> parse(const TenantId& tenant, std::string_view ref) const;
    [[nodiscard]] Result<Answer> ask(const AzureReference& ref, std::string_view token) const;
    [[nodiscard]] Result<void> check_challenge(const AzureReference& ref) const;
    [[nodiscard]] Result<crypto::Secret> read(const AzureReference& ref, std::string_view token) const;

    AzureSettings settings_;
    const Confinement& confinement_;
    const crypto::Variables& variables_;
    Outside outside_;
    mutable LoginCache logins_;
};

// "https://vault.azure.net" of "https://{vault}.vault.azure.net": what a token is asked for.
std::string vault_resource(std::string_view vault_url);

// The value of one parameter of a WWW-Authenticate header: resource="https://…". Empty where absent.
std::string challenge_parameter(std::string_view header, std::string_view name);

// A login with these settings for `resource`: azure_login.cc.
Result<Login> azure_login(const AzureSettings& settings, const crypto::Variables& variables,
                          std::string_view resource, const Outside& outside);

}  // namespace patrol::secrets

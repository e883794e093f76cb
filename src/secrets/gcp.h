// Google Secret Manager. The server's own login is a service account's key, a user's application default
// credentials, or the metadata server of the machine. Each value is checked against its CRC32C.
// Source: Secret Manager API v1 (projects.secrets.versions.access), Google's OAuth 2.0 for service accounts.
#pragma once

#include "secrets/login_cache.h"
#include "secrets/manager_call.h"
#include "secrets/references.h"
#include "secrets/secret_manager.h"
#include "secrets/settings.h"

namespace patrol::secrets {

class GcpManager final : public SecretManager {
public:
    // All must outlive this.
    GcpManager(GcpSettings settings, const Confinement& confinement, Outside outside);
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    [[nodiscard]] Result<GcpReference> parse(const TenantId& tenant, std::string_view ref) const;
    [[nodiscard]] Result<crypto::Secret> read(const GcpReference& ref, std::string_view token) const;

    GcpSettings settings_;
    const Confinement& confinement_;
    Outside outside_;
    mutable LoginCache logins_;
};

// A login with these settings: gcp_login.cc.
Result<Login> gcp_login(const GcpSettings& settings, const Outside& outside);

}  // namespace patrol::secrets

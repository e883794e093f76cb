// HashiCorp Vault and OpenBao, KV version 1 and 2. The mount's version is asked of Vault
// (GET /v1/sys/internal/ui/mounts/PATH), which also says where the mount ends. Nothing but KV mounts is
// ever read: no dynamic credentials, no sys/ paths.
// Source: the HTTP API documentation of Vault and OpenBao (kv, auth/approle, auth/kubernetes, auth/jwt).
#pragma once

#include "crypto/variables.h"
#include "secrets/login_cache.h"
#include "secrets/manager_call.h"
#include "secrets/references.h"
#include "secrets/secret_manager.h"
#include "secrets/settings.h"

namespace patrol::secrets {

class VaultManager final : public SecretManager {
public:
    // `variables` may hold VAULT_TOKEN. All must outlive this.
    VaultManager(VaultSettings settings, const Confinement& confinement, const crypto::Variables& variables,
                 Outside outside);
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    struct Mount {
        std::string path;  // "secret/"
        int version = 1;
    };
    [[nodiscard]] Result<VaultReference> parse(const TenantId& tenant, std::string_view ref) const;
    [[nodiscard]] Result<Login> log_in() const;
    [[nodiscard]] Result<crypto::Secret> credential() const;
    [[nodiscard]] Result<Login> exchange(const crypto::Secret& credential) const;
    [[nodiscard]] Result<Mount> mount_of(const VaultReference& ref, std::string_view token) const;
    [[nodiscard]] Result<crypto::Secret> read(const VaultReference& ref, std::string_view token) const;
    [[nodiscard]] Result<Answer> ask(std::string_view method, std::string_view path, std::string_view token,
                                     std::string body) const;

    VaultSettings settings_;
    const Confinement& confinement_;
    const crypto::Variables& variables_;
    Outside outside_;
    mutable LoginCache logins_;
};

}  // namespace patrol::secrets

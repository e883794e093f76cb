// Where secret values are kept, one implementation per manager. A reference is checked when it is
// written and resolved again, just in time, by every job that needs it; a value is never kept.
// Errors are Kind::invalid, not_found or unavailable with a sentence for the user that repeats no value:
// never unauthenticated or denied, which an API caller would take for his own login.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/secret.h"
#include "crypto/variables.h"
#include "model/ids.h"
#include "secrets/confinement.h"

namespace patrol::secrets {

class SecretManager {
public:
    virtual ~SecretManager() = default;
    // Whether `ref` may be used at all. Says nothing about a value that can still appear.
    virtual Result<void> check(const TenantId& tenant, std::string_view ref) const = 0;
    virtual Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const = 0;
};

// Values that Patrol keeps itself, sealed: the server wires this to the store.
class SealedValues {
public:
    virtual ~SealedValues() = default;
    // By the named secret's id or name. Kind::not_found.
    virtual Result<crypto::Secret> open(const TenantId& tenant, std::string_view id_or_name) const = 0;
};

class SealedManager final : public SecretManager {
public:
    explicit SealedManager(const SealedValues& values) : values_(values) {}
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    const SealedValues& values_;
};

// Only variables that begin with PATROL_SECRET_: anything else would be a window into the server.
// A confined tenant's go on with its id: PATROL_SECRET_ten_…_NAME.
class EnvironmentManager final : public SecretManager {
public:
    // `variables` hold what was taken out of the environment at the start; what was not is still read there.
    EnvironmentManager(const Confinement& confinement, const crypto::Variables& variables)
        : confinement_(confinement), variables_(variables) {}
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    const Confinement& confinement_;
    const crypto::Variables& variables_;
};

// Only regular files below one folder, links that lead out of it refused. A confined tenant's lie below the
// prefix in that folder.
class FileManager final : public SecretManager {
public:
    static constexpr std::size_t file_bytes_max = 64 * 1024;

    FileManager(std::filesystem::path folder, const Confinement& confinement)
        : folder_(std::move(folder)), confinement_(confinement) {}
    Result<void> check(const TenantId& tenant, std::string_view ref) const override;
    Result<crypto::Secret> resolve(const TenantId& tenant, std::string_view ref) const override;

private:
    [[nodiscard]] Result<std::filesystem::path> path_of(const TenantId& tenant, std::string_view ref) const;

    std::filesystem::path folder_;  // empty: the manager is switched off
    const Confinement& confinement_;
};

}  // namespace patrol::secrets

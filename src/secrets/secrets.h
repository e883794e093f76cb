// All secret managers behind one door, by the name in a SecretRef. Managers of later versions are
// known by name and refused with a clear answer.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "model/secret_ref.h"
#include "secrets/secret_manager.h"

namespace patrol::secrets {

class Secrets {
public:
    // `folder`: PATROL_SECRETS_DIR, empty where none is set. `sealed` must outlive this.
    Secrets(const SealedValues& sealed, std::filesystem::path folder);

    // When a reference is written: Kind::invalid with `field` + ".manager" or ".ref".
    Result<void> check(const TenantId& tenant, const model::SecretRef& ref, std::string_view field) const;
    // Just in time. Kind::invalid or Kind::not_found with a sentence for the user.
    Result<crypto::Secret> resolve(const TenantId& tenant, const model::SecretRef& ref) const;

private:
    [[nodiscard]] Result<const SecretManager*> manager(std::string_view name) const;

    std::map<std::string, std::unique_ptr<SecretManager>, std::less<>> managers_;
};

}  // namespace patrol::secrets

// All secret managers behind one door, by the name in a SecretRef. External ones need the server's settings
// (settings.h); one that is not set up answers 422 and names what to set.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "cloud/aws/environment.h"
#include "crypto/variables.h"
#include "model/secret_ref.h"
#include "secrets/aws_own_reader.h"
#include "secrets/manager_call.h"
#include "secrets/secret_manager.h"
#include "secrets/settings.h"

namespace patrol::secrets {

class Secrets {
public:
    // What the external managers work with. All must outlive the Secrets.
    struct Means {
        Outside outside;
        const aws::Environment& environment;
        const crypto::Variables& variables;
    };

    // sealed, env and file only, and no tenant confined. `folder`: PATROL_SECRETS_DIR, empty where none is
    // set. `sealed` must outlive this.
    Secrets(const SealedValues& sealed, std::filesystem::path folder);
    Secrets(const SealedValues& sealed, Settings settings, Confinement confinement, const Means& means);
    Secrets(const Secrets&) = delete;  // the managers refer to its confinement
    Secrets& operator=(const Secrets&) = delete;

    // When a reference is written: Kind::invalid with `field` + ".manager" or ".ref".
    Result<void> check(const TenantId& tenant, const model::SecretRef& ref, std::string_view field) const;
    // Just in time. Kind::invalid, not_found or unavailable with a sentence for the user.
    Result<crypto::Secret> resolve(const TenantId& tenant, const model::SecretRef& ref) const;

private:
    [[nodiscard]] Result<const SecretManager*> manager(std::string_view name) const;

    Confinement confinement_;
    crypto::Variables none_;
    std::unique_ptr<AwsOwnReader> aws_;
    std::map<std::string, std::unique_ptr<SecretManager>, std::less<>> managers_;
};

}  // namespace patrol::secrets

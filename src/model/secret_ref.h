// Where a secret is kept. Only the reference is stored; the value is resolved just in time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/ids.h"

namespace patrol::model {

struct SecretRef {
    std::string
        manager;      // sealed env file vault aws_secrets_manager aws_ssm gcp_secret_manager azure_key_vault
    std::string ref;  // manager-specific: a secret's id or name, a variable name, a path
    bool operator==(const SecretRef&) const = default;
};

// A named secret in Settings → Secrets. For `sealed` the sealed bytes live in the store and never leave it in
// clear.
struct NamedSecret {
    SecretId id;
    std::string name;
    SecretRef ref;
    bool has_value = false;
    Timestamp created_at;
    Timestamp updated_at;
    Timestamp last_used_at;
};

}  // namespace patrol::model

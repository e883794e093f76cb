// The references of the external secret managers, parsed. One grammar each:
//   vault                <mount>/<path>#<field>[@version]
//   aws_secrets_manager  <name or ARN>[#json-field]
//   aws_ssm              /path/name[:version or :label]
//   gcp_secret_manager   projects/P[/locations/L]/secrets/S[/versions/V]
//   azure_key_vault      <vault>/<name>[/<version>]
// Strict: no "..", no empty segments, no percent signs, nothing but the characters that the manager itself
// allows in names, so a reference never becomes another URL. Errors are Kind::invalid, field "ref".
// Name rules: each vendor's API reference (CreateSecret, PutParameter, projects.secrets, Key Vault objects).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::secrets {

inline constexpr std::size_t reference_bytes_max = 1024;

struct VaultReference {
    std::string path;  // mount and path: where one ends only Vault knows
    std::string field;
    std::string version;  // digits; empty: the newest
};
Result<VaultReference> parse_vault_reference(std::string_view ref);

struct AwsSecretReference {
    std::string id;      // as written: a name or an ARN
    std::string name;    // without the ARN around it
    std::string region;  // of the ARN; empty: the server's
    std::string field;   // empty: the whole text
};
Result<AwsSecretReference> parse_aws_secret_reference(std::string_view ref);

struct ParameterReference {
    std::string name;  // with the selector
};
Result<ParameterReference> parse_parameter_reference(std::string_view ref);

struct GcpReference {
    std::string project;
    std::string location;  // empty: global
    std::string secret;
    std::string version;  // digits, an alias or "latest"
    // "projects/P/secrets/S/versions/V"
    [[nodiscard]] std::string resource() const;
};
Result<GcpReference> parse_gcp_reference(std::string_view ref);

struct AzureReference {
    std::string vault;  // lower case: it becomes a host name
    std::string name;
    std::string version;  // 32 hex digits; empty: the newest
};
Result<AzureReference> parse_azure_reference(std::string_view ref);

}  // namespace patrol::secrets

// collector.yaml: what this collector may read, and with which credentials. The server names a credential; it
// can neither add one nor lead one to another account or endpoint. The file holds no secret: these come from
// profiles, the machine's role, variables or files of their own. Unknown keys are refused.
//   credentials:
//     acme-production:
//       account: "111122223333"         required: this credential reads this account and no other
//       profile: acme                   of ~/.aws/config; without it and keys: the standard AWS chain
//       access_key_id: {env: NAME}      or {file: /path}; together with secret_access_key
//       secret_access_key: {file: /etc/patrol-collector/acme.key}
//       role_arn: arn:aws:iam::111122223333:role/PatrolReadOnly   assumed with the credentials above
//       external_id: …
//   endpoints_allowed: [cloud.acme.example, 10.1.0.0/16]   that an account's endpoint may name; default none
//   max_parallel: 2
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "net/egress_policy.h"

namespace patrol::collector {

inline constexpr std::size_t credentials_max = 1'000;
inline constexpr std::size_t credential_name_chars = 63;
inline constexpr std::size_t endpoints_max = 200;
inline constexpr int parallel_default = 2;
inline constexpr int parallel_max = 8;

// Where one secret text is.
struct SecretPlace {
    enum class Kind { variable, file };
    Kind kind = Kind::variable;
    std::string where;
    bool operator==(const SecretPlace&) const = default;
};

struct KeyPlaces {
    SecretPlace access_key_id, secret_access_key;
    bool operator==(const KeyPlaces&) const = default;
};

struct Credential {
    std::string name;
    std::string account;  // 12 digits
    std::string profile;  // empty: the standard chain, unless there are keys
    std::optional<KeyPlaces> keys;
    std::string role_arn;  // empty: the credentials themselves read
    std::string external_id;
    bool operator==(const Credential&) const = default;
};

struct SiteFile {
    std::map<std::string, Credential, std::less<>> credentials;
    net::EgressPolicy endpoints;
    int max_parallel = parallel_default;
};

// [a-z0-9][a-z0-9_-]{0,62}
bool is_credential_name(std::string_view text);

// Kind::invalid; `detail` is the line.
Result<SiteFile> parse_site_file(std::string_view text);
Result<SiteFile> load_site_file(const std::filesystem::path& file);

}  // namespace patrol::collector

// What the operator set: flags over environment (PATROL_*) over file (/etc/patrol/patrol.yaml or
// --config). One table (settings()) names every setting in its three spellings; help and docs follow it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/time.h"
#include "crypto/variables.h"
#include "net/http_server.h"
#include "net/ip_address.h"
#include "secrets/confinement.h"
#include "secrets/settings.h"

namespace patrol::server {

enum class Switch { off, on };
enum class MasterKeySource { file, variable, credential };

struct Configuration {
    std::string listen_address = "127.0.0.1";
    std::uint16_t listen_port = 8080;  // 0: the kernel chooses
    std::filesystem::path data_dir;
    std::string database_url;  // empty: SQLite in data_dir
    std::string public_url;    // empty: the address that is listened on
    std::string server_name = "Patrol";
    Switch insecure_http = Switch::off;
    std::optional<net::TlsFiles> tls;                       // absent: plain http
    std::optional<std::vector<net::Cidr>> trusted_proxies;  // absent: one on this machine
    MasterKeySource master_key_from = MasterKeySource::file;
    std::filesystem::path master_key_file;
    std::filesystem::path master_key_credential;  // of systemd's LoadCredential=
    secrets::Settings secrets;
    std::string secrets_prefix{secrets::default_prefix};
    // What was taken out of the process environment: load_process_configuration().
    std::shared_ptr<const crypto::Variables> taken = std::make_shared<const crypto::Variables>();
    Switch allow_core_dumps = Switch::off;
    std::filesystem::path catalogue_dir = "/etc/patrol/catalogue.d";
    Switch allow_own_account = Switch::off;
    std::string allow_endpoints;
    std::string aws_principal_role;  // narrows the customers' trust to this role
    Millis connect_token_age{};
    int scan_threads = 4;
    Switch workers_in_process = Switch::off;
    int aws_rate_percent = 100;                          // 0: no budgets, for emulators
    std::string oidc_issuer, oidc_client_id, oidc_name;  // no issuer: no identity provider
    std::filesystem::path oidc_client_secret_file;
    std::string heartbeat_url;  // empty: no heartbeat
    int notification_attempts = limits::delivery_attempts;
    log::Level log_level = log::Level::info;
    log::Format log_format = log::Format::text;
    std::string bootstrap_owner;
    std::filesystem::path bootstrap_password_file;
    std::filesystem::path bootstrap_token_file;
};

struct Setting {
    std::string_view flag;      // "--public-url"; the file's key is the same without dashes in front
    std::string_view variable;  // "PATROL_PUBLIC_URL"
    std::string_view value;     // "URL"; empty: an on/off switch
    std::string_view help;
};
std::span<const Setting> settings();

using Variables = std::function<std::optional<std::string>(std::string_view name)>;
Variables process_variables();

// Kind::invalid with the setting's name in `field`.
Result<Configuration> load_configuration(std::span<const std::string> arguments, const Variables& variables);
// Of this process: variables that hold secrets are moved into locked memory first, their bytes in the
// environment overwritten. While the process has one thread, and once.
Result<Configuration> load_process_configuration(std::span<const std::string> arguments);

// "Usage: patrol server …" with one line per setting.
std::string configuration_help(std::string_view command);

}  // namespace patrol::server

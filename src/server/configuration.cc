#include "server/configuration.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include <unistd.h>

#include "base/limits.h"
#include "net/ip_address.h"
#include "net/url.h"
#include "server/secret_settings.h"

namespace patrol::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_file = "/etc/patrol/patrol.yaml";

constexpr std::array<Setting, 32> table{{
    {"--listen", "PATROL_LISTEN", "ADDRESS:PORT", "where to listen (127.0.0.1:8080)"},
    {"--data", "PATROL_DATA", "DIR", "folder for the database and the master key"},
    {"--database", "PATROL_DATABASE_URL", "URL",
     "sqlite:///path or postgresql://… (SQLite in the data folder)"},
    {"--public-url", "PATROL_PUBLIC_URL", "URL", "the address that people and customers use"},
    {"--server-name", "PATROL_SERVER_NAME", "NAME", "how customers' administrators see this server (Patrol)"},
    {"--config", "PATROL_CONFIG", "FILE", "settings file (/etc/patrol/patrol.yaml)"},
    {"--insecure-http", "PATROL_INSECURE_HTTP", "", "allow sign-in over plain http beyond this machine"},
    {"--tls-certificate", "PATROL_TLS_CERTIFICATE", "FILE", "serve https: PEM certificate with its chain"},
    {"--tls-key", "PATROL_TLS_KEY", "FILE", "… and its key; both are read again when they change"},
    {"--trusted-proxy", "PATROL_TRUSTED_PROXY", "LIST",
     "CIDRs of proxies whose X-Forwarded-* count (this machine's); none: nobody's"},
    {"--master-key-file", "PATROL_MASTER_KEY_FILE", "FILE", "32 bytes, mode 0600 (made in the data folder)"},
    {"--secrets-dir", "PATROL_SECRETS_DIR", "DIR", "the only folder that file secrets may be in"},
    {"--allow-core-dumps", "PATROL_ALLOW_CORE_DUMPS", "",
     "for debugging: core files and debuggers show secrets"},
    {"--catalogue-dir", "PATROL_CATALOGUE_DIR", "DIR", "further resource types (/etc/patrol/catalogue.d)"},
    {"--allow-own-account", "PATROL_ALLOW_OWN_ACCOUNT", "", "allow roles in Patrol's own AWS account"},
    {"--allow-endpoints", "PATROL_ALLOW_ENDPOINTS", "LIST",
     "CIDRs and hosts that account endpoints may reach"},
    {"--aws-principal-role", "PATROL_AWS_PRINCIPAL_ROLE", "ARN", "narrows the customers' trust to this role"},
    {"--connect-token-hours", "PATROL_CONNECT_TOKEN_HOURS", "N", "life of a connect token, 1 to 168 (24)"},
    {"--scan-threads", "PATROL_SCAN_THREADS", "N", "scans at once, 1 to 64 (4)"},
    {"--workers-in-process", "PATROL_WORKERS_IN_PROCESS", "",
     "read clouds in the server itself, for systems without seccomp"},
    {"--aws-rate-percent", "PATROL_AWS_RATE_PERCENT", "N",
     "of the starting call rates on AWS, 1 to 100 (100); 0: no limit, for emulators"},
    {"--oidc-issuer", "PATROL_OIDC_ISSUER", "URL", "identity provider that users may sign in with"},
    {"--oidc-client-id", "PATROL_OIDC_CLIENT_ID", "ID", "… and what it calls Patrol"},
    {"--oidc-client-secret-file", "PATROL_OIDC_CLIENT_SECRET_FILE", "FILE", "… and Patrol's secret there"},
    {"--oidc-name", "PATROL_OIDC_NAME", "NAME", "… and its name on the sign-in page (its host)"},
    {"--heartbeat-url", "PATROL_HEARTBEAT_URL", "URL", "asked every 5 minutes while Patrol is well"},
    {"--notification-attempts", "PATROL_NOTIFICATION_ATTEMPTS", "N",
     "until a notification is given up, 1 to 100 (30)"},
    {"--log-level", "PATROL_LOG_LEVEL", "LEVEL", "debug, info, warn or error (info)"},
    {"--log-format", "PATROL_LOG_FORMAT", "FORMAT", "text or json (text)"},
    {"--bootstrap-owner", "PATROL_BOOTSTRAP_OWNER", "EMAIL", "first start without a browser: the owner"},
    {"--bootstrap-password-file", "PATROL_BOOTSTRAP_PASSWORD_FILE", "FILE", "… and where the password is"},
    {"--bootstrap-token-file", "PATROL_BOOTSTRAP_TOKEN_FILE", "FILE", "… and where an API token is written"},
}};

// The texts by flag, from the three sources.
using Texts = std::map<std::string, std::string, std::less<>>;

const Setting* find_setting(std::string_view flag) {
    for (const Setting& setting : settings())
        if (setting.flag == flag) return &setting;
    return nullptr;
}

Failure unknown(std::string_view flag) {
    return invalid(std::string(flag), "There is no setting \"" + std::string(flag) + "\".",
                   "Run `patrol server --help` for the list.");
}

Result<Texts> read_arguments(std::span<const std::string> arguments) {
    Texts texts;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        const auto equals = argument.find('=');
        const std::string flag = argument.substr(0, equals);
        const Setting* setting = find_setting(flag);
        if (setting == nullptr) return unknown(flag);
        if (equals != std::string::npos)
            texts[flag] = argument.substr(equals + 1);
        else if (setting->value.empty())
            texts[flag] = "true";
        else if (i + 1 < arguments.size())
            texts[flag] = arguments[++i];
        else
            return invalid(flag, "The setting " + flag + " needs a value.");
    }
    return texts;
}

void add_variables(Texts& texts, const Variables& variables) {
    for (const Setting& setting : settings())
        if (const auto value = variables(setting.variable); value && !texts.contains(setting.flag))
            texts.emplace(setting.flag, *value);
}

Result<void> add_file(Texts& texts) {
    const auto named = texts.find("--config");
    const std::string file = named == texts.end() ? std::string(default_file) : named->second;
    std::error_code error;
    if (named == texts.end() && !fs::exists(file, error)) return {};
    try {
        const YAML::Node root = YAML::LoadFile(file);
        if (root.IsNull()) return {};
        if (!root.IsMap()) return invalid("--config", "The file " + file + " must hold names and values.");
        for (const auto& entry : root) {
            const std::string flag = "--" + entry.first.as<std::string>();
            if (find_setting(flag) == nullptr || flag == "--config") return unknown(flag);
            texts.emplace(flag, entry.second.as<std::string>());
        }
    } catch (const YAML::Exception& problem) {
        return invalid("--config", "The file " + file + " cannot be read as YAML.", problem.what());
    }
    return {};
}

// Turns texts into values and keeps the first problem.
class Reader {
public:
    explicit Reader(const Texts& texts) : texts_(texts) {}

    std::string text(std::string_view flag, std::string_view fallback = {}) const {
        const auto found = texts_.find(flag);
        return found == texts_.end() || found->second.empty() ? std::string(fallback) : found->second;
    }
    Switch on_or_off(std::string_view flag) {
        const std::string value = text(flag, "false");
        if (value == "true" || value == "1" || value == "yes" || value == "on") return Switch::on;
        if (value != "false" && value != "0" && value != "no" && value != "off")
            wrong(flag, "must be true or false");
        return Switch::off;
    }
    int number(std::string_view flag, int fallback, int least, int most) {
        const std::string value = text(flag, std::to_string(fallback));
        int result = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
        if (error != std::errc() || end != value.data() + value.size() || result < least || result > most)
            wrong(flag, fmt::format("must be a whole number from {} to {}", least, most));
        return result;
    }
    void wrong(std::string_view flag, std::string_view what) {
        if (!problem_)
            problem_ = Error{.kind = Error::Kind::invalid,
                             .message = fmt::format("The setting {} {}.", flag, what),
                             .field = std::string(flag)};
    }
    Result<void> done() const { return problem_ ? Result<void>(Failure(*problem_)) : Result<void>(); }

private:
    const Texts& texts_;
    std::optional<Error> problem_;
};

fs::path default_data_dir() {
    const auto variables = process_variables();
    if (const auto folder = variables("STATE_DIRECTORY")) return *folder;  // systemd's StateDirectory=
    if (::geteuid() == 0) return "/var/lib/patrol";
    if (const auto folder = variables("XDG_DATA_HOME")) return fs::path(*folder) / "patrol";
    return fs::path(variables("HOME").value_or(".")) / ".local/share/patrol";
}

void read_listen(Reader& reader, Configuration& configuration) {
    const std::string listen = reader.text("--listen", "127.0.0.1:8080");
    const auto url = net::parse_url("http://" + listen + "/");
    // parse_url knows no port 0, which asks the kernel for a free one.
    if (listen.ends_with(":0")) {
        configuration.listen_port = 0;
        configuration.listen_address = listen.substr(0, listen.size() - 2);
    } else if (url) {
        configuration.listen_port = url->port == 80 && !listen.ends_with(":80") ? 8080 : url->port;
        configuration.listen_address = url->host;
    } else {
        reader.wrong("--listen", "must be an address and a port, such as 127.0.0.1:8080");
    }
    if (configuration.listen_address == "localhost") configuration.listen_address = "127.0.0.1";
    if (configuration.listen_address.starts_with('[') && configuration.listen_address.ends_with(']'))
        configuration.listen_address =
            configuration.listen_address.substr(1, configuration.listen_address.size() - 2);
    if (!net::IpAddress::parse(configuration.listen_address))
        reader.wrong("--listen", "must be an address and a port, such as 127.0.0.1:8080");
}

void read_public_url(Reader& reader, Configuration& configuration) {
    std::string url = reader.text("--public-url");
    while (url.ends_with('/')) url.pop_back();
    const auto parsed = url.empty() ? Result<net::Url>() : net::parse_url(url);
    if (!parsed || (!url.empty() && (parsed->path != "/" || parsed->query)))
        reader.wrong("--public-url", "must be an http or https address without a path");
    configuration.public_url = url;
}

void read_tls(Reader& reader, Configuration& configuration) {
    const std::string certificate = reader.text("--tls-certificate"), key = reader.text("--tls-key");
    if (certificate.empty() != key.empty())
        reader.wrong("--tls-certificate", "needs --tls-key, and the other way round");
    if (certificate.empty()) return;
    configuration.tls = net::TlsFiles{certificate, key};
    if (configuration.public_url.starts_with("http://"))
        reader.wrong("--public-url", "must be an https address where --tls-certificate is set");
}

void read_trusted_proxies(Reader& reader, Configuration& configuration) {
    const std::string given = reader.text("--trusted-proxy");
    if (given.empty()) return;
    configuration.trusted_proxies.emplace();
    if (given == "none") return;
    for (std::string_view list = given; !list.empty();) {
        const auto end = std::min(list.find_first_of(", "), list.size());
        const std::string_view entry = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (entry.empty()) continue;
        const auto block = net::Cidr::parse(entry);
        if (!block)
            return reader.wrong("--trusted-proxy", "must be CIDR blocks or addresses, separated by commas");
        configuration.trusted_proxies->push_back(*block);
    }
}

void read_oidc(Reader& reader, Configuration& configuration) {
    configuration.oidc_issuer = reader.text("--oidc-issuer");
    configuration.oidc_client_id = reader.text("--oidc-client-id");
    configuration.oidc_client_secret_file = reader.text("--oidc-client-secret-file");
    if (configuration.oidc_issuer.empty() != configuration.oidc_client_id.empty())
        reader.wrong("--oidc-issuer", "needs --oidc-client-id, and the other way round");
    if (configuration.oidc_issuer.empty()) return;
    const auto url = net::parse_url(configuration.oidc_issuer);
    if (!url || url->query || configuration.oidc_issuer.find('#') != std::string::npos)
        return reader.wrong("--oidc-issuer",
                            "must be an https address, as the provider's discovery document has it");
    configuration.oidc_name = reader.text("--oidc-name", url->host);
}

// A file that is named wins over the variable, that over systemd's credential, that over the file in the
// data folder.
void read_master_key(Reader& reader, const Variables& variables, Configuration& configuration) {
    configuration.master_key_file =
        reader.text("--master-key-file", (configuration.data_dir / "master.key").string());
    const bool has_variable = variables("PATROL_MASTER_KEY").has_value();
    const bool has_file = !reader.text("--master-key-file").empty();
    if (has_file && has_variable) reader.wrong("--master-key-file", "cannot be set beside PATROL_MASTER_KEY");
    if (has_variable) configuration.master_key_from = MasterKeySource::variable;
    const auto folder = variables("CREDENTIALS_DIRECTORY");
    if (has_file || has_variable || !folder) return;
    std::error_code error;
    const fs::path credential = fs::path(*folder) / "patrol-master-key";
    if (!fs::exists(credential, error)) return;
    configuration.master_key_from = MasterKeySource::credential;
    configuration.master_key_credential = credential;
}

void read_log(Reader& reader, Configuration& configuration) {
    static const std::map<std::string, log::Level, std::less<>> levels{{"debug", log::Level::debug},
                                                                       {"info", log::Level::info},
                                                                       {"warn", log::Level::warn},
                                                                       {"error", log::Level::error}};
    const auto level = levels.find(reader.text("--log-level", "info"));
    if (level == levels.end())
        reader.wrong("--log-level", "must be debug, info, warn or error");
    else
        configuration.log_level = level->second;
    const std::string format = reader.text("--log-format", "text");
    if (format != "text" && format != "json") reader.wrong("--log-format", "must be text or json");
    configuration.log_format = format == "json" ? log::Format::json : log::Format::text;
}

}  // namespace

std::span<const Setting> settings() {
    static const std::vector<Setting> all = [] {
        std::vector<Setting> both(table.begin(), table.end());
        const auto more = secret_manager_settings();
        both.insert(both.end(), more.begin(), more.end());
        return both;
    }();
    return all;
}

Variables process_variables() {
    return [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        if (value == nullptr || *value == '\0') return {};
        return std::string(value);
    };
}

Result<Configuration> load_configuration(std::span<const std::string> arguments, const Variables& variables) {
    Texts texts = TRY(read_arguments(arguments));
    add_variables(texts, variables);
    TRY(add_file(texts));
    Reader reader(texts);
    Configuration configuration;
    read_listen(reader, configuration);
    read_public_url(reader, configuration);
    read_tls(reader, configuration);
    read_trusted_proxies(reader, configuration);
    read_oidc(reader, configuration);
    read_log(reader, configuration);
    configuration.data_dir = reader.text("--data", default_data_dir().string());
    configuration.database_url = reader.text("--database");
    configuration.server_name = reader.text("--server-name", "Patrol");
    configuration.insecure_http = reader.on_or_off("--insecure-http");
    read_master_key(reader, variables, configuration);
    configuration.secrets =
        TRY(read_secret_settings([&reader](std::string_view flag) { return reader.text(flag); }, variables));
    configuration.secrets_prefix = reader.text("--secrets-prefix", secrets::default_prefix);
    TRY(secrets::Confinement::check_prefix(configuration.secrets_prefix));
    configuration.allow_core_dumps = reader.on_or_off("--allow-core-dumps");
    configuration.catalogue_dir = reader.text("--catalogue-dir", configuration.catalogue_dir.string());
    configuration.allow_own_account = reader.on_or_off("--allow-own-account");
    configuration.allow_endpoints = reader.text("--allow-endpoints");
    configuration.aws_principal_role = reader.text("--aws-principal-role");
    configuration.connect_token_age = std::chrono::hours(reader.number("--connect-token-hours", 24, 1, 168));
    configuration.scan_threads = reader.number("--scan-threads", 4, 1, 64);
    configuration.workers_in_process = reader.on_or_off("--workers-in-process");
    configuration.aws_rate_percent = reader.number("--aws-rate-percent", 100, 0, 100);
    configuration.heartbeat_url = reader.text("--heartbeat-url");
    if (!configuration.heartbeat_url.empty() && !net::parse_url(configuration.heartbeat_url))
        reader.wrong("--heartbeat-url", "must be an http or https address");
    configuration.notification_attempts =
        reader.number("--notification-attempts", configuration.notification_attempts, 1, 100);
    configuration.bootstrap_owner = reader.text("--bootstrap-owner");
    configuration.bootstrap_password_file = reader.text("--bootstrap-password-file");
    configuration.bootstrap_token_file = reader.text("--bootstrap-token-file");
    if (configuration.bootstrap_owner.empty() != configuration.bootstrap_password_file.empty())
        reader.wrong("--bootstrap-owner", "needs --bootstrap-password-file, and the other way round");
    TRY(reader.done());
    return configuration;
}

Result<Configuration> load_process_configuration(std::span<const std::string> arguments) {
    const auto taken = std::make_shared<const crypto::Variables>(crypto::Variables::take(secret_variables()));
    const auto variables = [&taken](std::string_view name) -> std::optional<std::string> {
        if (const auto* secret = taken->find(name)) return std::string(secret->expose());
        return process_variables()(name);
    };
    Configuration configuration = TRY(load_configuration(arguments, variables));
    configuration.taken = taken;
    return configuration;
}

std::string configuration_help(std::string_view command) {
    std::string text =
        fmt::format("Usage: patrol {} [settings]\n\nSettings (flag, environment variable):\n", command);
    for (const Setting& setting : settings())
        text += fmt::format("  {:<38} {:<31} {}\n", fmt::format("{} {}", setting.flag, setting.value),
                            setting.variable, setting.help);
    text += "\nThe settings file holds the same names without the dashes in front.\n";
    return text;
}

}  // namespace patrol::server

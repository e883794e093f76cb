#include "server/secret_settings.h"

#include <array>

#include "net/ip_address.h"
#include "net/url.h"

namespace patrol::server {
namespace {

using secrets::AzureSettings;
using secrets::GcpSettings;
using secrets::VaultSettings;

constexpr std::string_view kubernetes_token = "/var/run/secrets/kubernetes.io/serviceaccount/token";

constexpr std::array<Setting, 13> table{{
    {"--secrets-prefix", "PATROL_SECRETS_PREFIX", "PATH",
     "where each of several tenants keeps its secrets (patrol/{tenant}/)"},
    {"--vault-addr", "PATROL_VAULT_ADDR", "URL", "Vault or OpenBao (VAULT_ADDR)"},
    {"--vault-namespace", "PATROL_VAULT_NAMESPACE", "NAME", "its namespace (VAULT_NAMESPACE)"},
    {"--vault-auth", "PATROL_VAULT_AUTH", "METHOD", "token, approle, kubernetes or jwt (token)"},
    {"--vault-auth-mount", "PATROL_VAULT_AUTH_MOUNT", "PATH", "where that method is (the method's name)"},
    {"--vault-role", "PATROL_VAULT_ROLE", "ROLE", "the role's name; the role ID of an AppRole"},
    {"--vault-credential-file", "PATROL_VAULT_CREDENTIAL_FILE", "FILE", "the token, secret ID or JWT"},
    {"--vault-ca-file", "PATROL_VAULT_CA_FILE", "FILE", "whom to trust, PEM (VAULT_CACERT)"},
    {"--gcp-auth", "PATROL_GCP_AUTH", "METHOD",
     "file or metadata (file with GOOGLE_APPLICATION_CREDENTIALS)"},
    {"--gcp-secrets-url", "PATROL_GCP_SECRETS_URL", "URL", "another endpoint of Google Secret Manager"},
    {"--azure-auth", "PATROL_AZURE_AUTH", "METHOD",
     "client_secret, workload_identity or managed_identity (by AZURE_*)"},
    {"--azure-cloud", "PATROL_AZURE_CLOUD", "CLOUD", "public, usgov or china (public)"},
    {"--azure-vault-url", "PATROL_AZURE_VAULT_URL", "URL", "another address of key vaults, with {vault}"},
}};

constexpr std::array<std::string_view, 6> with_secrets{"PATROL_MASTER_KEY",   "PATROL_SECRET_*",
                                                       "PATROL_DATABASE_URL", "VAULT_TOKEN",
                                                       "AZURE_CLIENT_SECRET", "IDENTITY_HEADER"};

Failure wrong(std::string_view flag, std::string_view what) {
    return invalid(std::string(flag), fmt::format("The setting {} {}.", flag, what));
}

std::string without_slash(std::string text) {
    while (text.ends_with('/')) text.pop_back();
    return text;
}

bool is_this_machine(const net::Url& url) {
    if (url.host == "localhost") return true;
    const auto address = net::IpAddress::parse(url.host);
    return address && address->is_loopback();
}

// An address without query whose traffic nobody else can read.
Result<std::string> address(std::string_view flag, std::string text) {
    text = without_slash(std::move(text));
    if (text.empty()) return text;
    const auto url = net::parse_url(text);
    if (!url || url->query || (url->scheme != "https" && !is_this_machine(*url)))
        return wrong(flag, "must be an https address (http only on this machine)");
    return text;
}

class Source {
public:
    Source(const TextOf& text, const Variables& variables) : text_(text), variables_(variables) {}
    // The flag's text, else that of the tool's own variable.
    [[nodiscard]] std::string get(std::string_view flag, std::string_view variable = {}) const {
        std::string text = text_(flag);
        if (text.empty() && !variable.empty()) text = this->variable(variable);
        return text;
    }
    [[nodiscard]] std::string variable(std::string_view name) const { return variables_(name).value_or(""); }

private:
    const TextOf& text_;
    const Variables& variables_;
};

Result<VaultSettings> read_vault(const Source& source) {
    using Auth = VaultSettings::Auth;
    VaultSettings out{.address = TRY(address("--vault-addr", source.get("--vault-addr", "VAULT_ADDR"))),
                      .space = source.get("--vault-namespace", "VAULT_NAMESPACE"),
                      .mount = without_slash(source.get("--vault-auth-mount")),
                      .role = source.get("--vault-role"),
                      .credential_file = source.get("--vault-credential-file"),
                      .ca_file = source.get("--vault-ca-file", "VAULT_CACERT")};
    const std::string auth = source.get("--vault-auth");
    if (auth == "approle")
        out.auth = Auth::approle;
    else if (auth == "kubernetes")
        out.auth = Auth::kubernetes;
    else if (auth == "jwt")
        out.auth = Auth::jwt;
    else if (!auth.empty() && auth != "token")
        return wrong("--vault-auth", "must be token, approle, kubernetes or jwt");
    if (out.auth == Auth::kubernetes && out.credential_file.empty()) out.credential_file = kubernetes_token;
    if (out.auth != Auth::token && out.role.empty()) return wrong("--vault-role", "is needed for this login");
    if (out.auth != Auth::token && out.credential_file.empty())
        return wrong("--vault-credential-file", "is needed for this login");
    return out;
}

Result<GcpSettings> read_gcp(const Source& source) {
    GcpSettings out{.credential_file = source.variable("GOOGLE_APPLICATION_CREDENTIALS"),
                    .endpoint = TRY(address("--gcp-secrets-url", source.get("--gcp-secrets-url")))};
    const std::string auth = source.get("--gcp-auth");
    if (!auth.empty() && auth != "file" && auth != "metadata")
        return wrong("--gcp-auth", "must be file or metadata");
    if (auth == "file" && out.credential_file.empty())
        return wrong("--gcp-auth", "needs GOOGLE_APPLICATION_CREDENTIALS to name a file");
    if (auth == "metadata")
        out.auth = GcpSettings::Auth::metadata;
    else if (!out.credential_file.empty())
        out.auth = GcpSettings::Auth::file;
    if (const std::string host = source.variable("GCE_METADATA_HOST"); !host.empty())
        out.metadata_url = "http://" + host;
    return out;
}

Result<void> read_azure_cloud(const Source& source, AzureSettings& out) {
    const std::string cloud = source.get("--azure-cloud");
    if (cloud == "usgov") {
        out.login_url = "https://login.microsoftonline.us";
        out.vault_url = "https://{vault}.vault.usgovcloudapi.net";
    } else if (cloud == "china") {
        out.login_url = "https://login.chinacloudapi.cn";
        out.vault_url = "https://{vault}.vault.azure.cn";
    } else if (!cloud.empty() && cloud != "public") {
        return wrong("--azure-cloud", "must be public, usgov or china");
    }
    if (const std::string login = source.variable("AZURE_AUTHORITY_HOST"); !login.empty())
        out.login_url = TRY(address("AZURE_AUTHORITY_HOST", login));
    const std::string vault = without_slash(source.get("--azure-vault-url"));
    if (vault.empty()) return {};
    const auto at = vault.find("{vault}");
    if (at == std::string::npos) return wrong("--azure-vault-url", "must hold {vault}");
    TRY(address("--azure-vault-url",
                std::string(vault).replace(at, std::string_view("{vault}").size(), "x")));
    out.vault_url = vault;
    return {};
}

Result<AzureSettings> read_azure(const Source& source) {
    using Auth = AzureSettings::Auth;
    AzureSettings out{.tenant = source.variable("AZURE_TENANT_ID"),
                      .client = source.variable("AZURE_CLIENT_ID"),
                      .federated_token_file = source.variable("AZURE_FEDERATED_TOKEN_FILE"),
                      .identity_endpoint = source.variable("IDENTITY_ENDPOINT")};
    TRY(read_azure_cloud(source, out));
    if (const std::string host = source.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"); !host.empty())
        out.instance_metadata = without_slash(host);
    const bool named = !out.tenant.empty() && !out.client.empty();
    const bool federated = !out.federated_token_file.empty();
    const std::string auth = source.get("--azure-auth");
    if (auth == "managed_identity")
        out.auth = Auth::managed_identity;
    else if (auth == "workload_identity" || (auth.empty() && named && federated))
        out.auth = Auth::workload_identity;
    else if (auth == "client_secret" || (auth.empty() && named))
        out.auth = Auth::client_secret;
    else if (!auth.empty())
        return wrong("--azure-auth", "must be client_secret, workload_identity or managed_identity");
    const bool application = out.auth == Auth::workload_identity || out.auth == Auth::client_secret;
    if (application && !named) return wrong("--azure-auth", "needs AZURE_TENANT_ID and AZURE_CLIENT_ID");
    if (out.auth == Auth::workload_identity && !federated)
        return wrong("--azure-auth", "needs AZURE_FEDERATED_TOKEN_FILE");
    return out;
}

// Two addresses that lead to one socket: the same text, or both this machine.
bool is_same_place(const net::Url& one, const net::Url& other) {
    const auto is_any = [](const net::Url& url) { return url.host == "0.0.0.0" || url.host == "::"; };
    if (one.port != other.port) return false;
    return one.host == other.host || (is_this_machine(one) && (is_this_machine(other) || is_any(other)));
}

}  // namespace

std::span<const Setting> secret_manager_settings() { return table; }
std::span<const std::string_view> secret_variables() { return with_secrets; }

Result<secrets::Settings> read_secret_settings(const TextOf& text, const Variables& variables) {
    const Source source(text, variables);
    return secrets::Settings{.folder = text("--secrets-dir"),
                             .vault = TRY(read_vault(source)),
                             .gcp = TRY(read_gcp(source)),
                             .azure = TRY(read_azure(source))};
}

Result<void> refuse_own_address(const secrets::VaultSettings& vault, const std::string& local_url,
                                const std::string& public_url) {
    if (vault.address.empty()) return {};
    const auto asked = TRY(net::parse_url(vault.address));
    for (const std::string& own : {local_url, public_url}) {
        const auto url = net::parse_url(own);
        if (url && is_same_place(asked, *url))
            return invalid("--vault-addr", "The setting --vault-addr is Patrol's own address.",
                           "Set it to the address of Vault.");
    }
    return {};
}

}  // namespace patrol::server

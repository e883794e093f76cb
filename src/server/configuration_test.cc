#include "server/configuration.h"

#include <doctest/doctest.h>

#include <fstream>

#include "crypto/random.h"
#include "server/secret_settings.h"

using namespace patrol;
using namespace patrol::server;

namespace {

Variables variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(std::string(name));
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

std::string wrong_field(std::vector<std::string> arguments,
                        std::map<std::string, std::string> environment = {}) {
    const auto loaded = load_configuration(arguments, variables(std::move(environment)));
    return loaded ? "" : loaded.error().field;
}

}  // namespace

TEST_CASE("flags win over the environment, and that over the file") {
    const auto file =
        std::filesystem::temp_directory_path() / ("patrol-" + crypto::random_base32(8) + ".yaml");
    std::ofstream(file) << "server-name: from file\npublic-url: https://file.example\nlog-format: json\n";
    const std::vector<std::string> arguments{"--config", file.string(), "--server-name=from flag",
                                             "--insecure-http"};
    const auto loaded =
        load_configuration(arguments, variables({{"PATROL_SERVER_NAME", "from environment"},
                                                 {"PATROL_PUBLIC_URL", "https://env.example/"}}));
    std::filesystem::remove(file);
    REQUIRE(loaded);
    CHECK(loaded->server_name == "from flag");
    CHECK(loaded->public_url == "https://env.example");
    CHECK(loaded->log_format == log::Format::json);
    CHECK(loaded->insecure_http == Switch::on);
    CHECK(loaded->listen_port == 8080);
}

TEST_CASE("listen takes an address and a port") {
    const auto listen = [](const std::string& text) {
        const std::vector<std::string> arguments{"--listen", text};
        const auto loaded = load_configuration(arguments, variables({}));
        return loaded ? loaded->listen_address + " " + std::to_string(loaded->listen_port)
                      : loaded.error().field;
    };
    CHECK(listen("127.0.0.1:9000") == "127.0.0.1 9000");
    CHECK(listen("0.0.0.0:0") == "0.0.0.0 0");
    CHECK(listen("[::1]:0") == "::1 0");
    CHECK(listen("[::1]:81") == "::1 81");
    CHECK(listen("localhost:7") == "127.0.0.1 7");
    CHECK(listen("0.0.0.0:80") == "0.0.0.0 80");
    CHECK(listen("nowhere") == "--listen");
    CHECK(listen("127.0.0.1:99999") == "--listen");
}

TEST_CASE("wrong settings are named") {
    CHECK(wrong_field({"--nonsense"}) == "--nonsense");
    CHECK(wrong_field({"--data"}) == "--data");
    CHECK(wrong_field({"--scan-threads", "0"}) == "--scan-threads");
    CHECK(wrong_field({"--public-url", "ftp://x"}) == "--public-url");
    CHECK(wrong_field({"--public-url", "https://x.example/path"}) == "--public-url");
    CHECK(wrong_field({"--log-level", "loud"}) == "--log-level");
    CHECK(wrong_field({"--config", "/nonexistent/patrol.yaml"}) == "--config");
    CHECK(wrong_field({}, {{"PATROL_INSECURE_HTTP", "maybe"}}) == "--insecure-http");
    CHECK(wrong_field({"--bootstrap-owner", "me@example.com"}) == "--bootstrap-owner");
    CHECK(wrong_field({"--tls-certificate", "c.pem"}) == "--tls-certificate");
    CHECK(wrong_field({}, {{"PATROL_TLS_KEY", "k.pem"}}) == "--tls-certificate");
    CHECK(wrong_field({"--tls-certificate", "c", "--tls-key", "k", "--public-url", "http://x.example"}) ==
          "--public-url");
    CHECK(wrong_field({"--oidc-issuer", "https://id.example"}) == "--oidc-issuer");
    CHECK(wrong_field({"--oidc-client-id", "x"}) == "--oidc-issuer");
    CHECK(wrong_field({"--oidc-issuer", "id.example", "--oidc-client-id", "x"}) == "--oidc-issuer");
    CHECK(wrong_field({"--oidc-issuer", "https://id.example?x=1", "--oidc-client-id", "x"}) ==
          "--oidc-issuer");
    CHECK(wrong_field({"--oidc-issuer", "https://id.example/realm", "--oidc-client-id", "x"}).empty());
    for (const std::string list : {"proxy.example", "10.0.0.0/33", "10.0.0.1,x", "10.0.0.1;10.0.0.2"})
        CHECK(wrong_field({"--trusted-proxy", list}) == "--trusted-proxy");
}

TEST_CASE("certificate and trusted proxies") {
    const auto load = [](std::vector<std::string> arguments) {
        return load_configuration(arguments, variables({{"PATROL_TLS_KEY", "k.pem"}})).value();
    };
    CHECK_FALSE(load_configuration({}, variables({}))->tls);
    CHECK_FALSE(load_configuration({}, variables({}))->trusted_proxies);
    const auto loaded =
        load({"--tls-certificate", "c.pem", "--trusted-proxy", "10.0.0.0/8, 2001:db8::1,192.0.2.7"});
    REQUIRE(loaded.tls);
    CHECK(loaded.tls->certificate == "c.pem");
    CHECK(loaded.tls->key == "k.pem");
    REQUIRE(loaded.trusted_proxies);
    CHECK(loaded.trusted_proxies->size() == 3);
    CHECK(loaded.trusted_proxies->at(1).prefix_bits == 128);
    const auto nobody = load({"--tls-certificate", "c.pem", "--trusted-proxy", "none"});
    REQUIRE(nobody.trusted_proxies);
    CHECK(nobody.trusted_proxies->empty());
}

TEST_CASE("the settings of the secret managers, with the variables of their own tools") {
    const auto loaded = load_configuration({}, variables({{"VAULT_ADDR", "https://vault.example:8200/"},
                                                          {"PATROL_VAULT_AUTH", "kubernetes"},
                                                          {"PATROL_VAULT_ROLE", "patrol"},
                                                          {"GOOGLE_APPLICATION_CREDENTIALS", "/etc/gcp.json"},
                                                          {"AZURE_TENANT_ID", "t"},
                                                          {"AZURE_CLIENT_ID", "c"},
                                                          {"PATROL_AZURE_CLOUD", "usgov"}}));
    REQUIRE(loaded);
    const auto& [folder, vault, gcp, azure] = loaded->secrets;
    CHECK(vault.address == "https://vault.example:8200");
    CHECK(vault.auth == secrets::VaultSettings::Auth::kubernetes);
    CHECK(vault.credential_file.ends_with("serviceaccount/token"));
    CHECK(gcp.auth == secrets::GcpSettings::Auth::file);
    CHECK(azure.auth == secrets::AzureSettings::Auth::client_secret);
    CHECK(azure.vault_url == "https://{vault}.vault.usgovcloudapi.net");
    CHECK(load_configuration({}, variables({}))->secrets.azure.auth == secrets::AzureSettings::Auth::none);

    CHECK(wrong_field({"--vault-addr=http://vault.example:8200"}) == "--vault-addr");
    CHECK(wrong_field({"--vault-addr=http://127.0.0.1:8200"}).empty());
    CHECK(wrong_field({"--vault-auth=ldap"}) == "--vault-auth");
    CHECK(wrong_field({"--vault-auth=approle"}) == "--vault-role");
    CHECK(wrong_field({"--vault-auth=jwt", "--vault-role=r"}) == "--vault-credential-file");
    CHECK(wrong_field({"--gcp-auth=file"}) == "--gcp-auth");
    CHECK(wrong_field({"--gcp-secrets-url=http://gcp.example"}) == "--gcp-secrets-url");
    CHECK(wrong_field({"--azure-cloud=germany"}) == "--azure-cloud");
    CHECK(wrong_field({"--azure-auth=client_secret"}) == "--azure-auth");
    CHECK(wrong_field({"--azure-vault-url=https://vault.example"}) == "--azure-vault-url");
    CHECK(wrong_field({"--azure-vault-url=http://{vault}.example"}) == "--azure-vault-url");
    CHECK(wrong_field({"--secrets-prefix=patrol/"}) == "--secrets-prefix");
}

TEST_CASE("Vault's address must not be Patrol's own") {
    const auto refused = [](const std::string& vault, const std::string& local, const std::string& shown) {
        const auto outcome = refuse_own_address({.address = vault}, local, shown);
        return !outcome && outcome.error().field == "--vault-addr";
    };
    CHECK(refused("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""));
    CHECK(refused("http://localhost:8080", "http://127.0.0.1:8080", ""));
    CHECK(refused("http://127.0.0.1:8080", "http://0.0.0.0:8080", ""));
    CHECK(refused("https://patrol.example", "http://127.0.0.1:8080", "https://patrol.example"));
    CHECK_FALSE(refused("http://127.0.0.1:8200", "http://127.0.0.1:8080", "https://patrol.example"));
    CHECK_FALSE(refused("https://patrol.example:8200", "http://127.0.0.1:8080", "https://patrol.example"));
    CHECK_FALSE(refused("", "http://127.0.0.1:8080", ""));
}

TEST_CASE("where the master key comes from") {
    CHECK(load_configuration({}, variables({}))->master_key_from == MasterKeySource::file);
    CHECK(load_configuration({}, variables({{"PATROL_MASTER_KEY", "x"}}))->master_key_from ==
          MasterKeySource::variable);
    CHECK(wrong_field({"--master-key-file=/k"}, {{"PATROL_MASTER_KEY", "x"}}) == "--master-key-file");
    const auto folder = std::filesystem::temp_directory_path() / ("patrol-" + crypto::random_base32(8));
    std::filesystem::create_directory(folder);
    CHECK(load_configuration({}, variables({{"CREDENTIALS_DIRECTORY", folder.string()}}))->master_key_from ==
          MasterKeySource::file);
    std::ofstream(folder / "patrol-master-key") << std::string(32, 'k');
    const auto loaded = load_configuration({}, variables({{"CREDENTIALS_DIRECTORY", folder.string()}}));
    std::filesystem::remove_all(folder);
    CHECK(loaded->master_key_from == MasterKeySource::credential);
    CHECK(loaded->master_key_credential.filename() == "patrol-master-key");
}

#include "server/server.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "api/authentication.h"
#include "base/json.h"
#include "crypto/random.h"
#include "net/http_client.h"
#include "net/test_certificate.h"
#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::server;

namespace {

Configuration configuration(const std::filesystem::path& folder) {
    ::setenv("AWS_EC2_METADATA_DISABLED", "true", 1);  // no look-up leaves this machine
    std::ofstream(folder / "password") << "correct horse battery\n";
    Configuration result{
        .listen_port = 0, .data_dir = folder / "data", .master_key_file = folder / "data/master.key"};
    result.catalogue_dir.clear();
    result.connect_token_age = std::chrono::hours(1);
    result.bootstrap_owner = "me@example.com";
    result.bootstrap_password_file = folder / "password";
    result.bootstrap_token_file = folder / "token";
    return result;
}

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

int status_of(const std::string& url, const std::string& token) {
    net::HttpClient client;
    net::HttpRequest request{.url = url, .headers = {{"Authorization", "Bearer " + token}}};
    request.trust.destination = net::Destination::operator_chosen;
    return store::need(client.send(request)).status;
}

}  // namespace

TEST_CASE("an unattended first start makes the owner and writes the token before it is ready") {
    const store::TemporaryFolder folder;
    const Configuration settings = configuration(folder.path());
    std::string token;
    {
        const auto server = store::need(Server::start(settings));
        CHECK(server->first_start_url().empty());
        token = first_line(folder.path() / "token");
        CHECK(token.starts_with("pat_"));
        using std::filesystem::perms;
        CHECK((std::filesystem::status(folder.path() / "token").permissions() & perms::all) ==
              (perms::owner_read | perms::owner_write));
        CHECK(status_of(server->local_url() + "/readyz", "") == 200);
        CHECK(status_of(server->local_url() + "/api/v1/me", token) == 200);
        CHECK(status_of(server->local_url() + "/api/v1/me", "pat_x") == 401);
    }
    // A second start changes nothing, and another key file is told apart.
    const auto again = store::need(Server::start(settings));
    CHECK(first_line(folder.path() / "token") == token);
    CHECK(status_of(again->local_url() + "/api/v1/me", token) == 200);
}

TEST_CASE("a token file that cannot be written keeps the server from getting ready, and is tried again") {
    const store::TemporaryFolder folder;
    Configuration settings = configuration(folder.path());
    settings.bootstrap_token_file = folder.path() / "later/token";
    for (int i = 0; i < 2; ++i) {
        const auto refused = Server::start(settings);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == "bootstrap_token_file");
        CHECK(refused.error().message.find("later/token cannot be written: No such file") !=
              std::string::npos);
    }
    std::filesystem::create_directory(folder.path() / "later");
    std::ofstream(folder.path() / "later/token.partial") << "of a start that was killed";
    const auto server = store::need(Server::start(settings));
    const std::string token = first_line(folder.path() / "later/token");
    CHECK(status_of(server->local_url() + "/api/v1/me", token) == 200);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "later/token.partial"));
    net::HttpClient client;
    net::HttpRequest request{.url = server->local_url() + "/api/v1/tokens",
                             .headers = {{"Authorization", "Bearer " + token}}};
    request.trust.destination = net::Destination::operator_chosen;
    const auto tokens = store::need(parse_json(store::need(client.send(request)).body));
    CHECK(tokens.at("total").as_int64() == 1);  // those of the failed starts are revoked
}

TEST_CASE("a first start without settings offers a setup address, and a new one on demand") {
    const store::TemporaryFolder folder;
    Configuration settings = configuration(folder.path());
    settings.bootstrap_owner.clear();
    const auto server = store::need(Server::start(settings));
    CHECK(server->first_start_url().starts_with(server->local_url() + "/setup#token=pst_"));
    const std::string other = store::need(new_setup_url(settings));
    CHECK(other != server->first_start_url());
}

TEST_CASE("a server with a certificate speaks https only, and its cookie stays there") {
    const store::TemporaryFolder folder;
    const auto key = net::testing::new_key();
    net::testing::write_key(folder.path() / "key.pem", key.get());
    net::testing::write_certificate(folder.path() / "cert.pem",
                                    net::testing::self_signed(key.get(), "IP:127.0.0.1").get());
    Configuration settings = configuration(folder.path());
    settings.tls = net::TlsFiles{folder.path() / "cert.pem", folder.path() / "key.pem"};
    const auto server = store::need(Server::start(settings));
    CHECK(server->public_url().starts_with("https://127.0.0.1:"));
    net::HttpClient client;
    const net::TrustProfile trust{.ca_bundle = (folder.path() / "cert.pem").string(),
                                  .destination = net::Destination::operator_chosen};
    const auto signed_in =
        store::need(client.send({.method = "POST",
                                 .url = server->local_url() + "/api/v1/session",
                                 .headers = {{"Content-Type", "application/json"}},
                                 .body = R"({"email":"me@example.com","password":"correct horse battery"})",
                                 .trust = trust}));
    CHECK(signed_in.status == 200);
    CHECK(signed_in.header("Set-Cookie").starts_with("__Host-patrol="));
    CHECK(signed_in.header("Set-Cookie").find("; Secure") != std::string_view::npos);
    CHECK(signed_in.header("Strict-Transport-Security").starts_with("max-age=31536000"));
    const auto malformed = store::need(
        client.send({.method = "TRACE", .url = server->local_url() + "/api/v1/me", .trust = trust}));
    CHECK(malformed.status == 405);
    CHECK_FALSE(malformed.header("Strict-Transport-Security").empty());
    std::string plain = server->local_url();
    plain.erase(4, 1);
    CHECK_FALSE(client.send({.url = plain + "/readyz", .trust = trust}));

    settings.data_dir = folder.path() / "other";
    settings.tls->key = folder.path() / "absent.pem";
    const auto refused = Server::start(settings);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "tls_files");
}

TEST_CASE("two servers do not share a port") {
    const store::TemporaryFolder folder, second;
    const auto server = store::need(Server::start(configuration(folder.path())));
    Configuration settings = configuration(second.path());
    settings.listen_port =
        static_cast<std::uint16_t>(std::stoi(server->local_url().substr(server->local_url().rfind(':') + 1)));
    CHECK_FALSE(Server::start(settings));
}

TEST_CASE("who stands at the server makes a link for a new password, and removes a lost second factor") {
    const store::TemporaryFolder folder;
    const Configuration settings = configuration(folder.path());
    const auto server = store::need(Server::start(settings));
    const auto url = store::need(new_recovery_url(settings, {.email = settings.bootstrap_owner}));
    CHECK(url.starts_with(server->public_url() + "/password-reset#token=prt_"));
    CHECK(store::failure(new_recovery_url(settings, {.email = "nobody@example.com"})) == "not_found");
    auto store = store::need(store::Store::open({.data_dir = settings.data_dir}));
    const auto owner = store::need(store->users().by_email(settings.bootstrap_owner));
    const auto hash = api::stored_hash(url.substr(url.find("prt_")));
    SystemClock clock;
    CHECK(store::need(store->one_time_links().holder(model::LinkPurpose::password_reset, hash, clock.now()))
              .id == owner.id);
    store::need(store->second_factors().begin(owner.tenant, owner.id, "sealed"));
    const Recovery without{.email = settings.bootstrap_owner, .second_factor = SecondFactor::remove};
    store::need(new_recovery_url(settings, without));
    CHECK_FALSE(store::need(store->second_factors().get(owner.tenant, owner.id)));
}

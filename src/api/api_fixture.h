// For tests: a whole API in the process, on SQLite in a folder of its own, with a cloud that is not there.
// Two tenants: `owner` holds tokens of the first one, `stranger` is the owner of another.
#pragma once

#include <doctest/doctest.h>

#include <map>

#include "api/api.h"
#include "api/authentication.h"
#include "api/first_run.h"
#include "crypto/random.h"
#include "crypto/token.h"
#include "net/http_client.h"
#include "net/smtp_client.h"
#include "notify/courier.h"
#include "store/store_fixture.h"

namespace patrol::api {

using store::need;

class NoCloud final : public scan::Connector {
public:
    Result<std::unique_ptr<inventory::Provider>> connect(const scan::ConnectRequest&) override {
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "Not available in this version.",
                          .code = "provider_not_available"});
    }
};

class OneSealedValue final : public secrets::SealedValues {
public:
    OneSealedValue(store::Store& store, const crypto::MasterKey& key) : store_(store), key_(key) {}
    Result<crypto::Secret> open(const TenantId& tenant, std::string_view name) const override {
        const auto sealed = TRY(store_.secrets().sealed_value(tenant, name, Timestamp{1}));
        return key_.open(sealed.bytes, crypto::seal_place(tenant.str(), "secret", sealed.id.str(), "value"));
    }

private:
    store::Store& store_;
    const crypto::MasterKey& key_;
};

struct Reply {
    int status = 0;
    net::Headers headers;
    json::value body;
    std::string text;
    [[nodiscard]] std::string_view header(std::string_view name) const {
        const std::string* value = net::find_header(headers, name);
        return value == nullptr ? std::string_view() : std::string_view(*value);
    }
    [[nodiscard]] std::string at(std::string_view name) const { return std::string(string_or(body, name)); }
    [[nodiscard]] std::string field() const { return at("field"); }
};

inline const catalogue::Catalogue& test_catalogue() {
    static const catalogue::Catalogue all = need(catalogue::Catalogue::load_embedded());
    return all;
}

class World {
public:
    static constexpr std::string_view password = "correct horse battery";

    explicit World(std::function<void(Settings&)> change = {}, OidcProvider* oidc = nullptr) {
        Settings settings{.public_url = "http://127.0.0.1:8080"};
        if (change) change(settings);
        store->audit().use_keys(audit_keys(key));
        api = std::make_unique<Api>(Services{*store, test_catalogue(), workers, tests, events, identity,
                                             secrets, key, passwords, egress, courier, clock, settings,
                                             [](std::string_view, std::string_view, std::string_view) {
                                                 return std::vector<drift::PathChange>();
                                             },
                                             [] { return true; }, collectors, oidc});
    }

    // The first tenant with its owner, and another one.
    void set_up() {
        const FirstRunTools tools{*store, key, passwords, clock};
        const auto first =
            need(api::set_up(tools, {.email = "Owner@Example.com", .password = std::string(password)}, {}));
        user = first.owner;
        owner = need(make_owner_token(tools, user, "tests"));
        const auto other = crypto::new_id<TenantId>();
        need(store->database().platform().write([&](store::Transaction& transaction) {
            return transaction.run(
                "INSERT INTO tenant (id, name, sealed_key, created_at) VALUES (?1, ?2, ?3, 1)", other,
                "other", store::Blob{key.seal(crypto::random_bytes(32), tenant_key_place(other))});
        }));
        other_user = need(store->users().create(other, {.tenant = other,
                                                        .email = "stranger@example.com",
                                                        .name = "s",
                                                        .password_hash = user.password_hash,
                                                        .role = model::Role::owner}));
        stranger = need(make_owner_token(tools, other_user, "tests"));
    }

    std::string token_with_role(std::string_view role) {
        const Reply reply =
            call("POST", "/api/v1/tokens", json::object{{"name", role}, {"role", role}}, owner);
        REQUIRE(reply.status == 201);
        return reply.at("token");
    }

    Reply send(std::string_view method, std::string_view target, std::string body, net::Headers headers) {
        net::ServerRequest request{.method = std::string(method),
                                   .target = std::string(target),
                                   .headers = std::move(headers),
                                   .body = std::move(body),
                                   .peer_address = *net::IpAddress::parse(peer)};
        request.is_loopback = request.peer_address.is_loopback();
        if (net::find_header(request.headers, "Host") == nullptr)
            request.headers.push_back({"Host", "127.0.0.1:8080"});
        const auto question = request.target.find('?');
        request.path = request.target.substr(0, question);
        if (question != std::string::npos)
            request.query = net::parse_query(std::string_view(request.target).substr(question + 1)).value();
        const net::ServerResponse response = api->handle(request);
        Reply reply{.status = response.status, .headers = response.headers};
        if (const auto* text = std::get_if<std::string>(&response.body)) reply.text = *text;
        if (const auto* stream = std::get_if<std::shared_ptr<net::EventStream>>(&response.body))
            last_stream = *stream;
        if (reply.header("Content-Type").find("json") != std::string_view::npos)
            reply.body = need(parse_json(reply.text));
        return reply;
    }
    Reply call(std::string_view method, std::string_view target, const json::value& body,
               std::string_view token) {
        net::Headers headers{{"Content-Type", "application/json"}};
        if (!token.empty()) headers.push_back({"Authorization", "Bearer " + std::string(token)});
        return send(method, target, body.is_null() ? "" : to_text(body), std::move(headers));
    }
    Reply get(std::string_view target, std::string_view token) { return call("GET", target, nullptr, token); }
    Reply post(std::string_view target, const json::value& body) { return call("POST", target, body, owner); }
    Reply patch(std::string_view target, const json::value& body) {
        return call("PATCH", target, body, owner);
    }

    std::string make_account(json::object more = {}) {
        json::object body{{"name", "acme"}, {"provider", "aws"}};
        for (const auto& [name, value] : more) body[name] = value;
        const Reply reply = post("/api/v1/cloud-accounts", body);
        REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return reply.at("id");
    }
    // A one-time connect token of the account.
    std::string connect_token(const std::string& account) {
        const Reply reply = post("/api/v1/cloud-accounts/" + account + "/setup-command", nullptr);
        REQUIRE_MESSAGE(reply.status == 200, reply.text);
        return reply.at("token");
    }

    store::TemporaryFolder folder;
    SystemClock clock;
    crypto::MasterKey key = crypto::MasterKey::from_bytes(crypto::Key{1, 2, 3});
    std::unique_ptr<store::Store> store =
        need(store::Store::open({.data_dir = folder.path(), .cursor_key = "k"}));
    Result<inventory::Identity> own_identity = inventory::Identity{
        .account_id = "123456789012", .arn = "arn:aws:iam::123456789012:user/p", .partition = "aws"};
    scan::PatrolIdentity identity{clock, [this](std::stop_token) { return own_identity; }, ""};
    OneSealedValue sealed{*store, key};
    secrets::Secrets secrets{sealed, folder.path()};
    scan::EventHub events;
    NoCloud connector;
    relay::CollectorDesk collectors{clock};
    scan::ConnectionTest tests{*store, connector, events, clock};
    scan::Workers workers{
        *store, test_catalogue(), connector, events, clock, {.worker_name = "test", .threads = 1}};
    crypto::PasswordHasher passwords;
    net::EgressPolicy egress;
    net::HttpClient http{{.egress = egress}};
    net::SmtpClient mail{egress, "", "localhost"};
    notify::Courier courier{{http, mail, secrets, clock}, "http://127.0.0.1:8080"};
    std::unique_ptr<Api> api;
    std::string peer = "127.0.0.1";
    std::shared_ptr<net::EventStream> last_stream;
    model::User user, other_user;
    std::string owner, stranger;
};

}  // namespace patrol::api

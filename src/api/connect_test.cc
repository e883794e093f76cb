#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "api/api_fixture.h"

using namespace patrol;
using namespace patrol::api;

namespace {

const std::string role_arn = "arn:aws:iam::111122223333:role/PatrolReadOnly";

json::object completed(std::string_view arn = role_arn) {
    return {{"provider", "aws"}, {"aws", {{"role_arn", arn}}}, {"client", {{"host", "h"}, {"version", "1"}}}};
}

}  // namespace

TEST_CASE("the setup card and its command") {
    World world;
    world.set_up();
    const std::string path = "/api/v1/cloud-accounts/" + world.make_account();
    const Reply card = world.get(path + "/setup", world.owner);
    REQUIRE_MESSAGE(card.status == 200, card.text);
    CHECK(card.at("role_name") == "PatrolReadOnly");
    CHECK(card.at("patrol_account_id") == "123456789012");
    CHECK(card.body.at("managed_policies").as_array().size() == 2);
    CHECK(to_text(card.body.at("trust_policy")).find(card.at("external_id")) != std::string::npos);
    CHECK(card.at("aws_cli_script").find("create-role") != std::string::npos);
    const Reply command = world.post(path + "/setup-command", nullptr);
    CHECK(command.at("token").starts_with("pct_"));
    CHECK(command.at("command").find(command.at("token")) != std::string::npos);
    CHECK(command.at("expires_at") != "");
}

TEST_CASE("a connect token: exchange, repeat with the nonce, complete once") {
    World world;
    world.set_up();
    const std::string account = world.make_account();
    const std::string token = world.connect_token(account);
    const auto exchange = [&](std::string_view nonce) {
        return world.call("POST", "/api/v1/connect/exchange", json::object{{"nonce", nonce}}, token);
    };
    CHECK(world.get("/api/v1/connect/status", token).at("state") == "waiting");
    const Reply first = exchange("0123456789");
    REQUIRE_MESSAGE(first.status == 200, first.text);
    CHECK(first.at("account_name") == "acme");
    const json::value& aws = first.body.at("aws");
    CHECK(string_or(aws, "patrol_principal") == "arn:aws:iam::123456789012:root");
    CHECK(string_or(aws, "external_id").starts_with("patrol-"));
    CHECK(exchange("0123456789").status == 200);
    CHECK(exchange("another-nonce").status == 410);
    CHECK(world.call("POST", "/api/v1/connect/complete", completed("arn:aws:iam::111122223333:user/x"), token)
              .field() == "aws.role_arn");
    CHECK(world.call("POST", "/api/v1/connect/complete", completed("arn:aws:iam::123456789012:role/x"), token)
              .status == 422);
    const Reply done = world.call("POST", "/api/v1/connect/complete", completed(), token);
    REQUIRE_MESSAGE(done.status == 202, done.text);
    CHECK(done.at("state") == "trying");
    CHECK(world.call("POST", "/api/v1/connect/complete", completed(), token).status == 410);
    CHECK(exchange("0123456789").status == 410);
    CHECK(world.get("/api/v1/connect/status", token).at("state") == "trying");
    // It opens nothing else.
    CHECK(world.get("/api/v1/cloud-accounts/" + account, token).status == 401);
    CHECK(world.get("/api/v1/connect/status", world.owner).status == 401);
}

TEST_CASE("of fifty calls at once with one token exactly one succeeds") {
    World world;
    world.set_up();
    for (const char* path : {"/api/v1/connect/exchange", "/api/v1/connect/complete"}) {
        const std::string token = world.connect_token(world.make_account({{"name", path}}));
        const bool completes = std::string_view(path).ends_with("complete");
        std::atomic<int> good = 0, gone = 0, other = 0;
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 5; ++thread)
                threads.emplace_back([&] {
                    for (int i = 0; i < 10; ++i) {
                        net::ServerRequest request{.method = "POST",
                                                   .path = path,
                                                   .headers = {{"Host", "127.0.0.1"},
                                                               {"Content-Type", "application/json"},
                                                               {"Authorization", "Bearer " + token}},
                                                   .body = completes ? to_text(json::value(completed())) : "",
                                                   .peer_address = *net::IpAddress::parse("127.0.0.1"),
                                                   .is_loopback = true};
                        const int status = world.api->handle(request).status;
                        (status == 200 || status == 202 ? good : status == 410 ? gone : other)++;
                    }
                });
        }
        CHECK(good == 1);
        CHECK(gone == 49);
        CHECK(other == 0);
    }
}

TEST_CASE("expired, replaced and damaged connect tokens are all the same 401") {
    World world;
    world.set_up();
    const std::string account = world.make_account();
    const std::string old = world.connect_token(account);
    const std::string fresh = world.connect_token(account);
    std::string damaged = fresh;
    damaged.back() = damaged.back() == 'a' ? 'b' : 'a';
    for (const std::string& token : {old, damaged, fresh.substr(0, 30)})
        CHECK(world.call("POST", "/api/v1/connect/exchange", nullptr, token).status == 401);
    CHECK(world.call("POST", "/api/v1/connect/exchange", nullptr, fresh).status == 200);
    need(world.store->database().platform().write([&](store::Transaction& transaction) {
        return transaction.run("UPDATE connect_token SET expires_at = 5 WHERE account = ?1", account);
    }));
    CHECK(world.call("POST", "/api/v1/connect/exchange", nullptr, fresh).status == 401);
}

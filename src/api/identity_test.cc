#include <doctest/doctest.h>

#include "api/api_fixture.h"
#include "api/routes.h"

using namespace patrol;
using namespace patrol::api;

namespace {

const json::object sign_in_body{{"email", "owner@example.com"}, {"password", World::password}};

std::string cookie_of(const Reply& reply) {
    const std::string_view header = reply.header("Set-Cookie");
    return std::string(header.substr(0, header.find(';')));
}

net::Headers browser(const std::string& cookie, net::Headers more = {}) {
    net::Headers headers{{"Cookie", cookie}, {"Content-Type", "application/json"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return headers;
}

std::string filled(std::string_view pattern) {
    std::string path;
    while (!pattern.empty()) {
        const auto open = std::min(pattern.find('{'), pattern.size());
        path += pattern.substr(0, open);
        pattern.remove_prefix(open);
        if (pattern.empty()) break;
        path += "acc_aaaaaaaaaaaaaaaaaaaaaaaaaa";
        pattern.remove_prefix(pattern.find('}') + 1);
    }
    return path;
}

// Everything but the trace id.
json::value without_trace(json::value body) {
    body.get_object().erase("trace_id");
    return body;
}

}  // namespace

TEST_CASE("the first run makes the owner once, with the setup token only") {
    World world;
    CHECK(world.get("/api/v1/setup", "").body.at("needed").as_bool());
    const std::string token = crypto::make_token(crypto::setup_token_prefix);
    need(world.store->tenants().set_setup_token(stored_hash(token),
                                                world.clock.now() + std::chrono::hours(1)));
    json::object body{{"setup_token", crypto::make_token(crypto::setup_token_prefix)},
                      {"email", "me@example.com"},
                      {"name", "Me"},
                      {"password", World::password}};
    CHECK(world.call("POST", "/api/v1/setup", body, "").status == 401);
    body["setup_token"] = token;
    body["password"] = "short";
    CHECK(world.call("POST", "/api/v1/setup", body, "").field() == "password");
    body["password"] = World::password;
    body["admin"] = true;
    CHECK(world.call("POST", "/api/v1/setup", body, "").field() == "admin");
    body.erase("admin");
    const Reply done = world.call("POST", "/api/v1/setup", body, "");
    REQUIRE_MESSAGE(done.status == 201, done.text);
    CHECK(done.at("role") == "owner");
    CHECK(done.body.at("platform_owner").as_bool());
    CHECK(world.send("GET", "/api/v1/me", "", browser(cookie_of(done))).status == 200);
    CHECK(world.call("POST", "/api/v1/setup", body, "").status == 409);
    CHECK_FALSE(world.get("/api/v1/setup", "").body.at("needed").as_bool());
}

TEST_CASE("a session: flags, new at each sign-in, over after sign-out") {
    World world;
    world.set_up();
    const Reply first = world.call("POST", "/api/v1/session", sign_in_body, "");
    REQUIRE_MESSAGE(first.status == 200, first.text);
    const std::string cookie = cookie_of(first);
    CHECK(cookie.starts_with("patrol=pss_"));
    CHECK(first.header("Set-Cookie").find("HttpOnly; SameSite=Lax") != std::string_view::npos);
    CHECK(first.header("Set-Cookie").find("Secure") == std::string_view::npos);
    const Reply second =
        world.send("POST", "/api/v1/session", to_text(json::value(sign_in_body)), browser(cookie));
    CHECK(cookie_of(second) != cookie);
    CHECK(world.send("GET", "/api/v1/me", "", browser(cookie)).status == 401);
    const std::string fresh = cookie_of(second);
    CHECK(world.send("GET", "/api/v1/me", "", browser(fresh)).status == 200);
    CHECK(world.send("DELETE", "/api/v1/session", "", browser(fresh, {{"X-Patrol-CSRF", "1"}})).status ==
          204);
    CHECK(world.send("GET", "/api/v1/me", "", browser(fresh)).status == 401);
    json::object wrong = sign_in_body;
    wrong["password"] = "wrong wrong wrong";
    const Reply bad = world.call("POST", "/api/v1/session", wrong, "");
    wrong["email"] = "nobody@example.com";
    const Reply nobody = world.call("POST", "/api/v1/session", wrong, "");
    CHECK(bad.status == 401);
    CHECK(without_trace(bad.body) == without_trace(nobody.body));
}

TEST_CASE("over TLS the cookie is __Host- and Secure; plain http beyond this machine refuses sign-in") {
    World world([](Settings& settings) { settings.public_url = "https://patrol.example.com"; });
    world.set_up();
    const std::string body = to_text(json::value(sign_in_body));
    const net::Headers tls{{"Host", "patrol.example.com"}, {"Content-Type", "application/json"}};
    const Reply secure = world.send("POST", "/api/v1/session", body, tls);
    REQUIRE_MESSAGE(secure.status == 200, secure.text);
    CHECK(secure.header("Set-Cookie").starts_with("__Host-patrol="));
    CHECK(secure.header("Set-Cookie").ends_with("; Secure"));
    CHECK(secure.header("Strict-Transport-Security") != "");
    world.peer = "192.0.2.7";
    const net::Headers plain{{"Host", "192.0.2.1:8080"}, {"Content-Type", "application/json"}};
    const Reply refused = world.send("POST", "/api/v1/session", body, plain);
    CHECK(refused.status == 403);
    CHECK(refused.header("Set-Cookie") == "");
    World open([](Settings& settings) { settings.insecure_http = Allow::yes; });
    open.set_up();
    open.peer = "192.0.2.7";
    CHECK(open.send("POST", "/api/v1/session", body, plain).status == 200);
}

TEST_CASE("cross-site writes are refused") {
    World world;
    world.set_up();
    const std::string body = to_text(json::value(sign_in_body));
    const auto sign_in = [&](net::Headers headers) {
        return world.send("POST", "/api/v1/session", body, headers).status;
    };
    CHECK(sign_in({{"Content-Type", "text/plain"}, {"Origin", "https://evil.example"}}) == 403);
    CHECK(sign_in({{"Content-Type", "text/plain"}}) == 403);
    CHECK(sign_in({{"Content-Type", "application/json"}, {"Origin", "null"}}) == 403);
    CHECK(sign_in({{"Content-Type", "application/json"}, {"Sec-Fetch-Site", "cross-site"}}) == 403);
    CHECK(sign_in({{"Content-Type", "application/json"}, {"Origin", "http://127.0.0.1:8080"}}) == 200);
    const std::string cookie = cookie_of(world.call("POST", "/api/v1/session", sign_in_body, ""));
    const auto write = [&](net::Headers more) {
        return world.send("POST", "/api/v1/customers", R"({"name":"x"})", browser(cookie, std::move(more)))
            .status;
    };
    CHECK(write({}) == 403);
    CHECK(write({{"X-Patrol-CSRF", "1"}, {"Origin", "null"}}) == 403);
    CHECK(write({{"X-Patrol-CSRF", "1"}, {"Origin", "https://evil.example"}}) == 403);
    CHECK(world.get("/api/v1/customers", world.owner).body.at("total").as_int64() == 0);
    CHECK(write({{"X-Patrol-CSRF", "1"},
                 {"Origin", "http://127.0.0.1:8080"},
                 {"Sec-Fetch-Site", "same-origin"}}) == 201);
    const Reply preflight =
        world.send("OPTIONS", "/api/v1/customers", "", {{"Origin", "https://evil.example"}});
    CHECK(preflight.status == 405);
    CHECK(preflight.header("Access-Control-Allow-Origin") == "");
}

TEST_CASE("every route but the open ones needs an identity, and all refusals look alike") {
    World world;
    world.set_up();
    const std::string unknown = crypto::make_token(crypto::api_token_prefix);
    const std::string connect = world.connect_token(world.make_account());
    std::optional<json::value> body;
    int checked = 0;
    for (const Route& route : routes()) {
        if (route.access == Access::anyone || route.access == Access::sign_in) continue;
        for (const std::string& token : {std::string(), unknown, world.owner.substr(0, 20), connect}) {
            if (route.access == Access::connect_token && token == connect) continue;
            world.peer =
                fmt::format("127.0.0.{}", 1 + checked % 250);  // the limits on guessing are not meant here
            const Reply reply =
                world.send(net::to_string(route.method), filled(route.path), "{not json",
                           {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}});
            CAPTURE(route.path);
            CHECK(reply.status == 401);
            if (!body) body = without_trace(reply.body);
            CHECK(without_trace(reply.body) == *body);
            ++checked;
        }
    }
    CHECK(checked > 100);
}

TEST_CASE("each role may do what the table says and no more") {
    World world;
    world.set_up();
    const std::map<std::string, Access> roles{
        {"viewer", Access::viewer}, {"operator", Access::operator_}, {"admin", Access::admin}};
    for (const auto& [name, level] : roles) {
        const std::string token = world.token_with_role(name);
        for (const Route& route : routes()) {
            if (static_cast<int>(route.access) < static_cast<int>(Access::viewer)) continue;
            const bool allowed = static_cast<int>(route.access) <= static_cast<int>(level);
            if (allowed && route.method == net::Method::delete_) continue;
            CAPTURE(name);
            CAPTURE(route.path);
            const Reply reply = world.call(
                net::to_string(route.method), filled(route.path),
                route.method == net::Method::get ? json::value() : json::value(json::object()), token);
            CHECK((reply.status == 403) == !allowed);
        }
    }
    const std::string admin = world.token_with_role("admin");
    CHECK(world.call("POST", "/api/v1/tokens", json::object{{"name", "up"}, {"role", "owner"}}, admin)
              .field() == "role");
    CHECK(world
              .call("POST", "/api/v1/cloud-accounts",
                    json::object{{"name", "x"}, {"provider", "aws"}, {"endpoint_url", "https://e.example"}},
                    admin)
              .status == 403);
}

TEST_CASE("a token ends with its time, its revocation and its user") {
    World world;
    world.set_up();
    const Reply made = world.post("/api/v1/tokens", json::object{{"name", "ci"}, {"expires_in_days", 1}});
    REQUIRE(made.status == 201);
    const std::string token = made.at("token");
    CHECK(world.get("/api/v1/me", token).status == 200);
    CHECK(world.get("/api/v1/tokens", world.owner).text.find(token) == std::string::npos);
    CHECK(world.call("DELETE", "/api/v1/tokens/" + made.at("id"), nullptr, world.owner).status == 204);
    CHECK(world.get("/api/v1/me", token).status == 401);
    const std::string viewer = world.token_with_role("viewer");
    need(world.store->database().platform().write([&](store::Transaction& transaction) {
        return transaction.run("UPDATE api_token SET expires_at = 5 WHERE name = ?1", "viewer");
    }));
    CHECK(world.get("/api/v1/me", viewer).status == 401);
    const std::string admin = world.token_with_role("admin");
    // By hand: the owner of the platform cannot be disabled otherwise.
    need(world.store->database().platform().write([&](store::Transaction& transaction) {
        return transaction.run("UPDATE tenant_user SET disabled = 1 WHERE id = ?1", world.user.id);
    }));
    CHECK(world.get("/api/v1/me", admin).status == 401);
    CHECK(world.call("POST", "/api/v1/session", sign_in_body, "").status == 401);
}

TEST_CASE("a credential in an address is refused") {
    World world;
    world.set_up();
    CHECK(world.get("/api/v1/me?token=x", world.owner).status == 400);
    CHECK(world.get("/api/v1/customers?q=" + world.owner, world.owner).status == 400);
    CHECK(world.get("/api/v1/connect/status?access_token=pct_x", "").status == 400);
}

TEST_CASE("guessing is slowed down") {
    World world;
    world.set_up();
    int refused = 0;
    Reply last;
    for (int i = 0; i < 20; ++i) {
        last = world.call("GET", "/api/v1/connect/status", nullptr,
                          crypto::make_token(crypto::connect_token_prefix));
        refused += last.status == 429;
    }
    CHECK(refused == 10);
    CHECK(last.header("Retry-After") != "");
    json::object wrong = sign_in_body;
    wrong["password"] = "wrong wrong wrong";
    for (int i = 0; i < 10; ++i) CHECK(world.call("POST", "/api/v1/session", wrong, "").status == 401);
    CHECK(world.call("POST", "/api/v1/session", wrong, "").status == 429);
    CHECK(world.call("POST", "/api/v1/session", sign_in_body, "").status == 429);
}

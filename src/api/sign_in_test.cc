// Signing in and staying in: passwords, sessions, second factors, what a token may do.
#include <doctest/doctest.h>

#include "api/browser_fixture.h"
#include "crypto/totp.h"

using namespace patrol;
using namespace patrol::api;

namespace {

constexpr std::string_view new_password = "a long and winding road";

// The secret of the app that the user has, from where it is sealed.
std::string secret_of(World& world, const model::User& user) {
    const auto factor = *need(world.store->second_factors().get(user.tenant, user.id));
    const auto place = crypto::seal_place(user.tenant.str(), "second_factor", user.id.str(), "sealed_secret");
    return std::string(need(world.key.open(factor.sealed_secret, place)).expose());
}

std::string code_at(World& world, const std::string& secret, std::int64_t steps_on) {
    return crypto::totp_code(secret, crypto::totp_step_at(world.clock.now()) + steps_on);
}

// Enrols the owner's app; the recovery codes.
json::array enrol(World& world, Browser& browser) {
    const Reply begun = browser.post("/api/v1/me/totp");
    REQUIRE_MESSAGE(begun.status == 200, begun.text);
    const std::string secret = secret_of(world, world.user);
    CHECK(begun.at("secret") == crypto::totp_secret_text(secret));
    CHECK(begun.at("otpauth_uri").starts_with("otpauth://totp/Patrol:owner%40example.com?secret="));
    const Reply confirmed =
        browser.post("/api/v1/me/totp/confirm", json::object{{"code", code_at(world, secret, 0)}});
    REQUIRE_MESSAGE(confirmed.status == 200, confirmed.text);
    return confirmed.body.at("recovery_codes").as_array();
}

Browser signed_in(World& world) {
    Browser browser(world);
    REQUIRE(browser.sign_in("owner@example.com", World::password).status == 200);
    return browser;
}

// Without "urn:patrol:problem:"; empty where it is none.
std::string type_of(const Reply& reply) {
    const std::string type = reply.at("type");
    return type.substr(type.rfind(':') + 1);
}

}  // namespace

TEST_CASE("sessions are listed and revoked, by their owner and by an administrator") {
    World world;
    world.set_up();
    Browser here = signed_in(world), there = signed_in(world), third = signed_in(world);
    const Reply list = here.get("/api/v1/me/sessions");
    REQUIRE(list.body.at("total").as_int64() == 3);
    int current = 0;
    std::string other;
    for (const json::value& each : list.body.at("items").as_array()) {
        current += each.at("current").as_bool();
        if (!each.at("current").as_bool()) other = each.at("id").as_string();
        CHECK(each.at("address").as_string() == "127.0.0.1");
        CHECK(each.at("user_agent").as_string() == "Browser/1.0 (Test)");
    }
    CHECK(current == 1);
    CHECK(list.text.find("pss_") == std::string::npos);
    CHECK(world.call("DELETE", "/api/v1/me/sessions/" + other, nullptr, world.stranger).status == 404);
    CHECK(here.send("DELETE", "/api/v1/me/sessions/" + other).status == 204);
    CHECK(here.send("DELETE", "/api/v1/me/sessions/" + other).status == 404);
    CHECK(there.is_in() != third.is_in());
    CHECK(here.send("DELETE", "/api/v1/me/sessions").status == 204);
    CHECK(here.is_in());
    CHECK_FALSE(there.is_in());
    CHECK_FALSE(third.is_in());
    CHECK(world.call("DELETE", "/api/v1/users/" + world.user.id.str() + "/sessions", nullptr, world.owner)
              .status == 204);
    CHECK_FALSE(here.is_in());
    // A token lists and ends its person's sessions too: `patrol session`.
    there = signed_in(world);
    CHECK(world.get("/api/v1/me/sessions", world.owner).body.at("total").as_int64() == 1);
    CHECK(world.call("DELETE", "/api/v1/me/sessions", nullptr, world.owner).status == 204);
    CHECK_FALSE(there.is_in());
}

TEST_CASE("who changes the password stays in, everybody else is out") {
    World world;
    world.set_up();
    Browser here = signed_in(world), there = signed_in(world);
    const std::string before = here.cookie;
    const auto change = [&](std::string_view current, std::string_view password) {
        return here.post("/api/v1/me/password",
                         json::object{{"current_password", current}, {"password", password}});
    };
    CHECK(change("wrong wrong wrong", new_password).field() == "current_password");
    CHECK(change(World::password, "short").field() == "password");
    CHECK(change(World::password, "owner@example.com").field() == "password");
    CHECK(change(World::password, World::password).field() == "password");
    CHECK(there.is_in());
    CHECK(change(World::password, new_password).status == 200);
    CHECK(here.cookie != before);
    CHECK(here.is_in());
    CHECK_FALSE(there.is_in());
    CHECK(world.send("GET", "/api/v1/me", "", {{"Cookie", before}}).status == 401);
    CHECK(there.sign_in("owner@example.com", World::password).status == 401);
    CHECK(there.sign_in("owner@example.com", new_password).status == 200);
    CHECK(type_of(world.post("/api/v1/me/password", json::object{{"current_password", new_password},
                                                                 {"password", World::password}})) ==
          "not-a-session");
    int throttled = 0;
    for (int i = 0; i < 12; ++i) throttled += change("wrong wrong wrong", "x").status == 429;
    CHECK(throttled > 0);
}

TEST_CASE("a password is reset by an administrator's link; the second factor stays") {
    World world;
    world.set_up();
    Browser user = join(world, "u@example.com", "viewer");
    const std::string path = "/api/v1/users/" + user.get("/api/v1/me").at("id") + "/password-reset";
    const Reply link = world.post(path, nullptr);
    REQUIRE_MESSAGE(link.status == 200, link.text);
    CHECK(link.at("reset_url") == "http://127.0.0.1:8080/password-reset#token=" + link.at("reset_token"));
    CHECK(user.is_in());
    const auto reset = [&](const std::string& token, std::string_view password) {
        return world.call("POST", "/api/v1/password-reset",
                          json::object{{"token", token}, {"password", password}}, "");
    };
    CHECK(reset(link.at("reset_token"), "short").field() == "password");
    const Reply done = reset(link.at("reset_token"), new_password);
    CHECK(done.status == 204);
    CHECK(done.header("Set-Cookie") == "");
    CHECK(reset(link.at("reset_token"), new_password).status == 401);
    CHECK_FALSE(user.is_in());
    CHECK(user.sign_in("u@example.com", World::password).status == 401);
    CHECK(user.sign_in("u@example.com", new_password).status == 200);
    const Reply invited = world.post("/api/v1/users", json::object{{"email", "i@example.com"}});
    CHECK(type_of(world.post("/api/v1/users/" + invited.at("id") + "/password-reset", nullptr)) ==
          "user-not-active");
}

TEST_CASE("an authenticator app: enrolled, asked for, each code once") {
    World world;
    world.set_up();
    Browser here = signed_in(world), there = signed_in(world);
    CHECK(here.post("/api/v1/me/totp/confirm", json::object{{"code", "123456"}}).status == 409);
    CHECK(type_of(world.post("/api/v1/me/totp", nullptr)) == "not-a-session");
    REQUIRE(here.post("/api/v1/me/totp").status == 200);
    // Not confirmed: not asked for.
    CHECK(signed_in(world).get("/api/v1/me").body.at("mfa").as_bool() == false);
    const std::string before = here.cookie;
    const json::array recovery = enrol(world, here);
    REQUIRE(recovery.size() == limits::recovery_codes);
    CHECK(here.cookie != before);
    CHECK(here.get("/api/v1/me").body.at("mfa").as_bool());
    CHECK_FALSE(there.is_in());
    CHECK(here.post("/api/v1/me/totp").status == 409);

    const std::string secret = secret_of(world, world.user);
    const auto sign_in = [&](json::object more) {
        return there.sign_in("owner@example.com", World::password, std::move(more));
    };
    const Reply needed = sign_in({});
    CHECK(needed.status == 401);
    CHECK(type_of(needed) == "totp-required");
    CHECK(needed.header("Set-Cookie") == "");
    // The password comes first: who does not know it learns nothing of the second factor.
    CHECK(type_of(there.sign_in("owner@example.com", "wrong wrong wrong")) == "wrong-password");
    const auto spent = need(world.store->second_factors().get(world.user.tenant, world.user.id))->last_step;
    CHECK(type_of(sign_in({{"totp", crypto::totp_code(secret, spent)}})) ==
          "wrong-totp");  // by the enrolment
    const std::string next = code_at(world, secret, 1);
    CHECK(sign_in({{"totp", next.substr(0, 3) + " " + next.substr(3)}}).status == 200);
    CHECK(type_of(sign_in({{"totp", next}})) == "wrong-totp");
    const std::string code(recovery.at(0).as_string());
    CHECK(sign_in({{"totp", code}}).status == 200);
    CHECK(type_of(sign_in({{"totp", code}})) == "wrong-totp");
    CHECK(world.store->second_factors().get(world.user.tenant, world.user.id).value()->confirmed);

    const auto remove = [&](std::string_view password) {
        return there.send("DELETE", "/api/v1/me/totp", json::object{{"password", password}});
    };
    REQUIRE(sign_in({{"totp", std::string(recovery.at(1).as_string())}}).status == 200);
    CHECK(remove("wrong wrong wrong").field() == "password");
    CHECK(remove(World::password).status == 204);
    CHECK(sign_in({}).status == 200);
}

TEST_CASE("recovery codes are renewed: the earlier ones are dead") {
    World world;
    world.set_up();
    Browser here = signed_in(world);
    const auto renew = [&](std::string_view password) {
        return here.post("/api/v1/me/recovery-codes", json::object{{"password", password}});
    };
    CHECK(type_of(renew(World::password)) == "no-second-factor");
    const json::array earlier = enrol(world, here);
    CHECK(renew("wrong wrong wrong").field() == "password");
    CHECK(type_of(world.post("/api/v1/me/recovery-codes", json::object{{"password", World::password}})) ==
          "not-a-session");
    const Reply renewed = renew(World::password);
    REQUIRE_MESSAGE(renewed.status == 200, renewed.text);
    const json::array codes = renewed.body.at("recovery_codes").as_array();
    REQUIRE(codes.size() == limits::recovery_codes);
    Browser there(world);
    const auto sign_in = [&](const json::value& code) {
        return there.sign_in("owner@example.com", World::password, {{"totp", code}});
    };
    CHECK(type_of(sign_in(earlier.at(0))) == "wrong-totp");
    CHECK(sign_in(codes.at(0)).status == 200);
    CHECK(type_of(sign_in(codes.at(0))) == "wrong-totp");
}

TEST_CASE("a second factor that the organisation asks of everybody") {
    World world;
    world.set_up();
    Browser owner = signed_in(world), member = join(world, "m@example.com", "admin");
    const auto require = [&](Browser& by, bool on) {
        return by.send("PATCH", "/api/v1/tenant", json::object{{"require_second_factor", on}});
    };
    CHECK_FALSE(member.get("/api/v1/tenant").body.at("require_second_factor").as_bool());
    CHECK(require(member, true).status == 403);
    CHECK(type_of(require(owner, true)) == "no-second-factor");  // would shut himself out
    enrol(world, owner);
    CHECK(require(owner, true).body.at("require_second_factor").as_bool());

    // A session that was there before gets no further either.
    CHECK(member.get("/api/v1/me").body.at("second_factor_needed").as_bool());
    CHECK(type_of(member.get("/api/v1/customers")) == "second-factor-required");
    CHECK(type_of(member.post("/api/v1/tokens", json::object{{"name", "t"}})) == "second-factor-required");
    CHECK(member.get("/api/v1/meter").status == 404);
    Browser again(world);
    CHECK(again.sign_in("m@example.com", World::password).body.at("second_factor_needed").as_bool());
    CHECK(again.get("/api/v1/cloud-accounts").status == 403);
    CHECK(again.get("/api/v1/me/sessions").status == 200);

    CHECK_FALSE(owner.get("/api/v1/me").body.at("second_factor_needed").as_bool());
    CHECK(owner.get("/api/v1/customers").status == 200);
    CHECK(world.get("/api/v1/customers", world.owner).status == 200);  // a token is a credential of its own
    const Reply begun = again.post("/api/v1/me/totp");
    REQUIRE(begun.status == 200);
    const auto user = need(world.store->users().by_email("m@example.com"));
    REQUIRE(again
                .post("/api/v1/me/totp/confirm",
                      json::object{{"code", code_at(world, secret_of(world, user), 0)}})
                .status == 200);
    CHECK_FALSE(again.get("/api/v1/me").body.at("second_factor_needed").as_bool());
    CHECK(again.get("/api/v1/cloud-accounts").status == 200);
    CHECK(require(owner, false).status == 200);
    CHECK(again.send("DELETE", "/api/v1/session").status == 204);
}

TEST_CASE("codes cannot be guessed from many addresses") {
    World world;
    world.set_up();
    Browser here = signed_in(world);
    const json::array recovery = enrol(world, here);
    std::string last;
    for (int i = 0; i < 6; ++i) {
        world.peer = fmt::format("127.0.0.{}", 10 + i);
        last = type_of(Browser(world).sign_in("owner@example.com", World::password, {{"totp", "000000"}}));
        CHECK(last == (i < 5 ? "wrong-totp" : "throttled"));
    }
    // Good ones wait as well, and who has no password does not get that far.
    CHECK(Browser(world)
              .sign_in("owner@example.com", World::password,
                       {{"totp", std::string(recovery.at(0).as_string())}})
              .status == 429);
    world.peer = "127.0.0.99";
    CHECK(type_of(Browser(world).sign_in("owner@example.com", "wrong wrong wrong", {{"totp", "000000"}})) ==
          "wrong-password");
}

TEST_CASE("an administrator removes the app of somebody who lost it") {
    World world;
    world.set_up();
    Browser second = join(world, "second@example.com", "owner");
    const std::string path = "/api/v1/users/" + second.get("/api/v1/me").at("id");
    REQUIRE(second.post("/api/v1/me/totp").status == 200);
    const auto user =
        need(world.store->users().get(world.user.tenant, UserId(path.substr(path.rfind('/') + 1))));
    REQUIRE(second
                .post("/api/v1/me/totp/confirm",
                      json::object{{"code", code_at(world, secret_of(world, user), 0)}})
                .status == 200);
    CHECK(world.get(path, world.owner).body.at("mfa").as_bool());
    CHECK(world.call("DELETE", path + "/totp", nullptr, world.owner).status == 204);
    CHECK_FALSE(second.is_in());
    CHECK_FALSE(world.get(path, world.owner).body.at("mfa").as_bool());
    CHECK(second.sign_in("second@example.com", World::password).status == 200);
}

TEST_CASE("nobody learns who has an account: unknown, invited and disabled look like a wrong password") {
    World world;
    world.set_up();
    world.post("/api/v1/users", json::object{{"email", "invited@example.com"}});
    join(world, "gone@example.com", "viewer");
    const Reply people = world.get("/api/v1/users?q=email%3Dgone@example.com", world.owner);
    world.patch("/api/v1/users/" + std::string(people.body.at("items").at(0).at("id").as_string()),
                json::object{{"disabled", true}});
    std::optional<json::value> expected;
    for (const std::string_view email :
         {"owner@example.com", "nobody@example.com", "invited@example.com", "gone@example.com"}) {
        CAPTURE(email);
        Reply reply = Browser(world).sign_in(email, "wrong wrong wrong", {{"totp", "123456"}});
        CHECK(reply.status == 401);
        CHECK(reply.header("Set-Cookie") == "");
        reply.body.get_object().erase("trace_id");
        if (!expected) expected = reply.body;
        CHECK(reply.body == *expected);
    }
    CHECK(Browser(world).sign_in("gone@example.com", World::password).status == 401);
}

TEST_CASE("a token does what it was made for, for as long and for whom it was made") {
    World world;
    world.set_up();
    const Reply customer = world.post("/api/v1/customers", json::object{{"name", "a"}});
    const auto make = [&](json::object more, std::string_view by) {
        more["name"] = "t";
        return world.call("POST", "/api/v1/tokens", more, by);
    };
    const Reply narrow = make({{"scopes", {"read", "admin"}}, {"expires_in_days", 10}}, world.owner);
    REQUIRE_MESSAGE(narrow.status == 201, narrow.text);
    CHECK(narrow.body.at("scopes") == json::array{"read", "admin"});
    const std::string token = narrow.at("token");
    CHECK(type_of(world.call("POST", "/api/v1/rules", json::object(), token)) == "scope");
    CHECK(make({{"scopes", {"scan"}}}, token).field() == "scopes");
    // What it makes inherits its limits.
    const Reply child = make({}, token);
    REQUIRE(child.status == 201);
    CHECK(child.body.at("scopes") == narrow.body.at("scopes"));
    CHECK(child.at("expires_at") <= narrow.at("expires_at"));

    const Reply of_customer = make({{"customers", {customer.at("id")}}}, world.owner);
    CHECK(of_customer.body.at("customers") == json::array{customer.at("id")});
    CHECK(world.get("/api/v1/me", of_customer.at("token")).body.at("customers") ==
          json::array{customer.at("id")});
    CHECK(world.get("/api/v1/platform/tenants", of_customer.at("token")).status == 403);

    const Reply scan = make({{"scopes", {"scan"}}}, world.owner);
    CHECK(world.get("/api/v1/me", scan.at("token")).status == 403);
    const std::string start = "/api/v1/cloud-accounts/" + world.make_account() + "/scans";
    CHECK(world.call("POST", start, nullptr, scan.at("token")).status != 403);
    CHECK(make({{"scopes", json::array()}}, world.owner).field() == "scopes");
    CHECK(make({{"scopes", {"everything"}}}, world.owner).field() == "scopes");
    CHECK(make({{"customers", {"cus_x"}}}, world.owner).field() == "customers");
    CHECK(make({{"expires_in_days", 366}}, world.owner).field() == "expires_in_days");
}

// Tenants and the people in them, by the API: who may do what to whom.
#include <doctest/doctest.h>

#include "api/browser_fixture.h"

using namespace patrol;
using namespace patrol::api;

namespace {

Reply invite(World& world, std::string_view email, json::object more = {}) {
    more["email"] = email;
    return world.post("/api/v1/users", more);
}

std::string user_path(const Reply& user, std::string_view rest = {}) {
    return "/api/v1/users/" + user.at("id") + std::string(rest);
}

std::string customer(World& world, std::string_view name) {
    const Reply made = world.post("/api/v1/customers", json::object{{"name", name}});
    REQUIRE(made.status == 201);
    return made.at("id");
}

}  // namespace

TEST_CASE("a person is invited by a link, joins once, and is listed") {
    World world([](Settings& settings) { settings.public_url = "https://patrol.example.com"; });
    world.set_up();
    const Reply invited = invite(world, "Ada@Example.com", {{"role", "operator"}, {"name", "Ada"}});
    REQUIRE_MESSAGE(invited.status == 201, invited.text);
    CHECK(invited.at("email") == "ada@example.com");
    CHECK(invited.at("state") == "invited");
    CHECK(invited.body.at("customers").is_null());
    const std::string token = invited.at("invite_token");
    // Never from the Host header.
    CHECK(invited.at("invite_url") == "https://patrol.example.com/invitation#token=" + token);
    CHECK(world.get("/api/v1/users", world.owner).text.find(token) == std::string::npos);
    const auto wanted = world.clock.now() + limits::invitation_age;
    CHECK(std::abs((*parse_rfc3339(invited.at("invite_expires_at")) - wanted).count()) < 60'000);

    Browser ada(world);
    const auto accept = [&](std::string_view password) {
        return ada.post("/api/v1/invitations/accept",
                        json::object{{"token", token}, {"name", "Ada L"}, {"password", password}});
    };
    CHECK(ada.sign_in("ada@example.com", World::password).status == 401);
    CHECK(accept("short").field() == "password");
    CHECK(accept("password1234").field() == "password");
    CHECK(accept("my name is Ada Lovelace").status == 201);  // the new name: "Ada L"
    CHECK(ada.get("/api/v1/me").at("role") == "operator");
    CHECK(ada.get("/api/v1/me").at("name") == "Ada L");
    const Reply listed = world.get("/api/v1/users?q=role%3Doperator", world.owner);
    REQUIRE(listed.body.at("total").as_int64() == 1);
    CHECK(listed.body.at("items").at(0).at("state").as_string() == "active");
    CHECK(listed.body.at("items").at(0).at("last_sign_in_at").is_string());
    CHECK(listed.text.find("argon2") == std::string::npos);
}

TEST_CASE("a link is dead once used, replaced, expired or unknown: one and the same answer") {
    World world;
    world.set_up();
    const Reply first = invite(world, "a@example.com");
    const auto accept = [&](const std::string& token) {
        return world.call("POST", "/api/v1/invitations/accept",
                          json::object{{"token", token}, {"password", World::password}}, "");
    };
    const Reply again = world.post(user_path(first, "/invitation"), nullptr);
    REQUIRE_MESSAGE(again.status == 200, again.text);
    const Reply replaced = accept(first.at("invite_token"));
    const Reply unknown = accept(crypto::make_token(crypto::invitation_token_prefix));
    CHECK(replaced.status == 401);
    CHECK(replaced.at("detail") == unknown.at("detail"));
    CHECK(accept("pit_short").at("type") == unknown.at("type"));
    CHECK(accept(crypto::make_token(crypto::reset_token_prefix)).status == 401);
    CHECK(accept(again.at("invite_token")).status == 201);
    CHECK(accept(again.at("invite_token")).at("type") == unknown.at("type"));
    CHECK(world.post(user_path(first, "/invitation"), nullptr).at("type") ==
          "urn:patrol:problem:invitation-over");
    const Reply late = invite(world, "late@example.com");
    need(world.store->database().platform().write([](store::Transaction& transaction) {
        return transaction.run("UPDATE one_time_link SET expires_at = 1");
    }));
    CHECK(accept(late.at("invite_token")).status == 401);
    int throttled = 0;
    for (int i = 0; i < 12; ++i) throttled += accept("pit_guess").status == 429;
    CHECK(throttled > 0);
}

TEST_CASE("nobody makes, changes or lets in a person above himself") {
    World world;
    world.set_up();
    Browser admin = join(world, "admin@example.com", "admin");
    Browser viewer = join(world, "viewer@example.com", "viewer");
    CHECK(viewer.get("/api/v1/users").status == 403);
    CHECK(admin.post("/api/v1/users", json::object{{"email", "x@example.com"}, {"role", "owner"}}).status ==
          403);
    CHECK(admin.post("/api/v1/users", json::object{{"email", "x@example.com"}, {"role", "admin"}}).status ==
          201);
    const std::string owner = "/api/v1/users/" + world.user.id.str();
    CHECK(admin.send("PATCH", owner, json::object{{"name", "x"}}).status == 403);
    CHECK(admin.send("DELETE", owner).status == 403);
    CHECK(admin.send("DELETE", owner + "/sessions").status == 403);
    CHECK(admin.send("DELETE", owner + "/totp").status == 403);
    CHECK(admin.post(owner + "/password-reset").status == 403);
    const std::string self = "/api/v1/users/" + admin.get("/api/v1/me").at("id");
    CHECK(admin.send("PATCH", self, json::object{{"role", "owner"}}).status == 403);
    CHECK(admin.post(self + "/password-reset").at("type") == "urn:patrol:problem:own-account");
    CHECK(admin.send("DELETE", self + "/totp").at("type") == "urn:patrol:problem:own-account");
    // An owner who is not the platform's does not reach the one who is.
    Browser second = join(world, "second@example.com", "owner");
    CHECK(second.post(owner + "/password-reset").status == 403);
    CHECK(second.send("PATCH", owner, json::object{{"disabled", true}}).status == 403);
    CHECK(second.get("/api/v1/platform/tenants").status == 403);
}

TEST_CASE("a person may be limited to customers, and then makes nobody who sees more") {
    World world;
    world.set_up();
    const std::string a = customer(world, "a"), b = customer(world, "b");
    Browser admin = join(world, "admin@example.com", "admin", {{"customers", {a}}});
    CHECK(admin.get("/api/v1/me").body.at("customers") == json::array{a});
    CHECK(admin.post("/api/v1/users", json::object{{"email", "x@example.com"}}).status == 403);
    CHECK(invite(world, "x@example.com", {{"customers", json::array()}}).field() == "customers");
    CHECK(invite(world, "x@example.com", {{"customers", {"cus_nonsense"}}}).field() == "customers");
    CHECK(invite(world, "x@example.com", {{"customers", "all"}}).field() == "customers");
    CHECK(world
              .call("POST", "/api/v1/users", json::object{{"email", "x@example.com"}, {"customers", {a}}},
                    world.stranger)
              .field() == "customers");
    const Reply viewer = invite(world, "viewer@example.com", {{"customers", {a}}});
    REQUIRE_MESSAGE(viewer.status == 201, viewer.text);
    const Reply more = world.patch(user_path(viewer), json::object{{"customers", {a, b}}});
    CHECK(more.body.at("customers").as_array().size() == 2);
    // A customer that is gone does not stand in the way of another change.
    CHECK(world.call("DELETE", "/api/v1/customers/" + b, nullptr, world.owner).status == 204);
    CHECK(world.patch(user_path(viewer), json::object{{"name", "New"}}).status == 200);
    CHECK(
        world.patch(user_path(viewer), json::object{{"customers", nullptr}}).body.at("customers").is_null());
    CHECK(world.patch(user_path(viewer), json::object{{"customers", {b}}}).field() == "customers");
}

TEST_CASE("a person is changed with If-Match, and only what may be changed") {
    World world;
    world.set_up();
    const Reply made = invite(world, "a@example.com", {{"role", "viewer"}});
    const std::string path = user_path(made);
    const Reply changed = world.patch(path, json::object{{"name", "New"}, {"role", "operator"}});
    REQUIRE_MESSAGE(changed.status == 200, changed.text);
    CHECK(changed.at("name") == "New");
    CHECK(changed.at("role") == "operator");
    CHECK(changed.header("ETag") != made.header("ETag"));
    const auto patch = [&](const json::object& body, std::string_view etag) {
        return world.send("PATCH", path, to_text(json::value(body)),
                          {{"Authorization", "Bearer " + world.owner},
                           {"Content-Type", "application/json"},
                           {"If-Match", std::string(etag)}});
    };
    CHECK(patch({{"name", "x"}}, made.header("ETag")).status == 412);
    CHECK(patch({{"name", "x"}}, changed.header("ETag")).status == 200);
    for (const std::string_view field : {"email", "platform_owner", "password", "mfa", "id", "tenant"})
        CHECK(world.patch(path, json::object{{field, "x"}}).field() == field);
    CHECK(world.patch(path, json::object{{"name", nullptr}}).field() == "name");
    CHECK(world.patch(path, json::object{{"role", nullptr}}).field() == "role");
    CHECK(world.patch(path, json::object{{"role", "god"}}).field() == "role");
    CHECK(world.patch(path, json::object{{"disabled", "yes"}}).field() == "disabled");
    CHECK(invite(world, "A@example.com").status == 409);
    CHECK(invite(world, "no address").field() == "email");
    CHECK(invite(world, "b@example.com", {{"platform_owner", true}}).field() == "platform_owner");
    // Not a way round the rule for new links: the role was changed, so the first one is dead.
    CHECK(world
              .call("POST", "/api/v1/invitations/accept",
                    json::object{{"token", made.at("invite_token")}, {"password", World::password}}, "")
              .status == 401);
}

TEST_CASE("people of another tenant are not there") {
    World world;
    world.set_up();
    const Reply made = invite(world, "a@example.com");
    const std::string path = user_path(made);
    const auto as_stranger = [&](std::string_view method, const std::string& target,
                                 const json::value& body) {
        return world.call(method, target, body, world.stranger).status;
    };
    CHECK(as_stranger("GET", path, nullptr) == 404);
    CHECK(as_stranger("PATCH", path, json::object{{"name", "x"}}) == 404);
    CHECK(as_stranger("DELETE", path, nullptr) == 404);
    for (const std::string_view rest : {"/invitation", "/password-reset"})
        CHECK(as_stranger("POST", path + std::string(rest), nullptr) == 404);
    for (const std::string_view rest : {"/sessions", "/totp"})
        CHECK(as_stranger("DELETE", path + std::string(rest), nullptr) == 404);
    CHECK(world.get("/api/v1/users", world.stranger).text.find("a@example.com") == std::string::npos);
    CHECK(world.get(path, world.owner).status == 200);
    CHECK(as_stranger("POST", "/api/v1/platform/tenants", json::object{{"name", "x"}}) == 403);
}

TEST_CASE("the last owner stays; who is disabled, demoted or deleted is out, tokens too") {
    World world;
    world.set_up();
    const std::string owner = "/api/v1/users/" + world.user.id.str();
    CHECK(world.call("DELETE", owner, nullptr, world.owner).status == 409);
    CHECK(world.patch(owner, json::object{{"role", "admin"}}).status == 409);
    CHECK(world.patch(owner, json::object{{"disabled", true}}).status == 409);
    // In the other tenant the owner is not the platform's.
    const std::string other = "/api/v1/users/" + world.other_user.id.str();
    CHECK(world.call("DELETE", other, nullptr, world.stranger).at("type") == "urn:patrol:problem:last-owner");

    Browser admin = join(world, "admin@example.com", "admin");
    const Reply me = admin.get("/api/v1/me");
    const Reply token = admin.post("/api/v1/tokens", json::object{{"name", "ci"}});
    REQUIRE(token.status == 201);
    CHECK(world.patch(user_path(me), json::object{{"role", "viewer"}}).status == 200);
    CHECK_FALSE(admin.is_in());
    CHECK(world.get("/api/v1/me", token.at("token")).at("role") == "viewer");
    CHECK(world.patch(user_path(me), json::object{{"disabled", true}}).at("state") == "disabled");
    CHECK(world.get("/api/v1/me", token.at("token")).status == 401);
    CHECK(admin.sign_in("admin@example.com", World::password).status == 401);
    CHECK(world.call("DELETE", user_path(me), nullptr, world.owner).status == 204);
    CHECK(world.get("/api/v1/me", token.at("token")).status == 401);
    CHECK(world.get(user_path(me), world.owner).status == 404);
}

TEST_CASE("the platform owner makes tenants with an owner and a key of their own") {
    World world;
    world.set_up();
    const Reply made = world.post("/api/v1/platform/tenants",
                                  json::object{{"name", "Second"}, {"owner", {{"email", "b@example.com"}}}});
    REQUIRE_MESSAGE(made.status == 201, made.text);
    CHECK_FALSE(made.body.at("owner").at("platform_owner").as_bool());
    Browser owner(world);
    const Reply joined =
        owner.post("/api/v1/invitations/accept",
                   json::object{{"token", made.at("invite_token")}, {"password", World::password}});
    REQUIRE_MESSAGE(joined.status == 201, joined.text);
    CHECK(joined.at("role") == "owner");
    CHECK(joined.body.at("tenant").at("name").as_string() == "Second");
    CHECK(owner.get("/api/v1/platform/tenants").status == 403);
    CHECK(owner.get("/api/v1/users").body.at("total").as_int64() == 1);
    const auto first = need(world.store->tenants().get(world.user.tenant));
    const auto second = need(world.store->tenants().get(TenantId(made.at("id"))));
    const auto opened = need(world.key.open(second.sealed_key, tenant_key_place(second.id)));
    CHECK(opened.expose() != need(world.key.open(first.sealed_key, tenant_key_place(first.id))).expose());
    CHECK(world.get("/api/v1/platform/tenants", world.owner).body.at("total").as_int64() == 3);
    CHECK(world.get("/api/v1/platform/tenants", world.token_with_role("admin")).status == 403);
    const auto refused = [&](const json::object& body) {
        return world.post("/api/v1/platform/tenants", body).field();
    };
    CHECK(refused({{"name", "x"}}) == "owner");
    CHECK(refused({{"name", "x"}, {"owner", json::object()}}) == "owner.email");
    CHECK(refused({{"name", "x"}, {"owner", {{"email", "none"}}}}) == "owner.email");
    CHECK(refused({{"name", "x"}, {"owner", {{"email", "c@example.com"}, {"role", "x"}}}}) == "owner.role");
    CHECK(refused({{"owner", {{"email", "c@example.com"}}}}) == "name");
    CHECK(refused({{"name", "x"}, {"owner", {{"email", "owner@example.com"}}}}) == "email");
}

TEST_CASE("what is done to people is in the audit log, without a token or password") {
    World world;
    world.set_up();
    const Reply invited = invite(world, "ada@example.com", {{"role", "viewer"}});
    Browser ada(world);
    const Reply joined =
        ada.post("/api/v1/invitations/accept",
                 json::object{{"token", invited.at("invite_token")}, {"password", World::password}});
    REQUIRE(joined.status == 201);
    CHECK(world.patch(user_path(invited), json::object{{"role", "operator"}}).status == 200);
    const Reply link = world.post(user_path(invited, "/password-reset"), nullptr);
    world.call("POST", "/api/v1/password-reset",
               json::object{{"token", link.at("reset_token")}, {"password", "a long and winding road"}}, "");
    CHECK(world.call("DELETE", user_path(invited), nullptr, world.owner).status == 204);
    const Reply log = world.get("/api/v1/audit?q=object%3Dada@example.com", world.owner);
    std::string actions;
    for (const json::value& each : log.body.at("items").as_array()) {
        actions += std::string(each.at("action").as_string()) + " ";
        CHECK(each.at("object").at("id").as_string() == std::string_view(invited.at("id")));
    }
    CHECK(actions ==
          "user.delete password.reset password-reset.create user.update invitation.accept user.create ");
    const json::value& update = log.body.at("items").at(3);
    CHECK(to_text(update.at("before")) == R"({"role":"viewer"})");
    CHECK(to_text(update.at("after")) == R"({"role":"operator"})");
    for (const std::string& secret : {invited.at("invite_token"), link.at("reset_token"),
                                      std::string(World::password), std::string("winding road")})
        CHECK(log.text.find(secret) == std::string::npos);
}

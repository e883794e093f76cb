#include <doctest/doctest.h>

#include "api/api_fixture.h"
#include "store/rules.h"

using namespace patrol;
using namespace patrol::api;

namespace {

json::object ignore_tags() {
    return {{"name", "team tags"},
            {"action", "ignore"},
            {"scope", json::object{{"type", "AWS::EC2::*"}, {"path", "Tags[Key=team]"}}},
            {"reason", "rewritten every hour"}};
}

}  // namespace

TEST_CASE("rules are made, changed and removed") {
    World world;
    world.set_up();
    auto made = world.call("POST", "/api/v1/rules", ignore_tags(), world.owner);
    REQUIRE(made.status == 201);
    const std::string path = "/api/v1/rules/" + std::string(made.body.at("id").as_string());
    CHECK(made.body.at("severity").is_null());
    CHECK(made.body.at("scope") == json::value{{"type", "AWS::EC2::*"}, {"path", "Tags[Key=team]"}});
    CHECK(made.body.at("owner").as_string().size() > 0);
    CHECK(made.body.at("dead") == false);

    auto patched =
        world.call("PATCH", path, json::object{{"action", "severity"}, {"severity", "info"}}, world.owner);
    REQUIRE(patched.status == 200);
    CHECK(patched.body.at("severity") == "info");
    CHECK(patched.body.at("reason") == "rewritten every hour");
    CHECK(world.call("PATCH", path, json::object{{"hits", 5}}, world.owner).status == 422);
    CHECK(world.call("DELETE", path, nullptr, world.owner).status == 204);
    CHECK(world.get(path, world.owner).status == 404);
}

TEST_CASE("each wrong field of a rule is named") {
    World world;
    world.set_up();
    const auto field = [&](std::string_view name, json::value value) {
        auto body = ignore_tags();
        body[name] = std::move(value);
        const auto reply = world.call("POST", "/api/v1/rules", body, world.owner);
        CHECK(reply.status == 422);
        return std::string(reply.field());
    };
    CHECK(field("name", nullptr) == "name");
    CHECK(field("action", "delete") == "action");
    CHECK(field("action", nullptr) == "action");
    CHECK(field("action", "severity") == "severity");
    CHECK(field("severity", "high") == "severity");
    CHECK(field("scope", json::object{}) == "scope");
    CHECK(field("scope", "all") == "scope");
    CHECK(field("scope", json::object{{"path", "["}}) == "scope.path");
    CHECK(field("scope", json::object{{"type", "x"}, {"colour", "red"}}) == "scope.colour");
    CHECK(field("scope", json::object{{"account_id", "acc_aaaaaaaaaaaaaaaaaaaaaaaaaa"}}) ==
          "scope.account_id");
    CHECK(field("scope", json::object{{"customer_id", "nonsense"}}) == "scope.customer_id");
    CHECK(field("scope", json::object{{"environment", "moon"}}) == "scope.environment");
    CHECK(field("scope", json::object{{"actor_class", "ghost"}}) == "scope.actor_class");
    CHECK(field("expires_at", "2001-01-01T00:00:00Z") == "expires_at");
    CHECK(field("expires_at", "soon") == "expires_at");
    CHECK(field("builtin", true) == "builtin");
}

TEST_CASE("built-in classes are listed and switched, never changed or removed") {
    World world;
    world.set_up();
    const auto all = world.get("/api/v1/rules?limit=500&q=builtin%3Dtrue", world.owner);
    REQUIRE(all.status == 200);
    CHECK(all.body.at("total").as_int64() == std::int64_t(test_catalogue().severity().noise.size()) + 1);
    CHECK(world.get("/api/v1/rules/system-tags", world.owner).status == 200);
    CHECK(world.get("/api/v1/rules/no-such-class", world.owner).status == 404);
    auto off =
        world.call("PATCH", "/api/v1/rules/system-tags", json::object{{"enabled", false}}, world.owner);
    REQUIRE(off.status == 200);
    CHECK(off.body.at("enabled") == false);
    CHECK(world.call("PATCH", "/api/v1/rules/system-tags", json::object{{"name", "mine"}}, world.owner)
              .status == 422);
    CHECK(world.call("DELETE", "/api/v1/rules/system-tags", nullptr, world.owner).status == 409);
}

TEST_CASE("a rule that did nothing for 90 days is dead") {
    World world;
    world.set_up();
    const auto dead = [&](Millis age, Timestamp expires = {}) {
        const auto made = need(world.store->rules().create(
            world.user.tenant,
            {.name = "old", .scope = {.type = "AWS::EC2::Instance"}, .expires_at = expires},
            world.clock.now() - age));
        return world.get("/api/v1/rules/" + made.id.str(), world.owner).body.at("dead").as_bool();
    };
    constexpr auto days = std::chrono::hours(24 * 90);
    CHECK_FALSE(dead(days - std::chrono::hours(1)));
    CHECK(dead(days));
    CHECK(dead(std::chrono::hours(1), world.clock.now() - Millis(1)));
}

#include "cli/call.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cli;

namespace {

const Command& command(std::string_view noun, std::string_view verb) {
    for (const auto& each : commands())
        if (each.noun == noun && each.verb == verb) return each;
    FAIL("no such command");
    return commands().front();
}

const Option& option(const Command& of, std::string_view flag) {
    for (const auto& each : of.options)
        if (each.flag == flag) return each;
    FAIL("no such option");
    return of.options.front();
}

}  // namespace

TEST_CASE("every command has a noun, a verb, help and a path of the API") {
    for (const auto& each : commands()) {
        CAPTURE(each.noun);
        CAPTURE(each.verb);
        CHECK_FALSE(each.help.empty());
        CHECK(each.path.starts_with("/"));
    }
}

TEST_CASE("options become the request's body") {
    const auto& create = command("account", "create");
    Request request{.command = &create,
                    .given = {{&option(create, "--name"), {"prod"}},
                              {&option(create, "--label"), {"team=a", "tier=1"}},
                              {&option(create, "--role-arn"), {"arn:x"}},
                              {&option(create, "--allow-insecure-trust"), {}}}};
    CHECK(
        json::serialize(*body_of(request)) ==
        R"({"name":"prod","labels":{"team":"a","tier":"1"},"auth":{"role_arn":"arn:x","allow_insecure_trust":true,"kind":"role"}})");
}

TEST_CASE("secret references make access-key access") {
    const auto& create = command("account", "create");
    Request request{.command = &create,
                    .given = {{&option(create, "--access-key-id"), {"env:PATROL_SECRET_A"}},
                              {&option(create, "--secret-access-key"), {"file:b:c"}}}};
    auto body = *body_of(request);
    CHECK(body["auth"].as_object()["kind"] == "access_keys");
    CHECK(json::serialize(body["auth"].as_object()["secret_access_key"]) ==
          R"({"manager":"file","ref":"b:c"})");
}

TEST_CASE("what does not fit is refused") {
    const auto& create = command("account", "create");
    CHECK_FALSE(body_of({.command = &create, .given = {{&option(create, "--label"), {"nolabel"}}}}));
    CHECK_FALSE(body_of({.command = &create, .given = {{&option(create, "--auto-scan-hours"), {"6h"}}}}));
    CHECK_FALSE(body_of({.command = &create, .given = {{&option(create, "--access-key-id"), {"x"}}}}));
}

TEST_CASE("positional arguments and queries are encoded into the path") {
    const auto& resources = command("snapshot", "resources");
    Request request{.command = &resources,
                    .positional = {"snp_1/../x"},
                    .given = {{&option(resources, "--q"), {"name=a b"}}}};
    CHECK(path_of(request) == "/snapshots/snp_1%2F..%2Fx/resources?q=name%3Da%20b");
}

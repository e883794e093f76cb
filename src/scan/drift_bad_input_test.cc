// Documents that a cloud should not send, and sets that are larger than anybody wants to review.
#include <doctest/doctest.h>

#include "scan/drift_fixture.h"

using namespace patrol;
using namespace patrol::scan;

namespace {

#ifdef NDEBUG
constexpr int changes_of_a_large_set = 100'000;
#else
constexpr int changes_of_a_large_set = 3'000;
#endif

// A document as bytes, whatever they are.
model::ScannedResource raw(const std::string& id, std::string document) {
    auto out = store::item(id);
    out.hash = std::string(crypto::as_text(crypto::sha256(document)));
    out.document = std::move(document);
    return out;
}

}  // namespace

TEST_CASE("documents that are no JSON are compared as text, and say so") {
    drifting([](Drifting& world) {
        const std::vector<std::string> texts{R"({"A":1,"A":2})",
                                             R"({"A":"\ud800"})",
                                             R"({"A":1e999})",
                                             "{\"A\":\"\xff\"}",
                                             R"({"A":)",
                                             "",
                                             "\x01"};
        std::vector<model::ScannedResource> before, after;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            before.push_back(raw("v-" + std::to_string(i), R"({"A":1})"));
            after.push_back(raw("v-" + std::to_string(i), texts[i]));
        }
        world.scan_only(before);
        world.accept_newest();
        CHECK(world.see(after).opened == static_cast<std::int64_t>(texts.size()));
        for (const auto& change : world.changes()) {
            CAPTURE(change.native_id);
            CHECK(change.op == model::ChangeOp::modified);
            CHECK(change.paths_total == 1);
            CHECK(change.why.find("not readable") != std::string::npos);
        }
        CHECK(world.see(after).opened == 0);
        CHECK(world.see(before).closed == static_cast<std::int64_t>(texts.size()));
    });
}

TEST_CASE("documents of depth 200 and of 400 KB, and numbers beyond 2^53, differ by exactly what differs") {
    drifting([](Drifting& world) {
        json::value deep = 1, deeper = 2;
        for (std::size_t i = 2; i < limits::cloud_json_depth; ++i) {
            deep = json::object{{"d", deep}};
            deeper = json::object{{"d", deeper}};
        }
        json::object large, larger;
        for (int i = 0; i < 4'000; ++i) large["k" + std::to_string(i)] = std::string(90, 'x');
        larger = large;
        larger["k7"] = "y";
        CHECK(to_text(large).size() > 390'000);
        CHECK(to_text(large).size() <= limits::document_bytes);
        const auto volumes = [](const json::value& deep_one, const json::object& large_one,
                                std::uint64_t number) {
            return std::vector{volume("v-1", {{"Deep", deep_one}}), volume("v-2", large_one),
                               volume("v-3", {{"N", number}})};
        };
        world.scan_only(volumes(deep, large, 9'007'199'254'740'992U));
        world.accept_newest();
        world.see(volumes(deeper, larger, 9'007'199'254'740'993U));
        CHECK(world.only("native_id=v-1").paths_total == 1);
        CHECK(world.only("native_id=v-2").paths.at(0).path == "k7");
        CHECK(world.only("native_id=v-3").paths.at(0).after == "9007199254740993");
    });
}

TEST_CASE("more paths than a list shows, and more than a diff keeps") {
    drifting([](Drifting& world) {
        json::object many, other;
        for (int i = 0; i < 300; ++i) {
            many["k" + std::to_string(i)] = i;
            other["k" + std::to_string(i)] = i + 1;
        }
        json::object too_many;
        for (int i = 0; i < 6'000; ++i) too_many["k" + std::to_string(i)] = i;
        world.scan_only({volume("v-1", many), volume("v-2", many)});
        world.accept_newest();
        world.see({volume("v-1", other), volume("v-2", too_many)});
        const auto listed = world.changes("native_id=v-1").at(0);
        CHECK(listed.paths.size() == 50);
        CHECK(listed.paths_total == 300);
        CHECK(world.only("native_id=v-1").paths.size() == 300);
        const auto whole = world.only("native_id=v-2");
        CHECK(whole.paths_total == 1);
        CHECK(whole.paths.at(0).path.empty());
        need(accept_paths(world.room(), world.tenant(), whole.id, {""}, {.by = "anna@example.com"}));
        CHECK(world.shown("native_id=v-2 and state=open").empty());
    });
}

TEST_CASE("a policy that cannot be parsed is kept as its text") {
    drifting([](Drifting& world) {
        const auto role = [](const std::string& policy) {
            auto out = store::item("AROA1");
            out.document = to_text(json::object{{"RoleId", "AROA1"}, {"AssumeRolePolicyDocument", policy}});
            out.hash = std::string(crypto::as_text(crypto::sha256(out.document)));
            return out;
        };
        world.scan(Reading{{store::roles, {{role(R"({"Version":)")}}}});
        world.accept_newest();
        world.see_all(Reading{{store::roles, {{role("%7Bnot a policy")}}}});
        const auto change = world.only();
        REQUIRE(change.paths_total == 1);
        CHECK(change.paths[0].path == "AssumeRolePolicyDocument");
        CHECK(change.paths[0].after == "\"%7Bnot a policy\"");
        CHECK(change.paths[0].why == "The policy is not readable as JSON: it is compared as text.");
        CHECK(change.why == change.paths[0].why);
    });
}

TEST_CASE(
    "duplicate keys, lone surrogates and numbers that no double holds inside of a policy are kept raw") {
    drifting([](Drifting& world) {
        const std::string_view readable = R"({"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]})";
        const std::vector<std::string> texts{R"({"Statement":[],"Statement":[{"Effect":"Allow"}]})",
                                             R"({"Statement":[{"Sid":"\ud800"}]})", R"({"Version":1e999})"};
        const auto roles = [](std::string_view policy, std::size_t count) {
            std::vector<model::ScannedResource> out;
            for (std::size_t i = 0; i < count; ++i)
                out.push_back(raw(fmt::format("AROA{}", i),
                                  to_text(json::object{{"AssumeRolePolicyDocument", policy}})));
            return out;
        };
        world.scan(Reading{{store::roles, {roles(readable, texts.size())}}});
        world.accept_newest();
        std::vector<model::ScannedResource> after;
        for (std::size_t i = 0; i < texts.size(); ++i) after.push_back(roles(texts[i], i + 1).back());
        world.see_all(Reading{{store::roles, {after}}});
        for (std::size_t i = 0; i < texts.size(); ++i) {
            CAPTURE(texts[i]);
            const auto change = world.only(fmt::format("native_id=AROA{}", i));
            REQUIRE(change.paths_total == 1);
            CHECK(change.paths[0].path == "AssumeRolePolicyDocument");
            CHECK(need(parse_json(change.paths[0].after)) == json::value(texts[i]));
            CHECK(change.paths[0].why.find("not readable as JSON") != std::string::npos);
        }
        CHECK(world.see_all(Reading{{store::roles, {after}}}).updated == 0);
        CHECK(world.see_all(Reading{{store::roles, {roles(readable, texts.size())}}}).closed ==
              static_cast<std::int64_t>(texts.size()));
    });
}

TEST_CASE("a very large set is paged and decided on") {
    store::for_sqlite([](store::Store& store) {
        Drifting world(store);
        std::vector<model::ScannedResource> before, after;
        for (int i = 0; i < changes_of_a_large_set; ++i) {
            before.push_back(volume(fmt::format("v-{:06}", i), {{"Size", 1}}));
            after.push_back(volume(fmt::format("v-{:06}", i), {{"Size", 2 + i % 3}}));
        }
        world.scan_only(before);
        world.accept_newest();
        CHECK(world.see(after).opened == changes_of_a_large_set);
        const auto set = world.sets()[0];
        CHECK(set.counts.open == changes_of_a_large_set);
        std::set<std::string> seen;
        store::PageRequest request{.limit = limits::page_items_max};
        for (bool more = true; more;) {
            const auto page = need(store.changes().list(world.tenant(), set.id, request));
            CHECK(page.total == changes_of_a_large_set);
            for (const auto& change : page.items) seen.insert(change.native_id);
            more = page.next_cursor.has_value();
            request.cursor = page.next_cursor.value_or("");
        }
        CHECK(static_cast<int>(seen.size()) == changes_of_a_large_set);
        CHECK(need(store.drift_groups().list(world.tenant(), {})).items.size() == 3);
        const store::Decision accept{.by = "anna@example.com"};
        CHECK(need(store.decisions().decide_set(world.tenant(), set.id, accept, world.clock.now())).changes ==
              changes_of_a_large_set);
        CHECK(world.sets()[0].state == model::ChangeSetState::accepted);
        CHECK(world.see(after).opened == 0);
        CHECK(need(store.decisions().reopen_set(world.tenant(), set.id, world.clock.now())).changes ==
              changes_of_a_large_set);
    });
}

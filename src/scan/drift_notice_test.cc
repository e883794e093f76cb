// What explains a change, and who is told about the others.
#include <algorithm>

#include <doctest/doctest.h>

#include "scan/drift_fixture.h"
#include "store/deployments.h"

using namespace patrol;
using namespace patrol::scan;

namespace {

std::vector<std::string> titles(Drifting& world) {
    return need(world.store().database().platform().read(
        [&](store::Transaction& transaction) -> Result<std::vector<std::string>> {
            auto rows = TRY(transaction.query(
                "SELECT kind, title FROM notice WHERE tenant = ?1 ORDER BY created_at, title",
                world.tenant()));
            std::vector<std::string> out;
            while (TRY(rows.step())) out.push_back(rows.text(0) + ": " + rows.text(1));
            return out;
        }));
}

}  // namespace

TEST_CASE("what happened within a deployment is a set of its own") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2")});
        world.accept_newest();
        const auto begin = world.clock.now() + std::chrono::hours(1);
        const auto run =
            need(world.store().deployments().create(world.tenant(),
                                                    {.name = "release 7",
                                                     .scope = {.accounts = {world.account()}},
                                                     .started_at = begin,
                                                     .ended_at = begin + std::chrono::minutes(10)},
                                                    begin));
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2")});
        REQUIRE(world.sets().size() == 1);
        CHECK(world.sets()[0].kind == model::ChangeSetKind::deployment);
        CHECK(world.sets()[0].deployment == run.id);
        CHECK(world.changes("state=open and kind=unexplained").empty());
        CHECK(titles(world).empty());
        // Later, without one.
        world.see({volume("v-1", {{"Size", 3}}), volume("v-2", {{"Size", 1}})});
        CHECK(world.changes("state=open and kind=unexplained").size() == 2);
        CHECK(world.sets("kind=deployment")[0].counts.open == 0);
    });
}

TEST_CASE("one notice for all that one comparison or one decision did") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2"), volume("v-3")});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2")});
        CHECK(titles(world) == std::vector<std::string>{"drift_opened: 2 unexplained changes in one"});
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2")});
        CHECK(titles(world).size() == 1);
        world.see({volume("v-1", {{"Size", 3}}), volume("v-2"), volume("v-3")});
        CHECK(titles(world).size() == 3);
        need(world.decide(world.only(), ChangeState::rejected, "ben@example.com"));
        REQUIRE(titles(world).size() == 4);
        CHECK(std::ranges::count(titles(world),
                                 "drift_decided: 1 change rejected in one by ben@example.com") == 1);
    });
}

TEST_CASE("accepting some paths of a change is told like every decision") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}, {"Iops", 1}, {"VolumeType", "gp2"}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}, {"Iops", 2}, {"VolumeType", "gp3"}})});
        need(accept_paths(world.room(), world.tenant(), world.only().id, {"Size", "Iops"},
                          {.state = ChangeState::accepted, .by = "ben@example.com", .note = ""}));
        CHECK(std::ranges::count(titles(world),
                                 "drift_decided: 2 paths of 1 change accepted in one by ben@example.com") ==
              1);
        CHECK(world.shown() == "modified:v-1[VolumeType]");
    });
}

#include <doctest/doctest.h>

#include "scan/drift_fixture.h"

using namespace patrol;
using namespace patrol::scan;
using model::ChangeSetState;
using store::failure;

TEST_CASE("an accepted value is no drift any more, another one is, and says who accepted what") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2")});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}}), volume("v-3")});
        for (const auto& change : world.changes()) need(world.decide(change, ChangeState::accepted));
        CHECK(world.sets()[0].state == ChangeSetState::accepted);
        CHECK(world.see({volume("v-1", {{"Size", 2}}), volume("v-3")}).opened == 0);
        CHECK(world.baseline().overrides == 3);
        CHECK(world.see({volume("v-1", {{"Size", 4}}), volume("v-2")}).opened == 3);
        CHECK(world.shown() == "modified:v-1[Size] added:v-2 removed:v-3");
        const auto again = world.only("native_id=v-1 and state=open");
        REQUIRE(again.previously.size() == 1);
        CHECK(again.previously[0].by == "anna@example.com");
        CHECK(again.previously[0].state == ChangeState::accepted);
        CHECK(again.paths[0].before == "2");
        CHECK(world.sets("state=open").size() == 1);
        // Back to what was accepted last.
        CHECK(world.see({volume("v-1", {{"Size", 2}}), volume("v-3")}).closed == 3);
    });
}

TEST_CASE("a rejected change stays until it is reverted, and opens again with another value") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        const auto change = world.only();
        need(world.decide(change, ChangeState::rejected));
        CHECK(world.sets()[0].state == ChangeSetState::rejected);
        world.see({volume("v-1", {{"Size", 2}})});
        CHECK(world.only("").state == ChangeState::rejected);
        CHECK(world.see({volume("v-1", {{"Size", 3}})}).updated == 1);
        CHECK(world.only("").state == ChangeState::open);
        CHECK(world.only("").id == change.id);
        REQUIRE(world.only("").previously.size() == 1);
        CHECK(world.only("").previously[0].state == ChangeState::rejected);
        need(world.decide(world.only(), ChangeState::rejected, "ben@example.com"));
        CHECK(world.see({volume("v-1", {{"Size", 1}})}).closed == 1);
        CHECK(world.only("").state == ChangeState::reverted);
        CHECK(world.only("").decided_by == "ben@example.com");
        for (const auto& set : world.sets()) CHECK(set.state == ChangeSetState::reverted);
    });
}

TEST_CASE("of two people one wins and the other is told") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        const auto change = world.only();
        need(world.decide(change, ChangeState::accepted, "anna@example.com"));
        CHECK(failure(world.decide(change, ChangeState::rejected, "ben@example.com")) ==
              "conflict/already_decided");
        CHECK(world.only("").decided_by == "anna@example.com");
        CHECK(failure(accept_paths(world.room(), world.tenant(), change.id, {"Size"}, {.by = "ben"})) ==
              "conflict/already_decided");
        // A decision on a value that is another one by now.
        world.see({volume("v-1", {{"Size", 3}})});
        const store::Decision late{.state = ChangeState::accepted, .by = "ben", .seen_value = change.value};
        CHECK(failure(world.store().decisions().decide(world.tenant(), world.only().id, late,
                                                       world.clock.now())) == "conflict/newer_value");
        CHECK(failure(world.store().decisions().decide(crypto::new_id<TenantId>(), change.id, late,
                                                       world.clock.now())) == "not_found");
    });
}

TEST_CASE("single paths are accepted; the rest stays open") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}, {"Iops", 1}, {"Kind", "a"}})});
        world.accept_newest();
        const auto newest = volume("v-1", {{"Size", 2}, {"Iops", 2}, {"Kind", "b"}});
        world.see({newest});
        const auto change = world.only();
        const store::Decision decision{.by = "anna@example.com", .note = "resized"};
        CHECK(failure(accept_paths(world.room(), world.tenant(), change.id, {"Colour"}, decision)) ==
              "invalid");
        need(accept_paths(world.room(), world.tenant(), change.id, {"Size"}, decision));
        CHECK(world.only().id == change.id);
        CHECK(world.shown() == "modified:v-1[Iops Kind]");
        REQUIRE(world.only().previously.size() == 1);
        CHECK(world.only().previously[0].paths == std::vector<std::string>{"Size"});
        CHECK(world.see({newest}).updated == 0);
        CHECK(world.shown() == "modified:v-1[Iops Kind]");
        need(accept_paths(world.room(), world.tenant(), change.id, {"Kind"}, decision));
        CHECK(world.shown() == "modified:v-1[Iops]");
        // The accepted paths hold against later values too.
        world.see({volume("v-1", {{"Size", 1}, {"Iops", 1}, {"Kind", "b"}})});
        CHECK(world.shown() == "modified:v-1[Size]");
        world.see({newest});
        world.reopen(change);
        CHECK(world.shown() == "modified:v-1[Iops Kind]");
        world.reopen(change);
        CHECK(world.shown() == "modified:v-1[Iops Kind Size]");
        CHECK(failure(world.store().decisions().reopen(world.tenant(), change.id, world.clock.now())) ==
              "conflict/nothing_to_undo");
        // All paths are the whole change.
        need(accept_paths(world.room(), world.tenant(), change.id, {"Size", "Iops", "Kind"}, decision));
        CHECK(world.changes().empty());
        CHECK(world.see({newest}).opened == 0);
    });
}

TEST_CASE("a decision can be taken back") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        const auto change = world.only();
        for (const auto state : {ChangeState::accepted, ChangeState::rejected, ChangeState::snoozed}) {
            CAPTURE(to_string(state));
            need(world.decide(change, state));
            CHECK(world.changes().empty());
            world.reopen(change);
            CHECK(world.only().id == change.id);
            CHECK(world.sets("state=open").size() == 1);
        }
        CHECK(world.baseline().overrides == 0);
        // Not after the resource has changed again.
        need(world.decide(change, ChangeState::accepted));
        world.see({volume("v-1", {{"Size", 3}})});
        CHECK(failure(world.store().decisions().reopen(world.tenant(), change.id, world.clock.now())) ==
              "conflict/newer_value");
        world.accept_newest();
        CHECK(failure(world.store().decisions().reopen(world.tenant(), change.id, world.clock.now())) ==
              "conflict/baseline_replaced");
    });
}

TEST_CASE("a snooze ends by itself") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        need(world.decide(world.only(), ChangeState::snoozed));
        CHECK(world.sets()[0].state == ChangeSetState::open);
        CHECK(world.only("").snoozed_until);
        CHECK(need(world.store().decisions().wake_snoozed(world.clock.now())) == 0);
        world.clock.sleep_for(std::chrono::hours(25));
        CHECK(need(world.store().decisions().wake_snoozed(world.clock.now())) == 1);
        CHECK(world.only().state == ChangeState::open);
    });
}

TEST_CASE("a whole set is accepted, taken back, and rejected") {
    drifting([](Drifting& world) {
        std::vector<model::ScannedResource> before, after;
        for (int i = 0; i < 50; ++i) {
            before.push_back(volume("v-" + std::to_string(i), {{"Size", 1}}));
            after.push_back(volume("v-" + std::to_string(i), {{"Size", 2}}));
        }
        world.scan_only(before);
        world.accept_newest();
        world.see(after);
        const auto set = world.sets()[0];
        need(world.decide(world.changes()[0], ChangeState::rejected));
        const store::Decision accept{.by = "anna@example.com", .note = "all fine"};
        auto& decisions = world.store().decisions();
        CHECK(need(decisions.decide_set(world.tenant(), set.id, accept, world.clock.now())).changes == 49);
        CHECK(world.sets()[0].state == ChangeSetState::rejected);
        CHECK(world.sets()[0].note == "all fine");
        CHECK(failure(decisions.decide_set(world.tenant(), set.id, accept, world.clock.now())) ==
              "conflict/already_decided");
        CHECK(need(decisions.reopen_set(world.tenant(), set.id, world.clock.now())).changes == 49);
        need(update_drift(world.room(), world.tenant(), world.account()));
        CHECK(world.changes().size() == 49);
        CHECK(world.sets()[0].state == ChangeSetState::open);
        const store::Decision reject{.state = ChangeState::rejected, .by = "anna@example.com"};
        CHECK(need(decisions.decide_set(world.tenant(), set.id, reject, world.clock.now())).changes == 49);
        CHECK(world.see(before).closed == 50);
        CHECK(world.sets()[0].state == ChangeSetState::reverted);
        CHECK(failure(decisions.decide_set(crypto::new_id<TenantId>(), set.id, accept, world.clock.now())) ==
              "not_found");
    });
}

TEST_CASE("the same change in many accounts is one group with one decision") {
    store::for_each_store([](store::Store& store) {
        Drifting one(store, "one"), two(store, "two");
        for (auto* world : {&one, &two}) {
            world->scan_only({volume("v-1", {{"Size", 1}}), volume("v-2", {{"Size", 1}}), volume("v-3")});
            world->accept_newest();
            world->see(
                {volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 2}}), volume("v-3", {{"Size", 9}})});
        }
        const auto groups = need(store.drift_groups().list(one.tenant(), {}));
        REQUIRE(groups.items.size() == 2);
        CHECK(groups.total == 2);
        CHECK(groups.items[0].changes == 2);
        CHECK(groups.items[0].accounts == 1);
        CHECK(groups.items[0].ids.size() == 2);
        const store::Decision decision{.by = "anna@example.com"};
        auto& decisions = store.decisions();
        CHECK(failure(decisions.decide_group(one.tenant(), "grp_none", decision, one.clock.now())) ==
              "not_found");
        CHECK(failure(decisions.decide_group(one.tenant(), "x' OR 1=1", decision, one.clock.now())) ==
              "not_found");
        const auto done =
            need(decisions.decide_group(one.tenant(), groups.items[0].key, decision, one.clock.now()));
        REQUIRE(done.size() == 1);
        CHECK(done[0].changes == 2);
        CHECK(one.shown() == "modified:v-3[Size]");
        CHECK(two.changes().size() == 3);
        const auto first = need(store.drift_groups().list(two.tenant(), {.limit = 1}));
        const auto second =
            need(store.drift_groups().list(two.tenant(), {.limit = 1, .cursor = *first.next_cursor}));
        CHECK(first.items[0].key != second.items[0].key);
        CHECK_FALSE(second.next_cursor);
    });
}

TEST_CASE("a decision on a group is taken back as one, where it still can be") {
    drifting([](Drifting& world) {
        auto& decisions = world.store().decisions();
        const auto reopened = [&](const std::string& key) {
            return decisions.reopen_group(world.tenant(), key, world.clock.now());
        };
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2", {{"Size", 1}}), volume("v-3")});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 2}}), volume("v-3", {{"Size", 9}})});
        const auto before = world.shown();
        const auto key = need(world.store().drift_groups().list(world.tenant(), {})).items[0].key;
        CHECK(failure(reopened(key)) == "not_found");
        CHECK(failure(reopened("x' OR 1=1")) == "not_found");
        const auto decide = [&](ChangeState state) {
            return need(decisions.decide_group(
                world.tenant(), key, {.state = state, .by = "anna@example.com"}, world.clock.now()));
        };
        // A change decided alone beside the group is none of its decision.
        need(world.decide(world.only("native_id=v-3"), ChangeState::accepted));
        decide(ChangeState::rejected);
        CHECK(need(reopened(key)).at(0).changes == 2);
        CHECK(world.shown() == "modified:v-1[Size] modified:v-2[Size]");
        CHECK(failure(reopened(key)) == "conflict/nothing_to_undo");

        decide(ChangeState::accepted);
        CHECK(world.shown().empty());
        // One of the two has another value by now: that one is a change of its own.
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 5}}), volume("v-3", {{"Size", 9}})});
        const auto done = need(reopened(key));
        REQUIRE(done.size() == 1);
        CHECK(done[0].account == world.account());
        CHECK(done[0].changes == 1);
        CHECK(done[0].left == 1);
        need(update_drift(world.room(), world.tenant(), world.account()));
        CHECK(world.shown() == "modified:v-1[Size] modified:v-2[Size]");
        CHECK(world.only("native_id=v-1 and state=open").paths.at(0).before == "1");
        CHECK(world.only("native_id=v-2 and state=open").paths.at(0).before == "2");

        decide(ChangeState::rejected);
        world.accept_newest();
        const auto late = need(reopened(key));
        CHECK(late.at(0).changes == 0);
        CHECK(late.at(0).left == 1);
        CHECK(failure(reopened(key)) == "conflict/nothing_to_undo");
    });
}

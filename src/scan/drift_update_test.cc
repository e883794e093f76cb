#include "scan/drift_update.h"

#include <doctest/doctest.h>

#include "scan/drift_fixture.h"

using namespace patrol;
using namespace patrol::scan;
using model::ChangeSetState;
using model::SliceStatus;
using store::failure;
using store::SliceRead;
using store::volumes;

TEST_CASE("without a baseline there is no drift") {
    drifting([](Drifting& world) {
        CHECK(world.see({volume("v-1")}).opened == 0);
        CHECK(world.see({volume("v-2")}).opened == 0);
        CHECK(world.changes("").empty());
        CHECK_FALSE(need(world.store().baselines().active(world.tenant(), world.account())));
    });
}

TEST_CASE("what was added, removed and modified since the baseline is one unexplained set") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2"), volume("v-3")});
        world.accept_newest();
        const auto outcome = world.see({volume("v-1", {{"Size", 2}}), volume("v-3"), volume("v-4")});
        CHECK(outcome.opened == 3);
        CHECK(world.shown() == "modified:v-1[Size] removed:v-2 added:v-4");
        const auto change = world.only("native_id=v-1");
        REQUIRE(change.paths.size() == 1);
        CHECK(change.paths[0].before == "1");
        CHECK(change.paths[0].after == "2");
        CHECK(change.type == "AWS::EC2::Volume");
        CHECK(change.state == ChangeState::open);
        CHECK(change.previously.empty());
        REQUIRE(world.sets().size() == 1);
        const auto set = world.sets()[0];
        CHECK(set.kind == model::ChangeSetKind::unexplained);
        CHECK(set.state == ChangeSetState::open);
        CHECK(set.counts.open == 3);
        CHECK(set.counts.added == 1);
        CHECK(set.counts.removed == 1);
        CHECK(set.counts.modified == 1);
        CHECK(set.worst);
        CHECK(set.baseline == world.baseline().id);
        const AccountId accounts[] = {world.account()};
        const auto open = need(world.store().baselines().open_changes(world.tenant(), accounts));
        std::int64_t sum = 0;
        for (const auto count : open.at(world.account()).of) sum += count;
        CHECK(sum == 3);

        // The same again changes nothing; what comes later joins the same set.
        CHECK(world.see({volume("v-1", {{"Size", 2}}), volume("v-3"), volume("v-4")}).opened == 0);
        CHECK(world.see({volume("v-1", {{"Size", 2}}), volume("v-3"), volume("v-4"), volume("v-5")}).opened ==
              1);
        CHECK(world.sets().size() == 1);
        CHECK(world.sets()[0].id == set.id);
        CHECK(world.sets()[0].counts.open == 4);
        CHECK(world.only("native_id=v-1").id == change.id);

        // Back as it was: the changes close by themselves, and so does the set.
        CHECK(world.see({volume("v-1", {{"Size", 1}}), volume("v-2"), volume("v-3")}).closed == 4);
        CHECK(world.changes().empty());
        CHECK(world.sets()[0].state == ChangeSetState::reverted);
        CHECK(world.sets()[0].counts.reverted == 4);
    });
}

TEST_CASE("a newer value replaces the one before in the same change") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        const auto first = world.only();
        CHECK(world.see({volume("v-1", {{"Size", 3}, {"Iops", 100}})}).updated == 1);
        const auto second = world.only();
        CHECK(second.id == first.id);
        CHECK(second.value != first.value);
        CHECK(second.paths_total == 2);
        CHECK(world.see({}).updated == 1);
        CHECK(world.only().op == model::ChangeOp::removed);
        CHECK(world.only().value == "absent");
        CHECK(world.see({volume("v-1", {{"Size", 3}, {"Iops", 100}})}).updated == 1);
        CHECK(world.only().value == second.value);
    });
}

TEST_CASE("what was not read is unknown and never removed") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2")});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2")});
        for (const auto status : {SliceStatus::denied, SliceStatus::throttled, SliceStatus::failed,
                                  SliceStatus::partial, SliceStatus::not_granted, SliceStatus::not_read}) {
            CAPTURE(to_string(status));
            world.see_all(Reading{{volumes, SliceRead{.items = {}, .status = status, .reason = "no"}}});
            CHECK(world.shown() == "modified:v-1[Size]");
            CHECK(world.only().unknown_since);
            CHECK(world.baseline().unknown == 2);
        }
        // A scan of something else only.
        world.see_all(Reading{{store::roles, {}}});
        CHECK(world.shown() == "modified:v-1[Size]");
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2")});
        CHECK_FALSE(world.only().unknown_since);
        CHECK(world.baseline().unknown == 0);
        CHECK(world.sets().size() == 1);
    });
}

TEST_CASE("what became visible is no drift and joins the baseline on request") {
    drifting([](Drifting& world) {
        world.scan(Reading{
            {volumes, {{volume("v-1")}}},
            {store::instances, SliceRead{.items = {}, .status = SliceStatus::denied, .reason = "no"}}});
        world.accept_newest();
        CHECK(world.baseline().newly_visible == 0);
        // The permission was granted, a region and a type were added.
        const model::SliceKey region{volumes.type, "eu-west-1"};
        const Reading all{{volumes, {{volume("v-1")}}},
                          {region, {{volume("v-9")}}},
                          {store::instances, {{store::item("i-1"), store::item("i-2")}}}};
        world.see_all(all);
        CHECK(world.changes("").empty());
        CHECK(world.baseline().newly_visible == 3);
        CHECK(need(accept_newly_visible(world.room(), world.tenant(), world.account())) == 3);
        CHECK(world.baseline().newly_visible == 0);
        CHECK(world.baseline().overrides == 3);
        CHECK(world.changes("").empty());
        // From now on the slices count like any other.
        auto later = all;
        later[store::instances].items.push_back(store::item("i-3"));
        later[region].items.clear();
        world.see_all(later);
        CHECK(world.shown() == "added:i-3 removed:v-9");
        CHECK(failure(accept_newly_visible(world.room(), world.tenant(), crypto::new_id<AccountId>())) ==
              "not_found");
    });
}

namespace {

// One slice read completely but for a child call.
void see_without(Drifting& world, const model::ScannedResource& item,
                 std::vector<std::string> unknown_paths) {
    world.clock.sleep_for(std::chrono::hours(6));
    const auto ticket = world.start();
    auto run = world.writer(ticket);
    need(run->start_slice(volumes));
    need(run->put(volumes, std::vector{item}));
    need(run->finish_slice({.key = volumes,
                            .service = "ec2",
                            .status = SliceStatus::complete,
                            .count = 1,
                            .calls = 1,
                            .unknown_paths = std::move(unknown_paths)}));
    need(run->publish({}));
    world.complete_job();
    need(update_drift(world.room(), world.tenant(), world.account()));
}

}  // namespace

TEST_CASE("paths of a child call that failed are unknown, and newly visible when it works again") {
    drifting([](Drifting& world) {
        see_without(world, volume("v-1", {{"Size", 1}}), {"Attributes"});
        world.accept_newest();
        see_without(world, volume("v-1", {{"Size", 1}, {"Attributes", {{"A", 1}}}}), {});
        CHECK(world.changes("").empty());
        CHECK(world.baseline().newly_visible == 1);
        // A real change beside it is a change, and only that.
        see_without(world, volume("v-1", {{"Size", 2}, {"Attributes", {{"A", 1}}}}), {});
        CHECK(world.shown() == "modified:v-1[Size]");
        CHECK(need(accept_newly_visible(world.room(), world.tenant(), world.account())) == 1);
        CHECK(world.shown() == "modified:v-1[Size]");
        see_without(world, volume("v-1", {{"Size", 2}, {"Attributes", {{"A", 2}}}}), {});
        CHECK(world.shown() == "modified:v-1[Attributes.A Size]");
        // Unknown again: the value that is not there is not gone.
        see_without(world, volume("v-1", {{"Size", 2}}), {"Attributes"});
        CHECK(world.shown() == "modified:v-1[Size]");
    });
}

TEST_CASE(
    "a value that was accepted while some of its paths were unknown does not change when they are known") {
    drifting([](Drifting& world) {
        see_without(world, volume("v-1", {{"Size", 1}}), {"Attributes"});
        world.accept_newest();
        see_without(world, volume("v-1", {{"Size", 2}}), {"Attributes"});
        need(world.decide(world.only(), ChangeState::accepted));
        see_without(world, volume("v-1", {{"Size", 2}, {"Attributes", {{"A", 1}}}}), {});
        CHECK(world.changes().empty());
        CHECK(world.baseline().newly_visible == 1);
    });
}

TEST_CASE("an eventually consistent list is believed the second time") {
    drifting([](Drifting& world) {
        std::string twice;
        for (const auto& type : drift_catalogue().types())
            if (type.twice_observed) twice = type.name;
        if (twice.empty()) return;
        const model::SliceKey slice{twice, "us-east-1"};
        const Reading with{{slice, {{store::item("x-1"), store::item("x-2")}}}};
        const Reading without{{slice, {{store::item("x-2")}}}};
        world.scan(with);
        world.accept_newest();
        CHECK(world.see_all(without).opened == 0);
        CHECK(world.see_all(with).opened == 0);
        CHECK(world.see_all(without).opened == 0);
        CHECK(world.see_all(without).opened == 1);
        CHECK(world.shown() == "removed:x-1");
        CHECK(world.see_all(without).opened == 0);
        CHECK(world.shown() == "removed:x-1");
    });
}

TEST_CASE("an upgrade of the catalogue is no drift") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2", {{"Size", 5}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 5}})});
        // The new rules give other hashes to the same documents.
        world.rules.catalogue = "catalogue-2";
        const auto rehashed = [](model::ScannedResource item) {
            item.hash = std::string(crypto::as_text(crypto::sha256("2" + item.document)));
            return item;
        };
        world.rehash = [&](std::string_view, std::string_view document) {
            return std::string(crypto::as_text(crypto::sha256("2" + std::string(document))));
        };
        const auto id = world.only().id;
        const auto outcome =
            world.see({rehashed(volume("v-1", {{"Size", 2}})), rehashed(volume("v-2", {{"Size", 5}}))});
        CHECK(outcome.opened + outcome.updated + outcome.closed == 0);
        CHECK(world.only().id == id);
        CHECK(world.shown() == "modified:v-1[Size]");
    });
}

TEST_CASE("only tags that differ outside of the document are a change too") {
    drifting([](Drifting& world) {
        auto tagged = volume("v-1", {{"Size", 1}});
        tagged.tags = {{"env", "dev"}, {"team", "a"}};
        world.scan_only({tagged});
        world.accept_newest();
        tagged.tags = {{"env", "prod"}, {"owner", "x"}};
        world.see({tagged});
        CHECK(world.only().paths_total == 3);
        need(accept_paths(world.room(), world.tenant(), world.only().id, {"Tags[Key=env].Value"},
                          {.by = "anna@example.com"}));
        CHECK(world.only().paths_total == 2);
        world.see({tagged});
        CHECK(world.only().paths_total == 2);
        tagged.tags = {{"env", "prod"}, {"team", "a"}};
        world.see({tagged});
        CHECK(world.changes().empty());
    });
}

TEST_CASE("changes that are judged anew stay what they are") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2")});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        const auto rejected = world.only("native_id=v-1");
        need(world.decide(rejected, ChangeState::rejected));
        need(judge_anew(world.room(), world.tenant()));
        CHECK(world.only("native_id=v-1").state == ChangeState::rejected);
        CHECK(world.shown() == "removed:v-2");
        CHECK(world.sets().size() == 1);
    });
}

TEST_CASE("a new baseline supersedes what was open") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        const auto first = world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        const auto change = world.only();
        const auto second = world.accept_newest();
        CHECK(second.id != first.id);
        need(update_drift(world.room(), world.tenant(), world.account()));
        CHECK(world.changes().empty());
        CHECK(world.only("").state == ChangeState::superseded);
        CHECK(world.sets()[0].state == ChangeSetState::superseded);
        CHECK(failure(world.decide(change, ChangeState::accepted)) == "conflict/already_decided");
        const auto all = need(world.store().baselines().list(world.tenant(), world.account(), {}));
        REQUIRE(all.items.size() == 2);
        CHECK(all.items[0].active);
        CHECK_FALSE(all.items[1].active);
        CHECK(all.items[1].accepted_by == "anna@example.com");
        world.see({volume("v-1", {{"Size", 1}})});
        CHECK(world.shown() == "modified:v-1[Size]");
        CHECK(world.sets().size() == 2);
    });
}

TEST_CASE("pruning keeps what the baseline shows and accepts") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2"), volume("v-3", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}}), volume("v-3", {{"Size", 2}})});
        need(world.decide(world.only("native_id=v-3"), ChangeState::accepted));
        world.see({volume("v-1", {{"Size", 3}}), volume("v-3", {{"Size", 3}})});
        for (int size = 4; size < 8; ++size)
            world.see({volume("v-1", {{"Size", size}}), volume("v-3", {{"Size", size}})});
        const auto before = world.shown();
        const auto newest = need(world.store().snapshots().newest(world.tenant(), world.account()));
        CHECK(need(world.store().snapshots().drop_before(world.tenant(), world.account(), newest->seq)) == 9);
        const auto baseline = world.baseline();
        CHECK(world.shown(std::string("state=open")) == before);
        CHECK(need(world.store().snapshots().get(world.tenant(), baseline.snapshot)).seq == 1);
        CHECK(world.shown() == before);
        // The accepted states are still the ones that were accepted.
        const auto outcome =
            world.see({volume("v-1", {{"Size", 1}}), volume("v-2"), volume("v-3", {{"Size", 2}})});
        CHECK(outcome.opened == 0);
        CHECK(world.changes().empty());
        CHECK(need(world.store().snapshots().list(world.tenant(), world.account(), {})).total == 3);
    });
}

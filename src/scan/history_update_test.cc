// What a rule would have reached before anybody reviewed drift: every change that scans saw.
#include <doctest/doctest.h>

#include "base/limits.h"
#include "scan/drift_fixture.h"
#include "scan/history_update.h"
#include "scan/rule_reach.h"
#include "store/change_history.h"

using namespace patrol;
using namespace patrol::scan;
using namespace std::chrono_literals;

namespace {

struct Remembering : Drifting {
    using Drifting::Drifting;

    std::size_t note() { return need(update_history(room(), tenant(), account())); }
    std::size_t see_and_note(const std::vector<model::ScannedResource>& items) {
        scan_only(items);
        return note();
    }
    store::HistoryPreview tried(const model::RuleScope& scope, const store::Viewer& viewer,
                                Timestamp since = {}) {
        const auto rule = drift::ScopedRule::compile({.scope = scope}).value();
        return need(store().change_history().preview(
            viewer, scope, since, [&](const store::SeenChange& seen) { return reach_of(rule, seen); }));
    }
    store::HistoryPreview tried(const model::RuleScope& scope) { return tried(scope, tenant()); }
    std::int64_t rows() { return count("SELECT COUNT(*) FROM version_change"); }
};

void remembering(const std::function<void(Remembering&)>& test) {
    store::for_each_store([&](store::Store& store) {
        Remembering world(store);
        test(world);
    });
}

}  // namespace

TEST_CASE("a rule is tried on every change of the time, without a baseline") {
    remembering([](Remembering& world) {
        auto tagged = volume("v-2", {{"Size", 1}});
        tagged.tags = {{"team", "core"}};
        CHECK(world.see_and_note({volume("v-1", {{"Size", 1}}), tagged}) == 0);
        const auto begin = world.clock.now();
        // The value moves on and back: two changes, though nothing differs in the end.
        CHECK(world.see_and_note({volume("v-1", {{"Size", 2}}), tagged}) == 1);
        CHECK(world.see_and_note({volume("v-1", {{"Size", 1}}), tagged, volume("v-3")}) == 2);
        CHECK(world.see_and_note({volume("v-1", {{"Size", 1}}), volume("v-3", {{"Iops", 9}})}) == 2);
        CHECK(world.note() == 0);
        CHECK(world.rows() == 5);

        const auto all = world.tried({.type = "AWS::EC2::*"});
        CHECK(all.seen == 5);
        CHECK(all.changes == 5);
        CHECK(all.resources == 3);
        CHECK(all.accounts == std::set{world.account()});
        CHECK(all.since.is_set());
        CHECK_FALSE(all.at_least);
        CHECK(world.tried({.path = "Size"}).changes == 2);
        CHECK(world.tried({.path = "Size"}).resources == 1);
        CHECK(world.tried({.type = "AWS::EC2::Instance"}).seen == 0);
        CHECK(world.tried({.native_id = "v-3"}).changes == 2);
        CHECK(world.tried({.tag = "team=core"}).changes == 1);  // that it went
        CHECK(world.tried({.region = "us-east-1"}).changes == 5);
        CHECK(world.tried({.region = "mars-1"}).changes == 0);
        CHECK(world.tried({.resource_id = world.find("v-1").id.str()}).changes == 2);
        CHECK(world.tried({.resource_id = "res_nonsense"}).changes == 0);
        CHECK(world.tried({.account_id = AccountId("acc_other")}).changes == 0);
        CHECK(world.tried({}, world.tenant(), begin + Millis(7h)).changes == 4);
        CHECK(world.tried({}, world.tenant(), world.clock.now() + Millis(1h)).since == Timestamp{});
        CHECK(world.tried({}, TenantId("ten_other")).seen == 0);
        CHECK(
            world.tried({}, store::Viewer(world.tenant(), model::CustomerScope::only({CustomerId("cus_x")})))
                .seen == 0);
    });
}

TEST_CASE("what was not read, was hidden, or only tagged is noted as what it is") {
    remembering([](Remembering& world) {
        auto group = store::item("web");
        const model::SliceKey groups{"AWS::AutoScaling::AutoScalingGroup", "us-east-1"};
        const auto scan = [&](int wanted, std::vector<std::string> unknown, json::object fields,
                              model::Labels tags) {
            group.document = fmt::format(R"({{"MinSize":1,"MaxSize":9,"DesiredCapacity":{}}})", wanted);
            group.hash = std::string(crypto::as_text(crypto::sha256(group.document)));
            auto one = volume("v-1", std::move(fields));
            one.tags = std::move(tags);
            world.clock.sleep_for(6h);
            auto run = world.writer(world.start());
            world.feed(*run, groups, {{group}});
            need(run->start_slice(store::volumes));
            need(run->put(store::volumes, std::vector{one}));
            need(run->finish_slice({.key = store::volumes,
                                    .service = "ec2",
                                    .status = model::SliceStatus::complete,
                                    .count = 1,
                                    .calls = 1,
                                    .unknown_paths = std::move(unknown)}));
            need(run->publish({}));
            world.complete_job();
            return world.note();
        };
        CHECK(scan(2, {}, {{"A", 1}}, {}) == 0);
        CHECK(scan(3, {}, {{"A", 1}}, {}) == 0);                  // the autoscaler
        CHECK(scan(3, {"A"}, {}, {}) == 0);                       // a child call failed
        CHECK(scan(3, {}, {{"A", 1}}, {}) == 0);                  // and works again
        CHECK(scan(3, {}, {{"A", 1}}, {{"team", "core"}}) == 1);  // tags beside the document
        CHECK(world.tried({.path = "Tags[Key=team]"}).changes == 1);
        // A slice that is not read says nothing of its resources.
        world.scan({{store::volumes, {{}, model::SliceStatus::denied, "no"}}, {groups, {{group}}}});
        CHECK(world.note() == 0);
    });
}

TEST_CASE("an account with a long past catches up scan by scan, and forgets with its snapshots") {
    remembering([](Remembering& world) {
        const auto scans = static_cast<int>(limits::history_steps) + 5;
        for (int i = 0; i <= scans; ++i) world.scan_only({volume("v-1", {{"Size", i}})});
        CHECK(world.note() == limits::history_steps);
        CHECK(world.note() == 5);
        CHECK(world.note() == 0);
        need(world.store().snapshots().drop_before(world.tenant(), world.account(), scans - 3));
        CHECK(world.rows() == 5);
        // What was pruned before it was noted is passed over, and no step leads over the gap.
        for (int i = 0; i < 4; ++i) world.scan_only({volume("v-1", {{"Size", 1'000 + i}})});
        const auto newest = need(world.store().snapshots().newest(world.tenant(), world.account()));
        need(world.store().snapshots().drop_before(world.tenant(), world.account(), newest->seq));
        CHECK(world.note() == 0);
        CHECK(world.see_and_note({volume("v-1", {{"Size", 5}})}) == 1);
        need(world.store().accounts().remove(world.tenant(), world.account()));
        need(world.store().accounts().sweep());
        CHECK(world.rows() == 0);
    });
}

TEST_CASE("of one scan no more than limits::history_changes are noted, and the preview says so") {
    store::for_sqlite([](store::Store& store) {
        Remembering world(store);
        const auto first = std::vector{volume("v-1", {{"Size", 1}})};
        auto many = first;
        for (std::size_t i = 0; i < limits::history_changes; ++i)
            many.push_back(store::item(fmt::format("x-{}", i)));
        CHECK(world.see_and_note(first) == 0);
        CHECK(world.see_and_note(many) == limits::history_changes);
        CHECK_FALSE(world.tried({}).at_least);
        const auto before = world.clock.now();
        CHECK(world.see_and_note({volume("v-1", {{"Size", 2}})}) == limits::history_changes);
        const auto all = world.tried({});
        CHECK(all.at_least);
        CHECK(all.seen == 2 * static_cast<std::int64_t>(limits::history_changes));
        // Whatever the rule asks for: what was not kept may have been that.
        CHECK(world.tried({.region = "us-east-1"}).at_least);
        CHECK(world.tried({.resource_id = world.find("v-1").id.str()}).at_least);
        CHECK_FALSE(world.tried({}, world.tenant(), before + Millis(7h)).at_least);
    });
}

TEST_CASE(
    "of one change no more than limits::history_paths_bytes of names are noted, and the preview says so") {
    remembering([](Remembering& world) {
        json::object before, after;
        for (int i = 0; i < 300; ++i) {
            before[fmt::format("member-of-the-document-{}", i)] = 1;
            after[fmt::format("member-of-the-document-{}", i)] = 2;
        }
        world.scan_only({volume("v-1", before)});
        CHECK(world.see_and_note({volume("v-1", after)}) == 1);
        CHECK(world.count("SELECT MAX(LENGTH(paths)) FROM version_change") <=
              static_cast<std::int64_t>(limits::history_paths_bytes));
        CHECK_FALSE(world.tried({.native_id = "v-1"}).at_least);
        CHECK(world.tried({.native_id = "v-1"}).changes == 1);
        // Every name that is kept fits, but not every name is kept.
        CHECK(world.tried({.path = "member-of-the-document-*"}).changes == 0);
        CHECK(world.tried({.path = "member-of-the-document-*"}).partly == 1);
        CHECK(world.tried({.path = "member-of-the-document-*"}).at_least);
        CHECK(world.tried({.path = "Size"}).at_least);
    });
}

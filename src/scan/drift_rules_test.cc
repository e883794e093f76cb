// Rules in a whole evaluation: what is hidden is not listed, counted under its rule, and back when the rule
// goes.
#include <doctest/doctest.h>

#include "scan/drift_fixture.h"
#include "store/rules.h"

using namespace patrol;
using namespace patrol::scan;
using model::Severity;
using store::instances;
using store::volumes;

namespace {

model::ScannedResource instance(const std::string& id, const std::string& group) {
    auto out = store::item(
        id, "running", group.empty() ? model::Labels() : model::Labels{{"aws:autoscaling:groupName", group}});
    json::object document{{"InstanceId", id}};
    if (!group.empty())
        document["Tags"] = json::array{json::object{{"Key", "aws:autoscaling:groupName"}, {"Value", group}}};
    out.document = to_text(document);
    out.hash = std::string(crypto::as_text(crypto::sha256(out.document)));
    return out;
}

model::Rule rule(model::RuleAction action, model::RuleScope scope, Severity severity = Severity::info) {
    return {.name = "a rule", .action = action, .severity = severity, .scope = std::move(scope)};
}

}  // namespace

TEST_CASE("a rule hides, is counted, and what it hid comes back without it") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}}), volume("v-2", {{"Size", 1}})});
        world.accept_newest();
        auto& rules = world.store().rules();
        const auto made = need(rules.create(
            world.tenant(), rule(model::RuleAction::ignore, {.native_id = "v-1", .path = "Size"}),
            world.clock.now()));
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 2}})});
        CHECK(world.shown() == "modified:v-2[Size]");
        CHECK(need(rules.get(world.tenant(), made.id)).hits == 1);
        // The same scan again: nothing is judged anew, nothing is counted twice.
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 2}})});
        CHECK(need(rules.get(world.tenant(), made.id)).hits == 1);
        need(rules.remove(world.tenant(), made.id));
        world.see({volume("v-1", {{"Size", 2}}), volume("v-2", {{"Size", 2}})});
        CHECK(world.shown() == "modified:v-1[Size] modified:v-2[Size]");
    });
}

TEST_CASE("a rule that expires stops by itself") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        auto temporary = rule(model::RuleAction::ignore, {.type = volumes.type});
        // A scan of the fixture comes six hours after the one before.
        temporary.expires_at = world.clock.now() + std::chrono::hours(7);
        need(world.store().rules().create(world.tenant(), temporary, world.clock.now()));
        world.see({volume("v-1", {{"Size", 2}})});
        CHECK(world.shown().empty());
        world.see({volume("v-1", {{"Size", 2}})});
        CHECK(world.shown() == "modified:v-1[Size]");
    });
}

TEST_CASE("a rule grades what is open anew") {
    drifting([](Drifting& world) {
        world.scan_only({volume("v-1", {{"Size", 1}})});
        world.accept_newest();
        world.see({volume("v-1", {{"Size", 2}})});
        CHECK(world.only().severity == Severity::low);
        need(world.store().rules().create(
            world.tenant(), rule(model::RuleAction::severity, {.type = volumes.type}, Severity::critical),
            world.clock.now()));
        world.see({volume("v-1", {{"Size", 2}})});
        CHECK(world.only().severity == Severity::critical);
    });
}

TEST_CASE("members of a group come and go unseen, and their volumes with them") {
    drifting([](Drifting& world) {
        const auto attached = [](const std::string& id, const std::string& to) {
            return volume(
                id, {{"Encrypted", true}, {"Attachments", json::array{json::object{{"InstanceId", to}}}}});
        };
        world.scan(Reading{{instances, {{instance("i-1", "web"), instance("i-9", "")}}},
                           {volumes, {{attached("v-1", "i-1"), attached("v-9", "i-9")}}}});
        world.accept_newest();
        world.see_all(
            Reading{{instances, {{instance("i-2", "web")}}}, {volumes, {{attached("v-2", "i-2")}}}});
        CHECK(world.shown() == "removed:i-9 removed:v-9");
        CHECK(need(world.store().rules().get(world.tenant(), RuleId("autoscaling-members"))).hits == 2);
        CHECK(need(world.store().rules().get(world.tenant(), RuleId("members-volumes"))).hits == 2);
        const auto set = world.sets("state=open").at(0).id;
        const auto owned = need(world.store().change_sets().owned(world.tenant(), set));
        REQUIRE(owned.size() == 2);
        for (const auto& one : owned) {
            CHECK(one.owner_type == "AWS::AutoScaling::AutoScalingGroup");
            CHECK(one.owner_id == "web");
            CHECK((one.added == 1 && one.removed == 1 && one.modified == 0));
        }
        CHECK(owned[0].type == "AWS::EC2::Instance");
        CHECK(owned[0].first_removed == std::vector<std::string>{"i-1"});
        CHECK(owned[0].first_added == std::vector<std::string>{"i-2"});
        CHECK(need(world.store().change_sets().owned(TenantId("ten_other"), set)).empty());
        // A set that is decided has none.
        need(world.store().decisions().decide_set(
            world.tenant(), set, {.state = ChangeState::accepted, .by = "anna@example.com", .note = ""},
            world.clock.now()));
        CHECK(need(world.store().change_sets().owned(world.tenant(), set)).empty());
    });
}

TEST_CASE("what moves by itself beside a change makes no other value of it") {
    const model::SliceKey groups{"AWS::AutoScaling::AutoScalingGroup", "us-east-1"};
    const auto group = [](int most, int wanted) {
        auto out = store::item("web");
        const json::object document{
            {"AutoScalingGroupName", "web"}, {"MinSize", 1}, {"MaxSize", most}, {"DesiredCapacity", wanted}};
        out.document = to_text(document);
        out.hash = std::string(crypto::as_text(crypto::sha256(out.document)));
        return out;
    };
    drifting([&](Drifting& world) {
        const auto see = [&](int most, int wanted) {
            world.see_all(Reading{{groups, {{group(most, wanted)}}}});
        };
        world.scan(Reading{{groups, {{group(5, 2)}}}});
        world.accept_newest();
        see(9, 3);
        CHECK(world.shown() == "modified:web[MaxSize]");
        const auto change = world.only();
        need(world.store().changes().set_actor(world.tenant(), change.id,
                                               {.name = "eve",
                                                .kind = model::ActorClass::console,
                                                .certainty = model::ActorCertainty::certain}));
        need(world.decide(change, ChangeState::rejected));
        const auto began = [&] {
            Timestamp at;
            need(world.store().changes().each_live(world.tenant(), world.account(), [&](auto&& each) {
                at = each.value_at;
                return true;
            }));
            return at;
        };
        const auto at = began();
        see(9, 4);
        CHECK(world.only("state=rejected").actor->name == "eve");
        CHECK(world.only("state=rejected").value == change.value);
        CHECK(began() == at);
        // The bounds are another value: open again, and nobody knows who did it.
        see(8, 4);
        CHECK(world.shown() == "modified:web[MaxSize]");
        CHECK_FALSE(world.only().actor);
        CHECK(began() > at);
        see(5, 1);
        CHECK(world.shown().empty());
    });
}

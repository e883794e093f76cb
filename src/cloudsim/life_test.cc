#include "cloudsim/life.h"

#include <doctest/doctest.h>

#include <set>

#include "cloudsim/scenario.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}

Result<World> world_of(std::string_view habits) {
    return load_scenario(fmt::format(R"(
accounts:
  - id: '111122223333'
    regions: [us-east-1]
    resources:
      - {{type: AWS::AutoScaling::AutoScalingGroup, region: us-east-1, document: {{AutoScalingGroupName: web, MinSize: 1}}}}
      - {{type: AWS::EC2::VPC, region: us-east-1, count: 3, document: {{VpcId: "vpc-{{i}}"}}}}
life:
  seed: 5
  starts: "2026-03-01T00:00:00Z"
  habits: [{}]
)",
                                     habits),
                         all_types());
}

constexpr std::string_view fleet =
    R"({name: fleet, account: '111122223333', size: {least: 4, most: 9}, replaced: 25,
    members: [{type: AWS::EC2::Instance, region: us-east-1, document: {InstanceId: "i-{n}", LaunchTime: "{time}"}},
              {type: AWS::EC2::Volume, region: us-east-1, document: {VolumeId: "vol-{n}"}}],
    reports: [{type: AWS::AutoScaling::AutoScalingGroup, region: us-east-1, id: web, path: DesiredCapacity},
              {type: AWS::AutoScaling::AutoScalingGroup, region: us-east-1, id: web, path: Instances,
               each: {InstanceId: "i-{n}"}}]})";

std::set<std::string> ids(const World& world, std::string_view type, std::string_view member) {
    std::set<std::string> out;
    const auto& items = world.accounts.at("111122223333").items;
    if (const auto at = items.find(type); at != items.end())
        for (const auto& item : at->second) out.emplace(string_or(item.document, member));
    return out;
}

const json::value& document(const World& world, std::string_view type) {
    return world.accounts.at("111122223333").items.find(type)->second.at(0).document;
}

}  // namespace

TEST_CASE("members come and go between their bounds, and others tell how many there are") {
    auto world = world_of(fleet);
    REQUIRE_MESSAGE(world, (world ? "" : describe(world.error())));
    auto before = ids(*world, "AWS::EC2::Instance", "InstanceId");
    for (int step = 1; step <= 40; ++step) {
        REQUIRE(live(*world, 1, all_types()));
        const auto now = ids(*world, "AWS::EC2::Instance", "InstanceId");
        CHECK(now.size() >= 4);
        CHECK(now.size() <= 9);
        CHECK(now.size() == ids(*world, "AWS::EC2::Volume", "VolumeId").size());
        CHECK(now != before);
        before = now;
        const auto& group = document(*world, "AWS::AutoScaling::AutoScalingGroup");
        CHECK(int_or(group, "DesiredCapacity") == std::ssize(now));
        const auto* listed = find(group, "Instances");
        REQUIRE(listed != nullptr);
        CHECK(listed->as_array().size() == now.size());
        for (const auto& each : listed->as_array())
            CHECK(now.contains(std::string(string_or(each, "InstanceId"))));
    }
    CHECK(to_rfc3339(world->life.now()).starts_with("2026-03-11T00:00:00"));
}

TEST_CASE("the same scenario lives the same life; another seed another one") {
    auto one = world_of(fleet), two = world_of(fleet), other = world_of(fleet);
    REQUIRE((one && two && other));
    other->life.random = 6;
    for (auto* each : {&*one, &*two, &*other}) REQUIRE(live(*each, 12, all_types()));
    const auto name = [](const World& world) { return ids(world, "AWS::EC2::Instance", "InstanceId"); };
    CHECK(name(*one) == name(*two));
    CHECK(name(*one) != name(*other));
}

TEST_CASE("what comes by a schedule is kept for a while; values move on their own days") {
    auto world = world_of(R"({name: nightly, account: '111122223333', every: 4, adds: 2, keeps: 6,
        members: [{type: AWS::EC2::Snapshot, region: us-east-1, document: {SnapshotId: "snap-{n}"}}]},
        {name: tags, account: '111122223333', every: 2, touches: [{type: AWS::EC2::VPC, id: vpc-0001,
        set: {Seen: "{time}", Number: "{random}", OwnerId: "o-{n}"}}]})");
    REQUIRE(world);
    const auto first = ids(*world, "AWS::EC2::Snapshot", "SnapshotId");
    CHECK(first.size() == 6);
    REQUIRE(live(*world, 3, all_types()));
    CHECK(ids(*world, "AWS::EC2::Snapshot", "SnapshotId") == first);
    REQUIRE(live(*world, 1, all_types()));
    auto now = ids(*world, "AWS::EC2::Snapshot", "SnapshotId");
    CHECK(now.size() == 6);
    std::erase_if(now, [&](const auto& id) { return first.contains(id); });
    CHECK(now.size() == 2);
    const auto& touched = world->accounts.at("111122223333").items.find("AWS::EC2::VPC")->second;
    CHECK(string_or(touched[1].document, "Seen").starts_with("2026-03-02T00:00:00"));
    CHECK(find(touched[1].document, "Number")->is_int64());
    CHECK(find(touched[0].document, "Seen") == nullptr);
}

TEST_CASE("what somebody took away by hand does not stop the life") {
    auto world = world_of(fleet);
    REQUIRE(world);
    world->accounts.at("111122223333").items["AWS::EC2::Instance"].clear();
    CHECK(live(*world, 20, all_types()));
}

TEST_CASE("a habit that means nothing is refused") {
    CHECK_FALSE(world_of("{name: a, account: '999900001111', members: []}"));
    CHECK_FALSE(world_of("{name: a, account: '111122223333', every: 0}"));
    CHECK_FALSE(world_of(R"({name: a, account: '111122223333', size: {least: 5, most: 1},
        members: [{type: AWS::EC2::Snapshot, region: us-east-1, document: {SnapshotId: "s-{n}"}}]})"));
    CHECK_FALSE(world_of(R"({name: a, account: '111122223333', size: {least: 1, most: 1},
        members: [{type: AWS::EC2::Nothing, region: us-east-1, document: {SnapshotId: "s-{n}"}}]})"));
    CHECK_FALSE(world_of("{name: a, account: '111122223333', touches: [{type: AWS::EC2::VPC}]}"));
    auto nobody = world_of(
        "{name: a, account: '111122223333', touches: [{type: AWS::EC2::VPC, id: vpc-none, set: {State: "
        "x}}]}");
    REQUIRE(nobody);
    CHECK_FALSE(live(*nobody, 1, all_types()));
}

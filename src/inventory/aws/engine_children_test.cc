// Calls for one resource at a time: how many a scan makes, and when it stops asking.
#include <doctest/doctest.h>

#include <set>

#include "inventory/aws/engine_script.h"

namespace patrol::inventory {

using namespace script;

TEST_CASE("engine: limits::child_calls_per_slice caps further calls; the next scan goes on elsewhere") {
    World world;
    world.wanted = {{"AWS::EC2::Instance", "eu-west-1"}};
    const SliceKey slice{"AWS::EC2::Instance", "eu-west-1"};
    const auto& type = *the_catalogue().type(slice.type);
    REQUIRE_FALSE(type.children.empty());
    constexpr int instances = 3000;
    json::array list;
    for (int i = 0; i < instances; ++i) {
        auto id = fmt::format("i-{:04}", i);
        list.push_back(json::object{{"InstanceId", id}});
        world.sink.documents[{slice, id}] = R"({"DisableApiTermination":{"Value":true}})";
    }
    auto text =
        json::serialize(json::object{{"Reservations", json::array{json::object{{"Instances", list}}}}});
    world.cloud.on("ec2.DescribeInstances", text);
    world.cloud.on("ec2.DescribeInstanceAttribute", R"({"DisableApiTermination":{"Value":false}})");
    world.sink.live[slice] = instances;
    auto fresh = [&] {
        std::set<std::string> out;
        for (const auto& [id, item] : world.sink.staged[slice])
            if (item.document.find("{\"Value\":true}") == std::string::npos) out.insert(id);
        return out;
    };
    auto first = world.run();
    auto coverage = world.coverage(first, slice.type);
    CHECK(coverage.status == SliceStatus::complete);
    CHECK(coverage.count == instances);
    CHECK(coverage.unknown_paths.size() == type.children.size());
    CHECK(coverage.reason.find("2000") != std::string::npos);
    auto read_first = fresh();
    CHECK(read_first.size() == limits::child_calls_per_slice / type.children.size());
    CHECK(world.sink.questions > 0);
    CHECK(world.sink.questions <= instances / ItemSink::previous_at_once + 1);
    world.rotation = 1;
    world.run();
    for (const auto& id : fresh()) CHECK_FALSE(read_first.contains(id));
    // Nothing to carry forward where there was nothing.
    world.sink.documents.clear();
    world.sink.live.clear();
    world.sink.questions = 0;
    world.run();
    CHECK(world.sink.questions == 0);
}

TEST_CASE("engine: a child call refused ten times without an answer is not asked any more") {
    World world;
    world.wanted = {{"AWS::EC2::Instance", "eu-west-1"}};
    json::array list;
    for (int i = 0; i < 2500; ++i) list.push_back(json::object{{"InstanceId", fmt::format("i-{:04}", i)}});
    world.cloud.on(
        "ec2.DescribeInstances",
        json::serialize(json::object{{"Reservations", json::array{json::object{{"Instances", list}}}}}));
    world.cloud.on("ec2.DescribeInstanceAttribute", [](const auto&) { return refused(ErrorClass::denied); });
    auto outcome = world.run();
    CHECK(world.cloud.count("ec2.DescribeInstanceAttribute") < 200);
    CHECK(outcome.coverage.front().status == SliceStatus::complete);
    CHECK_FALSE(outcome.coverage.front().unknown_paths.empty());
    // How many were refused before nobody asked on is chance: the same refusal reads the same next time.
    CHECK(outcome.coverage.front().reason.find("is unknown for all resources: ") != std::string::npos);
    // So it does where the last scan saw more resources than get calls in one.
    world.sink.live[{"AWS::EC2::Instance", "eu-west-1"}] = 2500;
    CHECK(world.run().coverage.front().reason == outcome.coverage.front().reason);
}

}  // namespace patrol::inventory

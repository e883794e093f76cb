// "only" of the catalogue: which listed items are resources of a type, and which items a child call is for.
#include <doctest/doctest.h>

#include "inventory/aws/engine_script.h"

namespace patrol::inventory {

using namespace script;

TEST_CASE("engine: what a list shows beside the type's own is left out, however many pages it fills") {
    World world;
    world.wanted = {{"AWS::Lambda::Version", "eu-west-1"}};
    const auto pages = static_cast<int>(limits::empty_pages_in_a_row) + 5;
    world.cloud.on("lambda.ListFunctions", [&](const ScriptedAws::Call& call) {
        CHECK(string_or(call.input, "FunctionVersion") == "ALL");
        const auto page = std::stoi("0" + std::string(string_or(call.input, "Marker")));
        return answer(fmt::format(R"({{"Functions":[{{"FunctionName":"f{0}","Version":"$LATEST"}}{1}]{2}}})",
                                  page, page == pages ? R"(,{"FunctionName":"f","Version":"7"})" : "",
                                  page == pages ? "" : fmt::format(R"(,"NextMarker":"{}")", page + 1)));
    });
    const auto outcome = world.run();
    CHECK(world.coverage(outcome, "AWS::Lambda::Version").status == SliceStatus::complete);
    const auto& items = world.sink.staged[SliceKey{"AWS::Lambda::Version", "eu-west-1"}];
    REQUIRE(items.size() == 1);
    CHECK(items.begin()->second.arn == "arn:aws:lambda:eu-west-1:210987654321:function:f:7");
}

TEST_CASE("engine: a child call is made for the items only that can have its answer") {
    World world;
    world.wanted = {{"AWS::RDS::DBSnapshot", "eu-west-1"}};
    world.cloud.on("rds.DescribeDBSnapshots", [](const ScriptedAws::Call& call) {
        return answer(
            fmt::format(R"({{"DBSnapshots":[{{"DBSnapshotIdentifier":"of-{0}","SnapshotType":"{0}"}}]}})",
                        string_or(call.input, "SnapshotType")));
    });
    world.cloud.on(
        "rds.DescribeDBSnapshotAttributes",
        R"({"DBSnapshotAttributesResult":{"DBSnapshotAttributes":[{"AttributeName":"restore"}]}})");
    const auto outcome = world.run();
    const SliceKey snapshots{"AWS::RDS::DBSnapshot", "eu-west-1"};
    CHECK(world.coverage(outcome, snapshots.type).status == SliceStatus::complete);
    CHECK(world.sink.staged[snapshots].size() == 3);
    CHECK(world.cloud.count("rds.DescribeDBSnapshotAttributes") == 1);
    CHECK(parsed(world.sink, snapshots, "of-manual").as_object().contains("Attributes"));
    CHECK_FALSE(parsed(world.sink, snapshots, "of-automated").as_object().contains("Attributes"));
}

}  // namespace patrol::inventory

#include "scan/progress_grid.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::scan;
using model::SliceStatus;

namespace {

model::SliceCoverage slice(std::string service, std::string scope, SliceStatus status, std::int64_t count) {
    return {.key = {.type = "AWS::X::Y", .scope = std::move(scope)},
            .service = std::move(service),
            .status = status,
            .count = count};
}

}  // namespace

TEST_CASE("cells count the slices of a service in a scope and are as bad as the worst") {
    ProgressGrid grid;
    grid.expect("ec2", "eu-west-1");
    grid.expect("ec2", "eu-west-1");
    grid.expect("ec2", "us-east-1");
    grid.expect("iam", "global");
    CHECK(grid.take_changed().size() == 3);
    CHECK(grid.take_changed().empty());

    grid.ended(slice("ec2", "eu-west-1", SliceStatus::denied, 0));
    grid.ended(slice("ec2", "eu-west-1", SliceStatus::complete, 91));
    const auto changed = grid.take_changed();
    REQUIRE(changed.size() == 1);
    CHECK(changed[0].slices == 2);
    CHECK(changed[0].done == 2);
    CHECK(changed[0].resources == 91);
    CHECK(changed[0].worst == SliceStatus::denied);

    const auto all = grid.cells();
    REQUIRE(all.size() == 3);
    CHECK(all[0].scope == "eu-west-1");
    CHECK(all[2].service == "iam");
    CHECK(json::serialize(to_json(changed)) ==
          R"({"ec2/eu-west-1":{"slices":2,"done":2,"resources":91,"status":"denied"}})");
}

TEST_CASE("what was not expected is not counted, and a slice never twice beyond its cell") {
    ProgressGrid grid;
    grid.expect("iam", "global");
    grid.take_changed();
    grid.ended(slice("s3", "global", SliceStatus::failed, 7));
    CHECK(grid.cells().size() == 1);
    CHECK(grid.take_changed().empty());
    grid.ended(slice("iam", "global", SliceStatus::complete, 1));
    grid.ended(slice("iam", "global", SliceStatus::complete, 1));
    CHECK(grid.cells()[0].done == 1);
}

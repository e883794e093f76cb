#include "cloudsim/scenario.h"

#include <doctest/doctest.h>

#include <set>

#include "cloudsim/cloud_simulator.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {
const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}
}  // namespace

TEST_CASE("the demo has at least 60 resource types over three regions, each with an id") {
    auto world = load_scenario(demo_scenario(), all_types());
    if (!world) MESSAGE(describe(world.error()));
    REQUIRE(world);
    std::set<std::string> types;
    std::set<std::string> regions;
    for (const auto& item : world->accounts.at("210987654321").items) {
        types.insert(item.type);
        if (item.region != "global") regions.insert(item.region);
    }
    CHECK(types.size() >= 60);
    CHECK(regions.size() == 3);
}

TEST_CASE("steps change, add and remove") {
    auto loaded = load_scenario(demo_scenario(), all_types());
    REQUIRE(loaded);
    auto& world = *loaded;
    auto before = world.accounts.at("210987654321").items.size();
    REQUIRE(play_step(world, "open-database", all_types()));
    CHECK(world.accounts.at("210987654321").items.size() == before);  // one added, one removed
    CHECK(play_step(world, "nothing", all_types()).error().kind == Error::Kind::not_found);
    // What is gone cannot be removed again.
    CHECK_FALSE(play_step(world, "open-database", all_types()));
}

TEST_CASE("a scenario that names an unknown type or a resource without id is refused") {
    auto with = [](std::string_view resource) {
        return load_scenario(fmt::format("accounts: [{{id: '111122223333', regions: [us-east-1], resources: [{}]}}]", resource),
                             all_types());
    };
    CHECK(with("{type: AWS::EC2::VPC, region: us-east-1, document: {VpcId: vpc-1}}"));
    CHECK_FALSE(with("{type: AWS::EC2::Vpc, region: us-east-1, document: {VpcId: vpc-1}}"));
    CHECK_FALSE(with("{type: AWS::EC2::VPC, region: us-east-1, document: {Vpc: vpc-1}}"));
    CHECK_FALSE(load_scenario("accounts: [", all_types()));
}

// Which regions an account has, and what is tried where that cannot be asked.
#include <doctest/doctest.h>

#include "inventory/aws/engine_script.h"
#include "inventory/aws/regions.h"

namespace patrol::inventory {

using namespace script;

namespace {

const catalogue::Partition& partition(std::string_view id = "aws") { return *the_catalogue().partition(id); }

std::string names(const std::vector<RegionState>& regions) {
    std::string text;
    for (const auto& region : regions)
        text += (text.empty() ? "" : " ") + region.name + (region.enabled ? "" : "(off)");
    return text;
}

}  // namespace

TEST_CASE("regions: those of the account, the ones not opted in told apart") {
    ScriptedAws cloud;
    cloud.on("ec2.DescribeRegions", R"({"Regions":[
        {"RegionName":"us-east-1","OptInStatus":"opt-in-not-required"},
        {"RegionName":"me-central-1","OptInStatus":"not-opted-in"},
        {"RegionName":"af-south-1","OptInStatus":"opted-in"},
        {"RegionName":"evil.example/","OptInStatus":"opted-in"}]})");
    const auto found = discover_regions(cloud, partition(), {});
    REQUIRE(found);
    CHECK(names(*found) == "us-east-1 me-central-1(off) af-south-1");
    REQUIRE(cloud.calls.size() == 1);
    CHECK(cloud.calls[0].region == "us-east-1");
    CHECK(cloud.calls[0].input.at("AllRegions").as_bool());
}

TEST_CASE("regions: where the call is denied, every known region of the partition is tried") {
    for (const auto why : {ErrorClass::denied, ErrorClass::throttled, ErrorClass::not_aws})
        for (const std::string id : {"aws", "aws-cn"}) {
            ScriptedAws cloud;
            cloud.on("ec2.DescribeRegions", [&](const auto&) { return refused(why); });
            const auto found = discover_regions(cloud, partition(id), {});
            REQUIRE(found);
            REQUIRE(found->size() == partition(id).regions.size());
            CHECK(found->size() >= 2);
            for (std::size_t i = 0; i < found->size(); ++i) {
                CHECK((*found)[i].name == partition(id).regions[i]);
                CHECK((*found)[i].enabled);
            }
        }
}

TEST_CASE("regions: where nothing would work, no region is tried") {
    for (const auto why : {ErrorClass::bad_credentials, ErrorClass::expired_credentials,
                           ErrorClass::transient, ErrorClass::cancelled, ErrorClass::clock_skew}) {
        ScriptedAws cloud;
        cloud.on("ec2.DescribeRegions", [&](const auto&) { return refused(why); });
        CHECK_FALSE(discover_regions(cloud, partition(), {}));
    }
}

TEST_CASE("regions: an answer without any is an error, never an empty account") {
    for (const auto* text :
         {"{}", R"({"Regions":[]})", R"({"Regions":"none"})", R"({"Regions":[{"RegionName":"../x"}]})"}) {
        ScriptedAws cloud;
        cloud.on("ec2.DescribeRegions", text);
        CHECK_FALSE(discover_regions(cloud, partition(), {}));
    }
}

}  // namespace patrol::inventory

#include <doctest/doctest.h>

#include <algorithm>

#include "inventory/aws/engine_script.h"
#include "inventory/planner.h"

namespace patrol::inventory {

using namespace script;

namespace {

std::vector<RegionState> three_regions() {
    return {{.name = "eu-west-1"}, {.name = "us-east-1"}, {.name = "me-south-1", .enabled = false}};
}

Plan plan_of(PlanRequest request, std::string_view partition = "aws",
             std::vector<RegionState> regions = three_regions()) {
    return make_plan({.catalogue = the_catalogue(),
                      .request = request,
                      .partition = *the_catalogue().partition(partition),
                      .regions = std::move(regions)});
}

bool has(const Plan& plan, std::string_view type, std::string_view scope) {
    return std::ranges::any_of(
        plan.slices, [&](const auto& each) { return each.key.type == type && each.key.scope == scope; });
}

const model::SliceCoverage* left_out(const Plan& plan, std::string_view type, std::string_view scope) {
    for (const auto& each : plan.not_planned)
        if (each.key.type == type && each.key.scope == scope) return &each;
    return nullptr;
}

}  // namespace

TEST_CASE("plan: every type in every enabled region, global ones once, worldwide services at home") {
    auto plan = plan_of({});
    CHECK(has(plan, "AWS::EC2::VPC", "eu-west-1"));
    CHECK(has(plan, "AWS::EC2::VPC", "us-east-1"));
    CHECK_FALSE(has(plan, "AWS::EC2::VPC", "me-south-1"));
    REQUIRE(left_out(plan, "AWS::EC2::VPC", "me-south-1"));
    CHECK(left_out(plan, "AWS::EC2::VPC", "me-south-1")->status == SliceStatus::not_enabled);
    CHECK(has(plan, "AWS::IAM::Role", "global"));
    CHECK(has(plan, "AWS::S3::Bucket", "global"));
    CHECK(has(plan, "AWS::GlobalAccelerator::Accelerator", "global"));
    for (const auto& each : plan.slices)
        if (each.service == "globalaccelerator") CHECK(each.region == "us-west-2");
    CHECK(plan.regions == std::vector<std::string>{"eu-west-1", "us-east-1"});
    // One line for every type and scope, once.
    std::set<SliceKey> seen;
    for (const auto& each : plan.slices) CHECK(seen.insert(each.key).second);
    for (const auto& each : plan.not_planned) CHECK(seen.insert(each.key).second);
}

TEST_CASE("plan: parents come before their children, tier 1 first") {
    auto plan = plan_of({});
    auto at = [&](std::string_view type) {
        return std::ranges::find_if(plan.slices, [&](const auto& each) { return each.key.type == type; }) -
               plan.slices.begin();
    };
    CHECK(at("AWS::ECS::Cluster") < at("AWS::ECS::Service"));
    CHECK(at("AWS::ElasticLoadBalancingV2::Listener") < at("AWS::ElasticLoadBalancingV2::ListenerRule"));
    CHECK(the_catalogue().type(plan.slices.front().key.type)->tier == 1);
}

TEST_CASE("plan: what was not asked for is not read, and says so") {
    PlanRequest request;
    request.scope.types = {"AWS::EC2::VPC"};
    request.scope.regions = {"eu-west-1"};
    auto plan = plan_of(request);
    REQUIRE(plan.slices.size() == 1);
    CHECK(left_out(plan, "AWS::EC2::VPC", "us-east-1")->status == SliceStatus::not_read);
    CHECK(left_out(plan, "AWS::IAM::Role", "global")->status == SliceStatus::not_read);
}

TEST_CASE("plan: an account's own regions leave the global types in") {
    PlanRequest request;
    request.account_regions = {"eu-west-1"};
    auto plan = plan_of(request);
    CHECK(has(plan, "AWS::IAM::Role", "global"));
    CHECK_FALSE(has(plan, "AWS::EC2::VPC", "us-east-1"));
}

TEST_CASE("plan: slices that were not granted lately are listed without asking") {
    PlanRequest request;
    request.recently_not_granted = [](const SliceKey& key) {
        return key.type == "AWS::DLM::LifecyclePolicy";
    };
    auto plan = plan_of(request);
    CHECK_FALSE(has(plan, "AWS::DLM::LifecyclePolicy", "eu-west-1"));
    const auto* line = left_out(plan, "AWS::DLM::LifecyclePolicy", "eu-west-1");
    REQUIRE(line);
    CHECK(line->status == SliceStatus::not_granted);
    CHECK(line->missing_action == "dlm:GetLifecyclePolicies");
}

TEST_CASE("plan: other partitions have their own home of global services and lack worldwide ones") {
    auto plan = plan_of({}, "aws-cn", {{.name = "cn-north-1"}});
    auto role =
        std::ranges::find_if(plan.slices, [](const auto& each) { return each.key.type == "AWS::IAM::Role"; });
    REQUIRE(role != plan.slices.end());
    CHECK(role->region == the_catalogue().partition("aws-cn")->default_region);
    CHECK_FALSE(has(plan, "AWS::GlobalAccelerator::Accelerator", "global"));
}

TEST_CASE("plan: services that a region does not offer are not asked there") {
    std::vector<RegionState> regions = {{.name = "us-east-1"}, {.name = "ap-southeast-7"}};
    auto plan = plan_of({}, "aws", regions);
    bool some = false;
    for (const auto& each : plan.not_planned)
        some = some || (each.key.scope == "ap-southeast-7" && each.status == SliceStatus::not_enabled);
    CHECK(some);
}

}  // namespace patrol::inventory

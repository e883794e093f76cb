#include <doctest/doctest.h>

#include <atomic>
#include <set>

#include "inventory/aws/engine_script.h"

namespace patrol::inventory {

using namespace script;

TEST_CASE("engine: pages are followed to the end, empty ones too, with the largest page size") {
    World world;
    world.wanted = {{"AWS::EC2::VPC", "eu-west-1"}};
    world.cloud.on("ec2.DescribeVpcs", [](const ScriptedAws::Call& call) {
        auto token = string_or(call.input, "NextToken");
        CHECK(int_or(call.input, "MaxResults") == 1000);
        if (token.empty())
            return answer(
                R"({"Vpcs":[{"VpcId":"vpc-1","Tags":[{"Key":"Name","Value":"one"}]}],"NextToken":"a"})");
        if (token == "a") return answer(R"({"Vpcs":[],"NextToken":"b"})");
        return answer(R"({"Vpcs":[{"VpcId":"vpc-2"}]})");
    });
    auto outcome = world.run();
    CHECK_FALSE(outcome.fatal);
    CHECK(world.coverage(outcome, vpcs.type).status == SliceStatus::complete);
    CHECK(world.coverage(outcome, vpcs.type).count == 2);
    const auto* one = world.sink.find(vpcs, "vpc-1");
    REQUIRE(one);
    CHECK(one->name == "one");
    CHECK(one->region == "eu-west-1");
    CHECK(one->arn == "arn:aws:ec2:eu-west-1:210987654321:vpc/vpc-1");
    CHECK(one->tags.at("Name") == "one");
    CHECK(one->hash.size() == 32);
    CHECK(world.sink.finished.at(vpcs).count == 2);
}

TEST_CASE("engine: listings that cannot be trusted to be whole are partial") {
    World world;
    world.wanted = {{"AWS::EC2::VPC", "eu-west-1"}};
    SUBCASE("a token that comes back") {
        world.cloud.on("ec2.DescribeVpcs", R"({"Vpcs":[{"VpcId":"vpc-1"}],"NextToken":"same"})");
        auto outcome = world.run();
        CHECK(world.coverage(outcome, vpcs.type).status == SliceStatus::partial);
        CHECK(world.coverage(outcome, vpcs.type).reason.find("twice") != std::string::npos);
        CHECK(world.cloud.count("ec2.DescribeVpcs") == 2);
    }
    SUBCASE("limits::empty_pages_in_a_row") {
        std::atomic<int> page{0};
        world.cloud.on("ec2.DescribeVpcs", [&](const auto&) {
            return answer(fmt::format(R"({{"Vpcs":[],"NextToken":"{}"}})", ++page));
        });
        auto outcome = world.run();
        CHECK(world.coverage(outcome, vpcs.type).status == SliceStatus::partial);
        CHECK(page == static_cast<int>(limits::empty_pages_in_a_row));
    }
    SUBCASE("denied on the second page") {
        world.cloud.on("ec2.DescribeVpcs", [&](const ScriptedAws::Call& call) {
            if (string_or(call.input, "NextToken").empty())
                return answer(R"({"Vpcs":[{"VpcId":"vpc-1"}],"NextToken":"a"})");
            return refused(ErrorClass::denied, "UnauthorizedOperation");
        });
        auto outcome = world.run();
        CHECK(world.coverage(outcome, vpcs.type).status == SliceStatus::partial);
        CHECK(world.coverage(outcome, vpcs.type).missing_action == "ec2:DescribeVpcs");
    }
    SUBCASE("a page token that expired is started over, twice at most") {
        world.cloud.on("ec2.DescribeVpcs", [&](const ScriptedAws::Call& call) {
            if (string_or(call.input, "NextToken").empty())
                return answer(R"({"Vpcs":[{"VpcId":"vpc-1"}],"NextToken":"a"})");
            return refused(ErrorClass::other, "InvalidNextToken");
        });
        auto outcome = world.run();
        CHECK(world.coverage(outcome, vpcs.type).status == SliceStatus::partial);
        CHECK(world.cloud.count("ec2.DescribeVpcs") == 6);
        CHECK(world.coverage(outcome, vpcs.type).count == 1);
    }
}

TEST_CASE("engine: what a refusal means for the slice") {
    World world;
    world.wanted = {{"AWS::EC2::VPC", "eu-west-1"}};
    auto status = [&](aws::CallResult result) {
        auto error = result.error();
        world.cloud.on("ec2.DescribeVpcs",
                       [error](const auto&) -> aws::CallResult { return std::unexpected(error); });
        auto outcome = world.run();
        CHECK(world.sink.staged[vpcs].empty());
        return world.coverage(outcome, vpcs.type);
    };
    auto denied = status(refused(ErrorClass::denied, "UnauthorizedOperation",
                                 "User: x is not authorized to perform: ec2:DescribeVpcs on y."));
    CHECK(denied.status == SliceStatus::denied);
    CHECK(denied.missing_action == "ec2:DescribeVpcs");
    CHECK_FALSE(denied.hint.empty());
    CHECK(status(refused(ErrorClass::denied_by_policy)).status == SliceStatus::denied);
    CHECK(status(refused(ErrorClass::not_enabled)).status == SliceStatus::not_enabled);
    CHECK(status(refused(ErrorClass::region_disabled)).status == SliceStatus::not_enabled);
    CHECK(status(refused(ErrorClass::service_absent)).status == SliceStatus::not_enabled);
    CHECK(status(refused(ErrorClass::transient)).status == SliceStatus::failed);
    CHECK(status(refused(ErrorClass::other)).status == SliceStatus::failed);
    CHECK(status(refused(ErrorClass::throttled)).status == SliceStatus::throttled);
}

TEST_CASE("engine: a type that the policies never grant is not granted, not denied") {
    World world;
    world.wanted = {{"AWS::DLM::LifecyclePolicy", "eu-west-1"}};
    world.cloud.on("dlm.GetLifecyclePolicies", [](const auto&) { return refused(ErrorClass::denied); });
    auto outcome = world.run();
    CHECK(outcome.coverage.front().status == SliceStatus::not_granted);
    CHECK(outcome.coverage.front().missing_action == "dlm:GetLifecyclePolicies");
}

TEST_CASE("engine: throttled calls are tried 8 times, and go on when the cloud lets them") {
    World world;
    world.wanted = {{"AWS::EC2::VPC", "eu-west-1"}};
    std::atomic<int> calls{0};
    world.cloud.on("ec2.DescribeVpcs", [&](const auto&) {
        return ++calls < limits::throttle_attempts ? refused(ErrorClass::throttled)
                                                   : answer(R"({"Vpcs":[{"VpcId":"vpc-1"}]})");
    });
    auto outcome = world.run();
    CHECK(calls == limits::throttle_attempts);
    CHECK(world.coverage(outcome, vpcs.type).status == SliceStatus::complete);
}

TEST_CASE("engine: a service that is not AWS is asked once, not in every region") {
    World world;
    for (auto region : {"us-east-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1"}) {
        world.wanted.emplace_back("AWS::AccessAnalyzer::Analyzer", region);
        world.wanted.emplace_back("AWS::EC2::VPC", region);
    }
    std::atomic<int> asked{0};
    world.cloud.on("accessanalyzer.ListAnalyzers", [&](const auto&) {
        ++asked;
        return refused(ErrorClass::not_aws, "not_aws_answer");
    });
    auto outcome = world.run();
    CHECK(asked == 1);
    CHECK(outcome.coverage.size() == 10);
    for (const auto& each : outcome.coverage)
        CHECK(each.status ==
              (each.key.type == "AWS::EC2::VPC" ? SliceStatus::complete : SliceStatus::failed));
}

TEST_CASE("engine: an operation that a server answers with its own error page is asked once") {
    World world;
    for (auto region : {"us-east-1", "us-west-2", "eu-west-1", "eu-west-2"}) {
        world.wanted.emplace_back("AWS::MemoryDB::ACL", region);
        world.wanted.emplace_back("AWS::MemoryDB::SubnetGroup", region);
    }
    std::atomic<int> asked{0};
    world.cloud.on("memorydb.DescribeACLs", [&](const auto&) -> aws::CallResult {
        ++asked;
        auto error = error_of(ErrorClass::transient, "");
        error.http_status = 500;
        error.request_id.clear();
        return std::unexpected(std::move(error));
    });
    world.cloud.on("memorydb.DescribeSubnetGroups", R"({"SubnetGroups":[{"Name":"default","ARN":"arn:x"}]})");
    auto outcome = world.run();
    CHECK(asked == 1);
    for (const auto& each : outcome.coverage)
        CHECK(each.status ==
              (each.key.type == "AWS::MemoryDB::ACL" ? SliceStatus::failed : SliceStatus::complete));
}

TEST_CASE("engine: credentials that stop working end the scan; a region that refuses good ones does not") {
    World world;
    world.wanted = {
        {"AWS::EC2::VPC", "us-east-1"}, {"AWS::EC2::VPC", "me-south-1"}, {"AWS::EC2::Subnet", "me-south-1"}};
    auto only_there = [](const ScriptedAws::Call& call) {
        return call.region == "me-south-1" ? refused(ErrorClass::bad_credentials, "AuthFailure")
                                           : answer(R"({"Vpcs":[]})");
    };
    world.cloud.on("ec2.DescribeVpcs", only_there);
    world.cloud.on("ec2.DescribeSubnets", only_there);
    SUBCASE("the region is closed") {
        world.credentials_problem = [] { return std::optional<Error>(); };
        auto outcome = world.run();
        CHECK_FALSE(outcome.fatal);
        for (const auto& each : outcome.coverage)
            CHECK(each.status ==
                  (each.key.scope == "me-south-1" ? SliceStatus::not_enabled : SliceStatus::complete));
    }
    SUBCASE("nothing works any more") {
        world.credentials_problem = [] {
            return std::optional(Error{.kind = Error::Kind::unauthenticated, .message = "Expired."});
        };
        auto outcome = world.run();
        REQUIRE(outcome.fatal);
        CHECK(outcome.fatal->message == "Expired.");
        CHECK(outcome.coverage.size() == 3);
        for (const auto& each : outcome.coverage) CHECK(each.status != SliceStatus::denied);
    }
}

TEST_CASE("engine: a listing that lost most of its resources is read again before it is believed") {
    World world;
    world.wanted = {{"AWS::EC2::VPC", "eu-west-1"}};
    world.sink.live[vpcs] = 40;
    std::atomic<int> lists{0};
    std::string whole = R"({"Vpcs":[)";
    for (int i = 0; i < 40; ++i) whole += fmt::format(R"({}{{"VpcId":"vpc-{}"}})", i == 0 ? "" : ",", i);
    whole += "]}";
    SUBCASE("a moment's lie") {
        world.cloud.on("ec2.DescribeVpcs",
                       [&](const auto&) { return answer(++lists == 1 ? R"({"Vpcs":[]})" : whole); });
        auto outcome = world.run();
        CHECK(lists == 2);
        CHECK(outcome.coverage.front().count == 40);
        CHECK(outcome.coverage.front().reason.empty());
    }
    SUBCASE("the truth, marked as suspect") {
        world.cloud.on("ec2.DescribeVpcs", [&](const auto&) {
            ++lists;
            return answer(R"({"Vpcs":[{"VpcId":"vpc-1"}]})");
        });
        auto outcome = world.run();
        CHECK(lists == 2);
        CHECK(outcome.coverage.front().status == SliceStatus::complete);
        CHECK(outcome.coverage.front().reason.starts_with("Suspect"));
        CHECK(world.sink.staged[vpcs].size() == 1);
    }
    SUBCASE("nineteen are not guarded") {
        world.sink.live[vpcs] = 19;
        world.cloud.on("ec2.DescribeVpcs", [&](const auto&) {
            ++lists;
            return answer(R"({"Vpcs":[]})");
        });
        world.run();
        CHECK(lists == 1);
    }
}

TEST_CASE("engine: a stopped scan leaves the rest not read; a broken sink is fatal") {
    World world;
    for (int i = 0; i < 50; ++i) world.wanted.emplace_back("AWS::EC2::VPC", fmt::format("eu-west-{}", i + 1));
    world.cloud.on("ec2.DescribeVpcs", R"({"Vpcs":[{"VpcId":"vpc-1"}]})");
    SUBCASE("stopped") {
        world.on_progress = [&](const Progress& now) {
            if (now.slices_done >= 5) world.stop.request_stop();
        };
        auto outcome = world.run();
        CHECK(outcome.coverage.size() == 50);
        auto not_read =
            std::ranges::count(outcome.coverage, SliceStatus::not_read, &model::SliceCoverage::status);
        CHECK(not_read >= 30);
        CHECK_FALSE(outcome.fatal);
    }
    SUBCASE("the sink cannot write") {
        world.sink.fails = true;
        auto outcome = world.run();
        REQUIRE(outcome.fatal);
        CHECK(outcome.fatal->message == "The disk is full.");
        CHECK(outcome.coverage.size() == 50);
        for (const auto& each : outcome.coverage) CHECK(each.status != SliceStatus::complete);
    }
}

}  // namespace patrol::inventory

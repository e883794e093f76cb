#include "scan/settle.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::scan;
using model::SliceStatus;

namespace {

model::SliceCoverage slice(std::string type, SliceStatus status) {
    return {.key = {.type = std::move(type), .scope = "us-east-1"}, .service = "x", .status = status};
}

const catalogue::Catalogue& catalogue_of_build() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}

model::ScanState state_of(std::vector<model::SliceCoverage> coverage, std::set<model::SliceKey> before = {}) {
    return judge(coverage, before, catalogue_of_build()).state;
}

}  // namespace

TEST_CASE("a scan that read all it was promised is whole") {
    CHECK(state_of({slice("AWS::EC2::VPC", SliceStatus::complete),
                    slice("AWS::EC2::Subnet", SliceStatus::not_enabled),
                    slice("AWS::Macie::Session", SliceStatus::not_granted),
                    slice("AWS::EC2::Volume", SliceStatus::not_read)}) == model::ScanState::succeeded);
}

TEST_CASE("each kind of gap makes it partial") {
    for (auto status :
         {SliceStatus::partial, SliceStatus::denied, SliceStatus::throttled, SliceStatus::failed})
        CHECK(state_of({slice("AWS::EC2::VPC", SliceStatus::complete), slice("AWS::EC2::Subnet", status)}) ==
              model::ScanState::partial);
}

TEST_CASE("what was readable before and is not granted any more is a gap") {
    auto lost = slice("AWS::Macie::Session", SliceStatus::not_granted);
    CHECK(state_of({lost}) == model::ScanState::succeeded);
    CHECK(state_of({lost}, {lost.key}) == model::ScanState::partial);
}

TEST_CASE("a failed child call is a gap only where the policies promise it") {
    auto granted = slice("AWS::EC2::VPC", SliceStatus::complete);
    granted.unknown_paths = {"EnableDnsSupport"};
    CHECK(state_of({granted}) == model::ScanState::partial);
    for (const auto& type : catalogue_of_build().types()) {
        if (type.granted != catalogue::Granted::list) continue;
        auto never = slice(type.name, SliceStatus::complete);
        never.unknown_paths = {"X"};
        CHECK(state_of({never}) == model::ScanState::succeeded);
    }
}

TEST_CASE("the verdict names what is missing") {
    auto denied = slice("AWS::EC2::VPC", SliceStatus::denied);
    denied.missing_action = "ec2:DescribeVpcs";
    auto verdict = judge({denied}, {}, catalogue_of_build());
    CHECK(verdict.account_status == model::AccountStatus::degraded);
    CHECK(verdict.reason.find("AWS::EC2::VPC") != std::string::npos);
    CHECK(verdict.hint.find("ec2:DescribeVpcs") != std::string::npos);
}

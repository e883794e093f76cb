#include "cloudsim/audit_log.h"

#include <doctest/doctest.h>

#include "cloudsim/scenario.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}

struct Log {
    World world;
    Authorizer authorizer{all_types()};
    Principal caller{.account_id = "1"};

    void change(std::string_view text, Timestamp at) {
        REQUIRE(play_change(world, *parse_json(text), all_types(), at));
    }
    Answer ask(json::object input, std::string region = "us-east-1") {
        const auto& service = *all_types().api().service("cloudtrail");
        const ApiRequest request{
            .service = &service, .operation = service.operation("LookupEvents"), .input = std::move(input)};
        const CallContext call{.world = world,
                               .catalogue = all_types(),
                               .authorizer = authorizer,
                               .caller = caller,
                               .request = request,
                               .region = std::move(region),
                               .now = {1}};
        return answer_audit(call).value();
    }
    std::size_t count(json::object input, std::string region = "us-east-1") {
        const auto answer = ask(std::move(input), std::move(region));
        REQUIRE(answer);
        return answer->at("Events").as_array().size();
    }
};

json::object by(std::string_view key, std::string_view value) {
    return {{"LookupAttributes", {{{"AttributeKey", key}, {"AttributeValue", value}}}}};
}

}  // namespace

TEST_CASE("changes are events of their region; global types log at home") {
    Log log;
    log.world.accounts["1"] = {.id = "1"};
    const Timestamp first{1'790'000'000'000}, second{1'790'000'060'000};
    log.change(
        R"({"account":"1","op":"add","type":"AWS::EC2::Instance","region":"eu-west-1","document":{"InstanceId":"i-1"}})",
        first);
    log.change(
        R"({"account":"1","op":"add","type":"AWS::IAM::Role","document":{"RoleName":"r","Arn":"arn:aws:iam::1:role/r"},
        "by":{"type":"AssumedRole","name":"deploy","session":"ci","user_agent":"Terraform/1.9","event":"CreateRole"}})",
        second);
    CHECK(log.count({}, "eu-west-1") == 1);
    CHECK(log.count({}) == 1);
    CHECK(log.count(by("ResourceName", "i-1"), "eu-west-1") == 1);
    CHECK(log.count(by("ResourceName", "i-1")) == 0);
    CHECK(log.count(by("ReadOnly", "false")) == 1);
    CHECK(log.count(by("ReadOnly", "true")) == 0);
    CHECK(log.count(by("Username", "deploy")) == 1);
    CHECK(log.count({{"StartTime", to_rfc3339(second)}}) == 1);
    CHECK(log.count({{"StartTime", second.ms / 1000 + 1}}) == 0);
    CHECK(log.count({{"EndTime", second.ms / 1000.0 - 1}}) == 0);
    const auto answer = log.ask({});
    const auto detail = *parse_json(string_or(answer->at("Events").at(0), "CloudTrailEvent"));
    CHECK(string_or(detail, "userAgent") == "Terraform/1.9");
    CHECK(string_or(*find(detail, "userIdentity"), "arn") == "arn:aws:sts::1:assumed-role/deploy/ci");
}

TEST_CASE("pages, newest first; what is not valid is refused") {
    Log log;
    log.world.accounts["1"] = {.id = "1"};
    for (int i = 0; i < 60; ++i)
        log.change(
            fmt::format(
                R"({{"account":"1","op":"add","type":"AWS::EC2::Instance","region":"us-east-1","document":{{"InstanceId":"i-{}"}}}})",
                i),
            Timestamp{1'790'000'000'000 + i});
    auto page = log.ask({});
    REQUIRE(page);
    CHECK(page->at("Events").as_array().size() == 50);
    CHECK(string_or(page->at("Events").at(0).at("Resources").at(0), "ResourceName") == "i-59");
    const auto token = page->at("NextToken");
    page = log.ask({{"NextToken", token}});
    CHECK(page->at("Events").as_array().size() == 10);
    CHECK_FALSE(page->contains("NextToken"));
    CHECK(log.count({{"MaxResults", 7}}) == 7);
    CHECK_FALSE(log.ask({{"NextToken", "x"}}));
    CHECK_FALSE(log.ask({{"LookupAttributes", json::array{1, 2}}}));
    CHECK_FALSE(log.ask({{"StartTime", "2026-11-22T00:00:00Z"}, {"EndTime", "2026-11-21T00:00:00Z"}}));
}

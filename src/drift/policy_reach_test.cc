#include "drift/policy_reach.h"

#include <doctest/doctest.h>

#include "drift/path_pattern.h"
#include "drift/predicate.h"

using namespace patrol;
using namespace patrol::drift;

namespace {

json::value policy(std::string_view statement) {
    return parse_json(R"({"Version":"2012-10-17","Statement":[)" + std::string(statement) + "]}").value();
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("public means everybody and no condition that says who") {
    const auto is_open = [](std::string_view statement) {
        const auto value = policy(statement);
        return is_public(&value);
    };
    CHECK(is_open(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"})"));
    CHECK(is_open(R"({"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"*"})"));
    CHECK(is_open(
        R"({"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"})"));
    CHECK_FALSE(is_open(R"({"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"})"));
    CHECK_FALSE(
        is_open(R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"})"));
    const auto with = [&](std::string_view condition) {
        return is_open(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":)" +
                       std::string(condition) + "}");
    };
    CHECK_FALSE(with(R"({"StringEquals":{"AWS:PrincipalOrgID":"o-1"}})"));
    CHECK_FALSE(with(R"({"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}})"));
    CHECK(with(R"({"IpAddress":{"aws:SourceIp":["198.51.100.0/24","0.0.0.0/0"]}})"));
    CHECK(with(R"({"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}})"));
    CHECK(with(R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}})"));
    CHECK(with(R"({"StringLike":{"aws:PrincipalArn":"*"}})"));
    CHECK(with(R"({"Bool":{"aws:SecureTransport":"true"}})"));
}

TEST_CASE("a policy is compared by what it allows, not by how it is written") {
    const auto narrow = policy(R"({"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:b/*"})");
    const auto same = policy(R"({"Effect":"Allow","Action":"S3:getobject","Resource":["arn:b/*"]})");
    const auto wider = policy(R"({"Effect":"Allow","Action":"s3:Get*","Resource":"arn:b/*"})");
    CHECK(new_actions(&narrow, &same).empty());
    CHECK(new_actions(&wider, &narrow).empty());
    CHECK(new_actions(&narrow, &wider) == Texts{"s3:get*"});
    const auto elsewhere = policy(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:c/*"})");
    CHECK(new_actions(&narrow, &elsewhere) == Texts{"s3:getobject"});
    CHECK(new_actions(nullptr, &narrow) == Texts{"s3:getobject"});
    CHECK(new_actions(&narrow, nullptr).empty());
    const json::value text("no policy");
    CHECK(new_actions(&text, &narrow) == Texts{"s3:getobject"});
}

TEST_CASE("conditions, denials and foreign accounts") {
    const auto bound = policy(
        R"({"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}})");
    const auto free = policy(
        R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"})");
    CHECK(condition_removed(&bound, &free));
    CHECK_FALSE(condition_removed(&free, &bound));
    CHECK_FALSE(condition_removed(&free, &free));
    CHECK(new_principals(&bound, &free).empty());
    CHECK(is_foreign(&free, "111122223333"));
    CHECK_FALSE(is_foreign(&free, "444455556666"));
    CHECK_FALSE(is_foreign(&free, ""));
    const auto denial = policy(R"({"Effect":"Deny","Action":["iam:*","s3:*"],"Resource":"*"})");
    const auto less = policy(R"({"Effect":"Deny","Action":["iam:*"],"Resource":"*"})");
    CHECK(deny_removed(&denial, &less));
    CHECK_FALSE(deny_removed(&less, &denial));
}

TEST_CASE("wide and admin") {
    const auto admin = policy(R"({"Effect":"Allow","Action":"*","Resource":"*"})");
    const auto service = policy(R"({"Effect":"Allow","Action":"ec2:*","Resource":"*"})");
    const auto pass = policy(R"({"Effect":"Allow","Action":"iam:Pass*","Resource":"*"})");
    const auto all_but = policy(R"({"Effect":"Allow","NotAction":"iam:*","Resource":"*"})");
    const auto read = policy(R"({"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"})");
    CHECK(is_admin(&admin));
    CHECK_FALSE(is_admin(&service));
    for (const auto* each : {&admin, &service, &pass, &all_but}) CHECK(is_wide(each));
    CHECK_FALSE(is_wide(&read));
}

TEST_CASE("a policy of hostile size is bounded") {
    std::string actions, resources;
    for (int at = 0; at < 400; ++at) {
        actions += (at ? ",\"" : "\"") + std::string("s3:a") + std::to_string(at) + "\"";
        resources += (at ? ",\"" : "\"") + std::string("arn:") + std::to_string(at) + "\"";
    }
    const auto large =
        policy(R"({"Effect":"Allow","Action":[)" + actions + R"(],"Resource":[)" + resources + "]}");
    CHECK(grants(&large).size() == grants_max);
    CHECK(new_actions(&large, &large).empty());
}

TEST_CASE("globs, address ranges, predicates") {
    CHECK(glob("a*c?e", "abbbcde"));
    CHECK_FALSE(glob("a*c", "abcd"));
    CHECK(glob("*", ""));
    CHECK(glob(std::string(50, '*') + "x", std::string(2'000, 'y') + "x"));
    CHECK(is_world("0.0.0.0/0"));
    CHECK(is_world("::/0"));
    CHECK(is_world("128.0.0.0/1"));
    CHECK_FALSE(is_world("10.0.0.0/8"));
    CHECK_FALSE(is_world("0.0.0.0"));
    CHECK_FALSE(is_world("/0"));
    CHECK_FALSE(is_world("x/1y"));
    const json::value number(7), text("7"), none;
    using catalogue::Predicate;
    CHECK(holds(Predicate{.kind = Predicate::Kind::below, .number = 8}, &number, {}));
    CHECK(holds(Predicate{.kind = Predicate::Kind::above, .number = 6}, &text, {}));
    CHECK_FALSE(holds(Predicate{.kind = Predicate::Kind::below, .number = 8}, nullptr, {}));
    CHECK(holds(Predicate{.kind = Predicate::Kind::absent}, &none, {}));
    CHECK_FALSE(holds(Predicate{.kind = Predicate::Kind::none_of, .words = {"a"}}, nullptr, {}));
}

TEST_CASE("paths of the tenant's rules") {
    const auto fits = [](std::string_view pattern, std::string_view path) {
        const auto parsed = PathPattern::parse(pattern);
        REQUIRE_MESSAGE(parsed, pattern);
        return parsed->matches(path);
    };
    CHECK(fits("Tags", "Tags[Key=env].Value"));
    CHECK(fits("Tags[].Value", "Tags[Key=env].Value"));
    CHECK(fits("Tags[Key=env]", "Tags[Key=env].Value"));
    CHECK_FALSE(fits("Tags[Key=env]", "Tags[Key=envy].Value"));
    CHECK_FALSE(fits("Tags[].Value", "Tags[Key=env]"));
    CHECK_FALSE(fits("Tag", "Tags"));
    CHECK(fits("Config.*", "Config.Any.Deep"));
    CHECK(fits("{Policy}", "Policy.Statement[0].Action"));
    CHECK(fits(R"(IpPermissions["tcp",22,22].IpRanges[CidrIp=10.0.0.0/8])",
               R"(IpPermissions["tcp",22,22].IpRanges[CidrIp=10.0.0.0/8].CidrIp)"));
    CHECK(fits("Tags[Key=a]b].Value", "Tags[Key=a]b].Value"));
    for (const auto* bad : {"", "[0]", "A[", "A\n"}) CHECK_FALSE(PathPattern::parse(bad));
    CHECK_FALSE(PathPattern::parse(std::string(600, 'a')));
    std::string deep = "a";
    for (int at = 0; at < 40; ++at) deep += ".a";
    CHECK_FALSE(PathPattern::parse(deep));
}

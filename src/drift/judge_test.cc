#include "drift/judge.h"

#include <doctest/doctest.h>

#include "drift/judge_fixture.h"

using namespace patrol;
using namespace patrol::drift;
using model::RuleAction;
using model::Severity;

namespace {

constexpr Timestamp now{.ms = 1'800'000'000'000};
const std::string security_group = "AWS::EC2::SecurityGroup";
const std::string closed =
    R"({"GroupId":"sg-1","IpPermissions":[{"IpProtocol":"tcp","FromPort":5432,"ToPort":5432,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})";
const std::string open =
    R"({"GroupId":"sg-1","IpPermissions":[{"IpProtocol":"tcp","FromPort":5432,"ToPort":5432,"IpRanges":[{"CidrIp":"0.0.0.0/0"},{"CidrIp":"10.0.0.0/8"}]}],"Tags":[{"Key":"env","Value":"x"}]})";

Rulebook rulebook(std::vector<model::Rule> rules = {}) { return {the_catalogue(), rules, now}; }

model::Rule rule(std::string id, RuleAction action, model::RuleScope scope) {
    return {.id = RuleId("rul_" + id), .name = id, .action = action, .scope = std::move(scope)};
}

}  // namespace

TEST_CASE("a change is as bad as its worst path, and says why") {
    const auto pair = documents(security_group, closed, open);
    const auto verdict = judge(rulebook(), pair.subject());
    REQUIRE(verdict.paths.size() == 2);
    CHECK(verdict.severity == Severity::critical);
    CHECK(verdict.why == "Port 5432 opened to the internet");
    CHECK_FALSE(verdict.hidden());
    const auto tag = pair.changes()[0].path.starts_with("Tags") ? 0U : 1U;
    CHECK(verdict.paths[tag].severity == Severity::low);
    CHECK(verdict.paths[1 - tag].severity == Severity::critical);
}

TEST_CASE("added and removed resources are judged as a whole") {
    const auto added = judge(rulebook(), documents(security_group, "", open).subject());
    CHECK(added.severity == Severity::critical);
    CHECK(added.why == "Port 5432 opened to the internet");
    CHECK(added.paths.empty());
    CHECK(judge(rulebook(), documents(security_group, "", closed).subject()).severity == Severity::low);
    const auto trail =
        judge(rulebook(), documents("AWS::CloudTrail::Trail", R"({"Name":"audit"})", "").subject());
    CHECK(trail.severity == Severity::critical);
    CHECK(trail.why == "Audit log thing removed");
}

TEST_CASE("the tenant's rules hide and grade anew, and are counted") {
    const auto pair = documents(security_group, closed, open);
    auto ignore = rule("ignore", RuleAction::ignore, {.type = "AWS::EC2::*", .path = "Tags"});
    auto verdict = judge(rulebook({ignore}), pair.subject());
    CHECK_FALSE(verdict.hidden());
    CHECK(verdict.hits == std::vector<std::string>{"rul_ignore"});
    CHECK(std::ranges::count(verdict.paths, "rul_ignore", &PathJudgement::hidden_by) == 1);

    auto all = rule("all", RuleAction::ignore, {.native_id = "thing-*", .region = "eu-west-1"});
    CHECK(judge(rulebook({all}), pair.subject()).hidden_by == "rul_all");
    all.enabled = false;
    CHECK_FALSE(judge(rulebook({all}), pair.subject()).hidden());
    all.enabled = true;
    all.expires_at = now;
    CHECK_FALSE(judge(rulebook({all}), pair.subject()).hidden());
    all.expires_at = now + Millis(1);
    CHECK(judge(rulebook({all}), pair.subject()).hidden());

    auto wide = rule("wide", RuleAction::severity, {.type = security_group});
    wide.severity = Severity::info;
    auto narrow = rule("narrow", RuleAction::severity, {.type = security_group, .path = "IpPermissions"});
    narrow.severity = Severity::medium;
    verdict = judge(rulebook({wide, narrow}), pair.subject());
    CHECK(verdict.severity == Severity::medium);
    CHECK(verdict.hits.size() == 2);
}

TEST_CASE("each part of a scope must hold") {
    const auto pair = documents(security_group, closed, open);
    auto subject = pair.subject();
    const model::Labels tags = {{"env", "prod"}, {"team", "data"}};
    subject.tags = &tags;
    subject.account = AccountId("acc_1");
    subject.customer = CustomerId("cus_1");
    subject.resource = ResourceId("res_1");
    subject.environment = model::EnvironmentKind::production;
    subject.actor_class = "terraform";
    const auto hides = [&](model::RuleScope scope) {
        return judge(rulebook({rule("one", RuleAction::ignore, std::move(scope))}), subject).hidden();
    };
    CHECK(hides({}));
    CHECK(hides({.tag = "env=prod"}));
    CHECK(hides({.tag = "te*"}));
    CHECK_FALSE(hides({.tag = "env=dev"}));
    CHECK_FALSE(hides({.tag = "owner"}));
    CHECK(hides({.account_id = AccountId("acc_1")}));
    CHECK_FALSE(hides({.account_id = AccountId("acc_2")}));
    CHECK(hides({.customer_id = CustomerId("cus_1")}));
    CHECK_FALSE(hides({.customer_id = CustomerId("cus_2")}));
    CHECK(hides({.resource_id = "res_1"}));
    CHECK_FALSE(hides({.resource_id = "res_2"}));
    CHECK(hides({.actor_class = "terraform"}));
    CHECK_FALSE(hides({.actor_class = "console"}));
    CHECK(hides({.environment = model::EnvironmentKind::production}));
    CHECK_FALSE(hides({.environment = model::EnvironmentKind::qa}));
    CHECK_FALSE(hides({.region = "us-east-1"}));
    CHECK_FALSE(hides({.type = "AWS::EC2::Instance"}));
    CHECK_FALSE(hides({.type = security_group, .path = "Tags"}));
}

TEST_CASE("a rule with a path never hides a whole resource") {
    const auto pair = documents(security_group, "", open);
    CHECK_FALSE(judge(rulebook({rule("one", RuleAction::ignore, {.path = "IpPermissions"})}), pair.subject())
                    .hidden());
}

TEST_CASE("a list in another order is counted, not shown") {
    // No rule is known for this list.
    const auto pair = documents("AWS::KMS::Key", R"({"EncryptionAlgorithms":["A","B","C"]})",
                                R"({"EncryptionAlgorithms":["C","A","B"]})");
    const auto verdict = judge(rulebook(), pair.subject());
    CHECK(verdict.hidden_by == "reordered");
    CHECK(verdict.severity == Severity::info);
}

#include "inventory/aws/audit_event.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::inventory;
using model::ActorClass;

namespace {

// An event as LookupEvents gives it, after decoding.
json::object event_with(const json::value& detail) {
    return {{"EventId", "0f2d8a5e-1111-4222-8333-944444444444"},
            {"EventName", "AuthorizeSecurityGroupIngress"},
            {"EventSource", "ec2.amazonaws.com"},
            {"EventTime", "2026-11-22T11:58:03Z"},
            {"Username", "anna"},
            {"Resources",
             {{{"ResourceType", "AWS::EC2::SecurityGroup"}, {"ResourceName", "sg-1"}},
              {{"ResourceName", nullptr}}}},
            {"CloudTrailEvent", to_text(detail)}};
}

AuditEvent read(json::object detail, std::string_view region = "eu-central-1") {
    return read_audit_event(event_with(std::move(detail)), region);
}

json::object by(json::object identity) { return {{"userIdentity", std::move(identity)}}; }

std::string name_of(json::object identity) { return read(by(std::move(identity))).actor.name; }

}  // namespace

TEST_CASE("an event's facts, names and link") {
    const auto event = read(
        {{"userIdentity",
          {{"type", "IAMUser"}, {"arn", "arn:aws:iam::111122223333:user/ops/anna"}, {"userName", "anna"}}},
         {"sourceIPAddress", "198.51.100.7"},
         {"userAgent", "Mozilla/5.0 (X11)"},
         {"requestParameters", {{"groupId", "sg-1"}, {"ipPermissions", {{"items", {{{"toPort", 5432}}}}}}}},
         {"responseElements", {{"role", {{"arn", "arn:aws:iam::111122223333:role/path/deploy"}}}}}});
    CHECK(event.whole);
    CHECK_FALSE(event.refused);
    CHECK(event.time == *parse_rfc3339("2026-11-22T11:58:03Z"));
    CHECK(event.actor.name == "anna");
    CHECK(event.actor.principal == "arn:aws:iam::111122223333:user/ops/anna");
    CHECK(event.actor.kind == ActorClass::console);
    CHECK(event.actor.source_ip == "198.51.100.7");
    CHECK(event.actor.event_name == "AuthorizeSecurityGroupIngress");
    CHECK(event.names.contains("sg-1"));
    CHECK(event.names.contains("arn:aws:iam::111122223333:role/path/deploy"));
    CHECK(event.name_parts.contains("deploy"));
    CHECK(event.actor.link ==
          "https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/"
          "0f2d8a5e-1111-4222-8333-944444444444");
    CHECK(read({}, "cn-north-1").actor.link.starts_with("https://cn-north-1.console.amazonaws.cn/"));
    CHECK(read({}, "us-gov-west-1").actor.link.starts_with("https://console.amazonaws-us-gov.com/"));
    CHECK(read({}, "evil.example.com/x").actor.link.empty());
    CHECK(read({{"errorCode", "Client.UnauthorizedOperation"}}).refused);
}

TEST_CASE("every kind of identity has a name") {
    CHECK(name_of({{"type", "Root"}, {"arn", "arn:aws:iam::1:root"}}) == "root");
    CHECK(name_of({{"type", "IAMUser"}, {"userName", "anna"}}) == "anna");
    const json::object deploy{
        {"sessionIssuer", {{"userName", "deploy"}, {"arn", "arn:aws:iam::1:role/deploy"}}}};
    CHECK(name_of({{"type", "AssumedRole"},
                   {"arn", "arn:aws:sts::1:assumed-role/deploy/ci-42"},
                   {"sessionContext", deploy}}) == "deploy (ci-42)");
    const json::object sso{{"sessionIssuer", {{"userName", "AWSReservedSSO_PowerUser_0123456789abcdef"}}}};
    CHECK(name_of({{"type", "AssumedRole"},
                   {"arn",
                    "arn:aws:sts::1:assumed-role/AWSReservedSSO_PowerUser_0123456789abcdef/anna@example.com"},
                   {"sessionContext", sso}}) == "anna@example.com (PowerUser)");
    CHECK(name_of({{"type", "AWSService"}, {"invokedBy", "autoscaling.amazonaws.com"}}) ==
          "autoscaling.amazonaws.com");
    CHECK(name_of({{"type", "AWSAccount"}, {"accountId", "111122223333"}, {"principalId", "AIDAX"}}) ==
          "account 111122223333 (AIDAX)");
    CHECK(name_of({{"type", "SAMLUser"}, {"userName", "anna@idp"}}) == "anna@idp");
    CHECK(name_of({{"type", "WebIdentityUser"}, {"userName", "repo:acme/infra"}}) == "repo:acme/infra");
    CHECK(name_of({{"type", "FederatedUser"}, {"arn", "arn:aws:sts::1:federated-user/bob"}}) == "bob");
    CHECK(name_of({{"type", "IdentityCenterUser"}, {"onBehalfOf", {{"userId", "u-1"}}}}) == "anna");
    CHECK(name_of({}) == "anna");
}

TEST_CASE("the class follows from the user agent and who calls for whom") {
    struct Case {
        const char* agent;
        const char* invoked_by;
        ActorClass expected;
    };
    for (const auto& each : {
             Case{"APN/1.0 HashiCorp/1.0 Terraform/1.9.0 (+https://www.terraform.io) "
                  "terraform-provider-aws/5.70.0",
                  "", ActorClass::terraform},
             Case{"OpenTofu/1.8.1 (+https://opentofu.org) aws-sdk-go-v2/1.30", "", ActorClass::terraform},
             Case{"cloudformation.amazonaws.com", "cloudformation.amazonaws.com", ActorClass::cloudformation},
             Case{"aws-cli/2.17.0 md/awscrt#0.20 ua/2.0 Python/3.11 command/ec2.run-instances", "",
                  ActorClass::cli},
             Case{"Boto3/1.35.0 md/Botocore#1.35.0", "", ActorClass::sdk},
             Case{"aws-sdk-go-v2/1.30.3 os/linux", "", ActorClass::sdk},
             Case{"console.amazonaws.com", "", ActorClass::console},
             Case{"[S3Console/0.4, aws-internal/3]", "", ActorClass::console},
             Case{"Mozilla/5.0 (Macintosh)", "", ActorClass::console},
             Case{"autoscaling.amazonaws.com", "autoscaling.amazonaws.com", ActorClass::service},
             Case{"AWS Internal", "AWS Internal", ActorClass::service},
             Case{"curl/8", "", ActorClass::unknown},
             Case{"", "", ActorClass::unknown},
         })
        CHECK_MESSAGE(actor_class({each.agent, each.invoked_by}) == each.expected, each.agent);
    CHECK(actor_class({"aws-sdk-java/2", "", true}) == ActorClass::console);
    const json::object linked{
        {"type", "AssumedRole"},
        {"sessionContext",
         {{"sessionIssuer",
           {{"arn", "arn:aws:iam::1:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"}}}}}};
    CHECK(read(by(linked)).actor.kind == ActorClass::service);
}

TEST_CASE("hostile events are read as far as they go and no further") {
    auto event = event_with({});
    for (const auto& text :
         {std::string("not JSON"), std::string("[]"), std::string("\"x\""), std::string(10'000, '['),
          "{\"requestParameters\":{\"a\":\"" + std::string(audit_event_bytes, 'x') + "\"}}"}) {
        event["CloudTrailEvent"] = text;
        const auto read = read_audit_event(event, "us-east-1");
        CHECK_FALSE(read.whole);
        CHECK(read.actor.name == "anna");
        CHECK(read.names.contains("sg-1"));
    }
    event["CloudTrailEvent"] = 7;
    event["EventTime"] = "never";
    event["EventId"] = "\"><script>alert(1)</script>";
    event["Resources"] = "none";
    const auto odd = read_audit_event(event, "us-east-1");
    CHECK_FALSE(odd.time.is_set());
    CHECK(odd.id.empty());
    CHECK(odd.actor.link.empty());
    CHECK(read_audit_event(nullptr, "us-east-1").names.empty());

    // Markup stays text, control characters go, long texts are cut at a character.
    const auto named = read(by({{"type", "IAMUser"}, {"userName", "<img src=x>\n\x1b[31m"}}));
    CHECK(named.actor.name == "<img src=x>  [31m");
    std::string wide = "x";
    for (int i = 0; i < 300; ++i) wide += "ä";
    CHECK(name_of({{"type", "IAMUser"}, {"userName", wide}}).size() == 255);

    // More texts than audit_event_texts are not looked at; a long one is no identifier.
    json::array many;
    for (std::size_t i = 0; i < 2 * audit_event_texts; ++i) many.emplace_back("r-" + std::to_string(i));
    const auto crowded =
        read({{"requestParameters", {{"ids", many}, {"long", std::string(audit_text_bytes + 1, 'y')}}}});
    CHECK(crowded.names.size() <= audit_event_texts);
    CHECK(crowded.names.contains("r-0"));
    CHECK(read({{"requestParameters", std::string(audit_text_bytes + 1, 'y')}}).names.size() == 1);
}

#include "cloud/aws/sts.h"

#include <doctest/doctest.h>

#include "cloud/aws/test_fakes.h"

using namespace patrol;
using namespace patrol::aws;
using namespace patrol::aws::test;

namespace {

struct Fixture {
    explicit Fixture(std::vector<Answer> script) : transport(std::move(script)) {
        auto keys = Credentials{"AKIATEST", crypto::Secret("secret-value"), {}, {}};
        client = std::make_shared<Client>(transport, clock, model,
                                          std::make_shared<StaticSource>("test", std::move(keys)),
                                          AllowedActions{sts_assume_role, sts_get_caller_identity});
    }
    FakeClock clock;
    ScriptedTransport transport;
    model::ApiModel model;
    std::shared_ptr<Client> client;
};

std::string assumed(std::string_view key, std::string_view expires) {
    return fmt::format(
        "<AssumeRoleResponse "
        "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
        "<AccessKeyId>{}</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey><SessionToken>t0ken</"
        "SessionToken>"
        "<Expiration>{}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
        key, expires);
}
constexpr auto role_arn = "arn:aws:iam::123456789012:role/Patrol";

}  // namespace

TEST_CASE("assuming a role: the request, the credentials, the regional endpoint") {
    Fixture f({answer(200, assumed("ASIA1", "2026-11-22T10:00:00Z"))});
    AssumeRole role{.role_arn = role_arn,
                    .session_name = "patrol-scan",
                    .external_id = "ext-1",
                    .policy_arns = {"arn:aws:iam::aws:policy/SecurityAudit"}};
    auto credentials = assume_role(*f.client, role, {.region = "eu-west-1"});
    REQUIRE(credentials);
    CHECK(credentials->access_key_id == "ASIA1");
    CHECK(credentials->secret_access_key.expose() == "s3cret");
    CHECK(credentials->session_token.expose() == "t0ken");
    CHECK(to_rfc3339(credentials->expires) == "2026-11-22T10:00:00.000Z");
    const auto& request = f.transport.requests[0];
    CHECK(request.url == "https://sts.eu-west-1.amazonaws.com/");
    CHECK(request.body.find("ExternalId=ext-1") != std::string::npos);
    CHECK(request.body.find("PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FSecurityAudit") !=
          std::string::npos);
    CHECK(request.body.find("DurationSeconds=3600") != std::string::npos);
    for (auto bad :
         {AssumeRole{.role_arn = "arn:aws:iam::12:role/X", .session_name = "ok"},
          AssumeRole{.role_arn = role_arn, .session_name = "a b"},
          AssumeRole{.role_arn = role_arn, .session_name = "ok", .external_id = "x"},
          AssumeRole{.role_arn = role_arn, .session_name = "ok", .duration = std::chrono::seconds(899)}})
        CHECK(assume_role(*f.client, bad, {.region = "eu-west-1"}).error().error.kind ==
              Error::Kind::invalid);
    CHECK(f.transport.requests.size() == 1);
}

TEST_CASE("a role's session is renewed 15 minutes ahead, and what is valid serves when that fails") {
    Fixture f({answer(200, assumed("ASIA1", "2026-11-22T10:00:00Z")),
               answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"),
               answer(200, assumed("ASIA2", "2026-11-22T12:00:00Z"))});
    AssumedRoleSource source(f.client, f.clock, {.role_arn = role_arn, .session_name = "patrol-scan"},
                             "eu-west-1");
    CHECK((*source.credentials({}))->access_key_id == "ASIA1");
    f.clock.advance(std::chrono::minutes(44));
    CHECK((*source.credentials({}))->access_key_id == "ASIA1");
    CHECK(f.transport.requests.size() == 1);
    f.clock.advance(std::chrono::minutes(2));
    CHECK((*source.credentials({}))->access_key_id == "ASIA1");
    CHECK(f.transport.requests.size() == 2);
    CHECK((*source.credentials({}))->access_key_id == "ASIA2");
    source.reject(**source.credentials({}));
    CHECK((*source.credentials({}))->access_key_id == "ASIA2");
    CHECK(f.transport.requests.size() == 4);
    CHECK(source.name() == "role arn:aws:iam::123456789012:role/Patrol");
}

TEST_CASE("who am I") {
    Fixture f({answer(200,
                      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:"
                      "assumed-role/R/s</Arn>"
                      "<UserId>AROA:s</UserId><Account>123456789012</Account></GetCallerIdentityResult></"
                      "GetCallerIdentityResponse>"),
               answer(200,
                      "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>12</Account></"
                      "GetCallerIdentityResult></GetCallerIdentityResponse>")});
    auto identity = get_caller_identity(*f.client, {.region = "eu-west-1"});
    REQUIRE(identity);
    CHECK(identity->account == "123456789012");
    CHECK(get_caller_identity(*f.client, {.region = "eu-west-1"}).error().error.code == "malformed_answer");
}

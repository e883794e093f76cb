#include "cloud/aws/client.h"

#include <doctest/doctest.h>

#include "cloud/aws/retry.h"
#include "cloud/aws/test_fakes.h"
#include "cloud/aws/test_services.h"

using namespace patrol;
using namespace patrol::aws;
using namespace patrol::aws::test;

namespace {

constexpr auto good =
    R"(<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>)"
    R"(r-1</requestId><reservationSet/></DescribeInstancesResponse>)";

std::string ec2_error(std::string_view code, std::string_view message = "m") {
    return fmt::format(
        "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors>"
        "<RequestID>r-2</RequestID></Response>",
        code, message);
}

model::ApiModel services() {
    model::ApiModel model;
    model.services["ec2"] = ec2();
    model.services["s3"] = s3();
    model.services["restjsons"] = rest_json();
    return model;
}

class CountingSource final : public CredentialSource {
public:
    Result<CredentialsPtr> credentials(std::stop_token) override {
        auto id = fmt::format("ASIAKEY{}", generation);
        return std::make_shared<const Credentials>(
            Credentials{id, crypto::Secret("secret-value"), crypto::Secret("session-token-value"), {}});
    }
    void reject(const Credentials&) override { ++generation; }
    [[nodiscard]] std::string name() const override { return "test"; }
    int generation = 1;
};

struct Observed : CallObserver, ThrottleFeedback {
    void on_call(const CallRecord& record) override {
        ++calls;
        last = record;
        code = record.error_code;
        request_id = record.request_id;
    }
    bool before_attempt(const Target&, std::stop_token) override { return ++attempts <= attempts_allowed; }
    void on_throttled(const Target&) override { ++throttles; }
    void on_success(const Target&) override { ++successes; }
    int calls = 0, attempts = 0, throttles = 0, successes = 0, attempts_allowed = 1000;
    CallRecord last{};
    std::string code, request_id;
};

struct Fixture {
    explicit Fixture(std::vector<Answer> script) : transport(std::move(script)), model(services()) {
        AllowedActions allowed = {"ec2.DescribeInstances", "s3.ListBuckets",        "s3.GetBucketAcl",
                                  "sts.AssumeRole",        "sts.GetCallerIdentity", "restjsons.GetAccount"};
        client = std::make_shared<Client>(
            transport, clock, model, source, allowed,
            ClientOptions{.user_agent = "patrol/test", .observer = &observed, .feedback = &observed});
    }
    CallResult call(std::string_view region = "eu-west-1") {
        return client->call({.service = "ec2", .operation = "DescribeInstances", .region = region});
    }
    FakeClock clock;
    ScriptedTransport transport;
    model::ApiModel model;
    Observed observed;
    std::shared_ptr<CountingSource> source = std::make_shared<CountingSource>();
    std::shared_ptr<Client> client;
};

json::value object(std::initializer_list<std::pair<std::string_view, json::value>> members) {
    json::object out;
    for (const auto& [key, value] : members) out[key] = value;
    return json::value(std::move(out));
}

}  // namespace

TEST_CASE("a call is signed, sent to the region's endpoint and decoded") {
    Fixture f({answer(200, good, {{"x-amzn-RequestId", "req-9"}})});
    auto result = f.call();
    REQUIRE(result);
    CHECK(to_text(*result) == R"({"Reservations":[]})");
    REQUIRE(f.transport.requests.size() == 1);
    const auto& request = f.transport.requests[0];
    CHECK(request.url == "https://ec2.eu-west-1.amazonaws.com/");
    CHECK(request.body == "Action=DescribeInstances&Version=2020-01-01");
    CHECK(header_of(request, "Authorization")
              .starts_with("AWS4-HMAC-SHA256 Credential=ASIAKEY1/20261122/eu-west-1/ec2/aws4_request, "
                           "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,"));
    CHECK(header_of(request, "User-Agent") == "patrol/test");
    CHECK(request.trust.destination == net::Destination::user_supplied);
    CHECK(f.observed.calls == 1);
    CHECK(f.observed.last.http_status == 200);
    CHECK(f.observed.last.bytes == std::string_view(good).size());
    CHECK(f.observed.request_id == "req-9");
    CHECK(f.observed.code.empty());
}

TEST_CASE("a write cannot be signed: nothing leaves") {
    Fixture f({answer(200, good)});
    for (std::string_view operation :
         {"TerminateInstances", "describeinstances", "DescribeInstances ", "Nonsense"}) {
        auto result = f.client->call({.service = "ec2", .operation = operation, .region = "eu-west-1"});
        REQUIRE_FALSE(result);
        CHECK(result.error().error.kind == Error::Kind::internal);
        CHECK(result.error().error.message.starts_with("Patrol refuses to sign ec2."));
    }
    auto put = f.client->call({.service = "s3", .operation = "PutBucketAcl", .region = "eu-west-1"});
    CHECK(put.error().error.code == "not_allowed_to_sign");
    CHECK(f.transport.requests.empty());
    AllowedActions nothing;
    CHECK_FALSE(nothing.allows("ec2", "DescribeInstances"));
}

TEST_CASE("a region that is no region's name never becomes a host") {
    Fixture f({answer(200, good)});
    for (std::string_view region :
         {"evil.example/", "eu-west-1.evil.com", "", "EU-WEST-1", "a b-c", "-eu-west"}) {
        auto result = f.call(region);
        REQUIRE_FALSE(result);
        CHECK(result.error().error.field == "region");
    }
    CHECK(f.transport.requests.empty());
}

TEST_CASE("transient faults: three attempts") {
    SUBCASE("then success") {
        Fixture f(
            {answer(503, ec2_error("Unavailable")), no_answer(Error::Kind::timeout), answer(200, good)});
        CHECK(f.call());
        CHECK(f.observed.last.attempts == 3);
        CHECK(f.observed.successes == 1);
    }
    SUBCASE("then the error") {
        Fixture f({answer(500, "oops")});
        auto result = f.call();
        REQUIRE_FALSE(result);
        CHECK(result.error().error_class == ErrorClass::transient);
        CHECK(result.error().attempts == 3);
        CHECK(f.transport.requests.size() == 3);
    }
    SUBCASE("a cut connection") {
        Fixture f({no_answer(Error::Kind::unavailable, "cut"), answer(200, good)});
        CHECK(f.call());
    }
    SUBCASE("a request that is wrong is not repeated") {
        Fixture f({no_answer(Error::Kind::invalid, "egress_blocked")});
        auto result = f.call();
        REQUIRE_FALSE(result);
        CHECK(result.error().error.code == "egress_blocked");
        CHECK(f.transport.requests.size() == 1);
    }
    SUBCASE("a truncated body is asked for again") {
        Fixture f({answer(200, std::string(good).substr(0, 120)), answer(200, good)});
        CHECK(f.call());
    }
}

TEST_CASE("throttles: eight attempts, waits as asked, tells the budget") {
    SUBCASE("then the error") {
        Fixture f({answer(503, ec2_error("RequestLimitExceeded"))});
        auto result = f.call();
        REQUIRE_FALSE(result);
        CHECK(result.error().error_class == ErrorClass::throttled);
        CHECK(result.error().error.kind == Error::Kind::throttled);
        CHECK(f.transport.requests.size() == 8);
        CHECK(f.observed.throttles == 8);
    }
    SUBCASE("Retry-After is honoured") {
        Fixture f({answer(429, "{}", {{"Retry-After", "7"}, {"x-amzn-RequestId", "r"}}), answer(200, good)});
        CHECK(f.call());
        CHECK(f.clock.slept >= Millis(7000));
    }
    SUBCASE("x-amz-retry-after is in milliseconds") {
        Fixture f({answer(429, "{}", {{"x-amz-retry-after", "1500"}}), answer(200, good)});
        CHECK(f.call());
        CHECK(f.clock.slept >= Millis(1500));
        CHECK(f.clock.slept < Millis(3000));
    }
    SUBCASE("the deadline ends it") {
        Fixture f({answer(429, "{}", {{"Retry-After", "15"}})});
        auto result = f.client->call({.service = "ec2",
                                      .operation = "DescribeInstances",
                                      .region = "eu-west-1",
                                      .deadline = f.clock.steady() + std::chrono::seconds(10)});
        CHECK_FALSE(result);
        CHECK(f.transport.requests.size() == 1);
    }
}

TEST_CASE("the retry quota stops hammering a broken service") {
    RetryQuota quota;
    int taken = 0;
    while (quota.take("eu-west-1", "ec2", RetryQuota::retry_cost)) ++taken;
    CHECK(taken == RetryQuota::capacity / RetryQuota::retry_cost);
    CHECK(quota.take("eu-west-2", "ec2", RetryQuota::retry_cost));
    quota.give_back("eu-west-1", "ec2", RetryQuota::retry_cost);
    CHECK(quota.take("eu-west-1", "ec2", RetryQuota::retry_cost));
    Fixture f({answer(500, "oops")});
    for (int i = 0; i < 60; ++i) CHECK_FALSE(f.call());
    CHECK(f.transport.requests.size() == 60 + 100);
}

TEST_CASE("the delay grows, is capped and never undercuts what the peer asked for") {
    RetryPolicy policy;
    CHECK(retry_delay(policy, Millis(50), 1, 0, 1.0) == Millis(50));
    CHECK(retry_delay(policy, Millis(50), 3, 0, 1.0) == Millis(200));
    CHECK(retry_delay(policy, Millis(1000), 30, 0, 1.0) == policy.longest_wait);
    CHECK(retry_delay(policy, Millis(50), 1, 700, 0.0) == Millis(700));
    CHECK(retry_delay(policy, Millis(50), 1, 900'000, 0.0) == policy.longest_wait);
}

TEST_CASE("denials and unknown refusals are final at once") {
    Fixture f({answer(403, ec2_error("UnauthorizedOperation", "You are not authorized."))});
    auto result = f.call();
    REQUIRE_FALSE(result);
    CHECK(result.error().error_class == ErrorClass::denied);
    CHECK(result.error().error.kind == Error::Kind::denied);
    CHECK(result.error().error.code == "UnauthorizedOperation");
    CHECK(result.error().error.detail.find("ec2.DescribeInstances eu-west-1 request r-2 status 403") == 0);
    CHECK(result.error().aws_message == "You are not authorized.");
    CHECK(f.transport.requests.size() == 1);
    CHECK(f.observed.code == "UnauthorizedOperation");
}

TEST_CASE("a wrong clock is corrected once from the Date header") {
    net::Headers date = {{"Date", "Sun, 22 Nov 2026 11:00:00 GMT"}};
    SUBCASE("and the call succeeds") {
        Fixture f({answer(400, ec2_error("RequestExpired"), date), answer(200, good)});
        CHECK(f.call());
        CHECK(header_of(f.transport.requests[1], "X-Amz-Date") == "20261122T110000Z");
        CHECK(f.call());
        CHECK(header_of(f.transport.requests[2], "X-Amz-Date") == "20261122T110000Z");
    }
    SUBCASE("a refusal that may come of the clock") {
        Fixture f({answer(401, ec2_error("AuthFailure"), date), answer(200, good)});
        CHECK(f.call());
    }
    SUBCASE("twice is an error") {
        Fixture f({answer(403, ec2_error("RequestTimeTooSkewed"), date)});
        auto result = f.call();
        CHECK(result.error().error_class == ErrorClass::clock_skew);
        CHECK(f.transport.requests.size() == 2);
    }
    SUBCASE("a clock that agrees is no excuse") {
        Fixture f(
            {answer(403, ec2_error("RequestTimeTooSkewed"), {{"Date", "Sun, 22 Nov 2026 09:00:30 GMT"}})});
        CHECK_FALSE(f.call());
        CHECK(f.transport.requests.size() == 1);
    }
    SUBCASE("EC2 says the same of a session that has ended: the credentials are renewed once") {
        Fixture f({answer(400, ec2_error("RequestExpired"), {{"Date", "Sun, 22 Nov 2026 09:00:30 GMT"}})});
        CHECK_FALSE(f.call());
        CHECK(f.transport.requests.size() == 2);
        CHECK(header_of(f.transport.requests[1], "Authorization").find("ASIAKEY2/") != std::string::npos);
    }
}

TEST_CASE("expired credentials are renewed once") {
    SUBCASE("and the call is replayed") {
        Fixture f({answer(400, ec2_error("ExpiredToken")), answer(200, good)});
        CHECK(f.call());
        CHECK(header_of(f.transport.requests[1], "Authorization").find("ASIAKEY2/") != std::string::npos);
    }
    SUBCASE("then it is an error") {
        Fixture f({answer(400, ec2_error("ExpiredToken"))});
        auto result = f.call();
        CHECK(result.error().error_class == ErrorClass::expired_credentials);
        CHECK(f.transport.requests.size() == 2);
    }
}

TEST_CASE("a refusal of keys that work elsewhere means the region") {
    Fixture f(
        {answer(401, ec2_error("AuthFailure")), answer(200, good), answer(401, ec2_error("AuthFailure"))});
    CHECK(f.call("eu-west-1").error().error_class == ErrorClass::bad_credentials);
    CHECK(f.call("eu-west-2"));
    CHECK(f.call("me-south-1").error().error_class == ErrorClass::region_disabled);
    CHECK(f.call("eu-west-2").error().error_class == ErrorClass::bad_credentials);
}

TEST_CASE("a name that does not resolve is an absent service only where no table promises it") {
    Fixture f({no_answer(Error::Kind::unavailable, "dns")});
    CHECK(f.call().error().error_class == ErrorClass::transient);
    Fixture g({answer(200, good), no_answer(Error::Kind::unavailable, "dns")});
    CHECK(g.call());
    CHECK(g.call().error().error_class == ErrorClass::transient);
    auto buckets = g.client->call({.service = "s3", .operation = "ListBuckets", .region = "eu-west-1"});
    CHECK(buckets.error().error_class == ErrorClass::service_absent);
}

TEST_CASE("an S3 bucket is followed to its region once") {
    auto acl = answer(
        200, R"(<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><AccessControlList/>)"
             R"(</AccessControlPolicy>)");
    auto moved = answer(301, "<Error><Code>PermanentRedirect</Code></Error>",
                        {{"x-amz-bucket-region", "eu-central-1"}});
    auto input = object({{"Bucket", "my.bucket"}});
    CallSpec spec{.service = "s3", .operation = "GetBucketAcl", .region = "us-east-1", .input = &input};
    SUBCASE("found there") {
        Fixture f({moved, acl});
        CHECK(f.client->call(spec));
        CHECK(f.transport.requests[1].url == "https://s3.eu-central-1.amazonaws.com/my.bucket?acl");
        CHECK(header_of(f.transport.requests[1], "Authorization").find("/eu-central-1/s3/") !=
              std::string::npos);
        CHECK_FALSE(header_of(f.transport.requests[1], "x-amz-content-sha256").empty());
    }
    SUBCASE("sent on again: an error") {
        Fixture f({moved});
        CHECK(f.client->call(spec).error().error_class == ErrorClass::wrong_region);
        CHECK(f.transport.requests.size() == 2);
    }
    SUBCASE("a region that is not one is not followed") {
        Fixture f({answer(301, "<Error><Code>PermanentRedirect</Code></Error>",
                          {{"x-amz-bucket-region", "evil.example/x"}})});
        CHECK(f.client->call(spec).error().error_class == ErrorClass::wrong_region);
        CHECK(f.transport.requests.size() == 1);
    }
}

TEST_CASE("an answer of something else is never an empty list") {
    for (auto body : {"<html><body>Sign in</body></html>", "<!DOCTYPE html><html></html>", "{}",
                      "<DescribeVpcsResponse/>", "<ErrorResponse/>", ""}) {
        Fixture f({answer(200, body)});
        auto result = f.call();
        REQUIRE_FALSE(result);
        CHECK(result.error().error_class == ErrorClass::not_aws);
        CHECK(result.error().error.kind == Error::Kind::unavailable);
    }
}

TEST_CASE("errors never repeat our credentials") {
    Fixture f({answer(403, ec2_error("SignatureDoesNotMatch",
                                     "The signature we calculated does not match. The Canonical String "
                                     "was x-amz-security-token:session-token-value"))});
    auto result = f.call();
    REQUIRE_FALSE(result);
    CHECK(result.error().error_class == ErrorClass::bad_credentials);
    CHECK(describe(result.error().error).find("session-token-value") == std::string::npos);
    Fixture g({answer(400, ec2_error("Odd", "got session-token-value"))});
    auto other = g.call();
    CHECK(describe(other.error().error).find("session-token-value") == std::string::npos);
    CHECK(other.error().aws_message == "got [secret]");
}

TEST_CASE("a stop and an exhausted budget end the call") {
    Fixture f({answer(503, ec2_error("RequestLimitExceeded"))});
    std::stop_source stop;
    stop.request_stop();
    auto result = f.client->call({.service = "ec2",
                                  .operation = "DescribeInstances",
                                  .region = "eu-west-1",
                                  .stop = stop.get_token()});
    CHECK(result.error().error_class == ErrorClass::cancelled);
    CHECK(f.transport.requests.empty());
    f.observed.attempts_allowed = 2;
    CHECK(f.call().error().error_class == ErrorClass::cancelled);
    CHECK(f.transport.requests.size() == 2);
}

TEST_CASE("endpoint overrides keep their path, lose host prefixes and are the operator's") {
    FakeClock clock;
    ScriptedTransport transport({answer(200, R"({"things":[]})")});
    auto model = services();
    ClientOptions options;
    options.endpoints.by_service["restjsons"] = "http://127.0.0.1:5000/base/";
    Client client(transport, clock, model, std::make_shared<CountingSource>(), {"restjsons.GetAccount"},
                  options);
    auto input = object({{"AccountId", "123456789012"}});
    CHECK(client.call(
        {.service = "restjsons", .operation = "GetAccount", .region = "eu-west-1", .input = &input}));
    CHECK(transport.requests[0].url == "http://127.0.0.1:5000/base/account");
    CHECK(transport.requests[0].trust.destination == net::Destination::operator_chosen);
}

TEST_CASE("a host prefix goes before the service's host") {
    Fixture f({answer(200, R"({"things":[]})")});
    auto input = object({{"AccountId", "123456789012"}});
    CHECK(f.client->call(
        {.service = "restjsons", .operation = "GetAccount", .region = "eu-west-1", .input = &input}));
    CHECK(f.transport.requests[0].url == "https://123456789012.restjsons.eu-west-1.amazonaws.com/account");
}

#include "cloud/aws/errors.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <doctest/doctest.h>

#include "base/json.h"
#include "cloud/aws/test_services.h"

using namespace patrol;
using namespace patrol::aws;

namespace {

ServiceError read(const model::Service& service, int status, std::string body, net::Headers headers = {}) {
    return read_error(service, {.status = status, .headers = std::move(headers), .body = std::move(body)});
}

ErrorClass cls(std::string_view service, std::string_view code, int status = 400,
               std::string_view message = "") {
    return classify(service, {.code = std::string(code), .message = std::string(message), .status = status});
}

}  // namespace

TEST_CASE("every wire form of an error is read") {
    auto json = test::json_service();
    auto query = test::query();
    auto ec2 = test::ec2();
    auto s3 = test::s3();
    struct Case {
        const model::Service& service;
        std::string body;
        net::Headers headers;
        std::string code, message, request_id;
    };
    const Case cases[] = {
        {json,
         R"({"__type":"com.amazon.coral#FooException:http://x","message":"m"})",
         {{"x-amzn-RequestId", "r"}},
         "FooException",
         "m",
         "r"},
        {json,
         R"({"message":"m"})",
         {{"x-amzn-ErrorType", "BarException:http://internal.amazon.com/coral/"}},
         "BarException",
         "m",
         ""},
        {json,
         R"({"__type":"x#QueueDoesNotExist","Message":"m"})",
         {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
         "AWS.SimpleQueueService.NonExistentQueue",
         "m",
         ""},
        {json, R"({"code":"Old","errorMessage":"m"})", {}, "Old", "m", ""},
        {json, "", {{"x-amzn-ErrorType", "Empty"}}, "Empty", "", ""},
        {query,
         "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate "
         "exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>",
         {},
         "Throttling",
         "Rate exceeded",
         "r"},
        {ec2,
         "<?xml "
         "version=\"1.0\"?><Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></"
         "Error></Errors><RequestID>r</RequestID></Response>",
         {},
         "UnauthorizedOperation",
         "no",
         "r"},
        {s3,
         "<Error><Code>NoSuchBucket</Code><Message>none</Message><RequestId>r</RequestId></Error>",
         {},
         "NoSuchBucket",
         "none",
         "r"},
    };
    for (const auto& each : cases) {
        auto error = read(each.service, 400, each.body, each.headers);
        CHECK(error.code == each.code);
        CHECK(error.message == each.message);
        CHECK(error.request_id == each.request_id);
        CHECK(error.from_aws);
    }
    CHECK(read(s3, 400, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>")
              .region == "eu-west-1");
    CHECK(read(s3, 301, "", {{"x-amz-bucket-region", "eu-west-2"}}).region == "eu-west-2");
}

TEST_CASE("answers that have no AWS form") {
    auto json = test::json_service();
    for (auto body : {"<html>blocked</html>", "not json", "[]", "", "<a", "\xff\xfe"}) {
        auto error = read(json, 403, body);
        CHECK_FALSE(error.from_aws);
        CHECK(classify("jsons", error) == ErrorClass::not_aws);
        error.status = 502;
        CHECK(classify("jsons", error) == ErrorClass::transient);
        error.status = 429;
        CHECK(classify("jsons", error) == ErrorClass::throttled);
        error.status = 302;
        CHECK(classify("jsons", error) == ErrorClass::not_aws);
    }
    auto noisy = read(json, 400, R"({"__type":"A","message":"one\ntwo\u0007"})");
    CHECK(noisy.message == "one two ");
    CHECK(read(json, 400, R"({"__type":"A","message":")" + std::string(9000, 'x') + "\"}").message.size() ==
          2000);
}

TEST_CASE("waits that the peer asks for are bounded") {
    auto json = test::json_service();
    CHECK(read(json, 429, "{}", {{"Retry-After", "3"}}).retry_after_ms == 3000);
    CHECK(read(json, 429, "{}", {{"x-amz-retry-after", "250"}}).retry_after_ms == 250);
    CHECK(read(json, 429, "{}", {{"Retry-After", "999999999"}}).retry_after_ms == 300'000);
    CHECK(read(json, 429, "{}", {{"Retry-After", "-5"}}).retry_after_ms == 0);
    CHECK(read(json, 429, "{}", {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}).retry_after_ms == 0);
}

TEST_CASE("codes and what they mean") {
    using enum ErrorClass;
    CHECK(cls("ec2", "RequestLimitExceeded", 503) == throttled);
    CHECK(cls("lambda", "TooManyRequestsException", 429) == throttled);
    CHECK(cls("s3", "SlowDown", 503) == throttled);
    CHECK(cls("iam", "LimitExceeded", 409) == other);
    CHECK(cls("x", "InternalServerError", 500) == transient);
    CHECK(cls("x", "AnyThing", 503) == transient);
    CHECK(cls("ec2", "UnauthorizedOperation", 403) == denied);
    CHECK(cls("sns", "AuthorizationError", 403) == denied);
    CHECK(cls("x", "AccessDeniedException", 400,
              "User: x is not authorized to perform: y with an explicit deny in a service control policy") ==
          denied_by_policy);
    CHECK(cls("ec2", "UnauthorizedOperation", 403, "... with an EXPLICIT DENY in a permissions boundary") ==
          denied_by_policy);
    CHECK(cls("macie2", "AccessDeniedException", 403, "Macie is not enabled.") == not_enabled);
    CHECK(cls("macie2", "AccessDeniedException", 403, "not authorized") == denied);
    CHECK(cls("securityhub", "InvalidAccessException", 401) == not_enabled);
    CHECK(cls("organizations", "AWSOrganizationsNotInUseException") == not_enabled);
    CHECK(cls("shield", "ResourceNotFoundException") == not_enabled);
    CHECK(cls("support", "SubscriptionRequiredException") == not_enabled);
    CHECK(cls("lambda", "ResourceNotFoundException", 404) == gone);
    CHECK(cls("ec2", "InvalidInstanceID.NotFound") == gone);
    CHECK(cls("rds", "DBClusterNotFoundFault", 404) == gone);
    CHECK(cls("iam", "NoSuchEntity", 404) == gone);
    CHECK(cls("s3", "ServerSideEncryptionConfigurationNotFoundError", 404) == gone);
    CHECK(cls("x", "", 404) == gone);
    CHECK(cls("x", "", 403) == denied);
    CHECK(cls("ec2", "OptInRequired", 401) == region_disabled);
    CHECK(cls("x", "UnknownOperationException") == service_absent);
    CHECK(cls("x", "InvalidRequestException", 400, "The operation is not available in the current Region.") ==
          service_absent);
    CHECK(cls("x", "InvalidRequestException", 400, "wrong") == other);
    CHECK(cls("ec2", "AuthFailure", 401) == bad_credentials);
    CHECK(cls("sts", "InvalidClientTokenId", 403) == bad_credentials);
    CHECK(cls("sts", "ExpiredTokenException", 403) == expired_credentials);
    CHECK(cls("sts", "SignatureDoesNotMatch", 403) == bad_credentials);
    CHECK(cls("sts", "SignatureDoesNotMatch", 403, "Signature expired: 2015 is now earlier than 2016") ==
          clock_skew);
    CHECK(cls("s3", "RequestTimeTooSkewed", 403) == clock_skew);
    CHECK(cls("s3", "PermanentRedirect", 301) == wrong_region);
    CHECK(cls("x", "ValidationException") == other);
    CHECK(kind_of(denied) == Error::Kind::denied);
    CHECK(kind_of(gone) == Error::Kind::not_found);
}

// The modelled codes were sorted by hand once; the rules must agree with that.
TEST_CASE("every modelled code falls into its class") {
    const char* data = std::getenv("PATROL_SHARED_DATA");
    std::ifstream file(std::string(data != nullptr ? data : "../shared/data") + "/aws/errors_modelled.json");
    if (!file) {
        std::cout << "skipped: errors_modelled.json is not there\n";
        return;
    }
    std::ostringstream text;
    text << file.rdbuf();
    auto codes = parse_json(text.str());
    REQUIRE(codes);
    int checked = 0;
    for (auto [name, expected] :
         {std::pair{"gone", ErrorClass::gone}, std::pair{"throttle", ErrorClass::throttled},
          std::pair{"denied", ErrorClass::denied}})
        for (const auto& entry : find(*codes, name)->get_object())
            for (const auto& service : entry.value().get_array()) {
                auto got = cls(service.as_string().c_str(), std::string(entry.key()));
                // Shield answers so when the account has no subscription.
                if (service.as_string() == "shield" && got == ErrorClass::not_enabled) continue;
                CHECK_MESSAGE(got == expected, std::string(entry.key())
                                                   << " of " << std::string(service.as_string()));
                ++checked;
            }
    CHECK(checked > 150);
}

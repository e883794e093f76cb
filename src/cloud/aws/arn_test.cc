#include "cloud/aws/arn.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::aws;

TEST_CASE("ARNs survive a round trip") {
    for (auto text :
         {"arn:aws:iam::123456789012:role/a/b/Name", "arn:aws:s3:::my-bucket",
          "arn:aws-cn:ec2:cn-north-1:123456789012:instance/i-1", "arn:aws:iam::aws:policy/SecurityAudit",
          "arn:aws:sns:eu-west-1:123456789012:topic:sub", "arn:aws-us-gov:iam::123456789012:user/x",
          "arn:aws:apigateway:eu-west-1::/restapis/a"}) {
        auto arn = parse_arn(text);
        REQUIRE_MESSAGE(arn, text);
        CHECK(to_string(*arn) == text);
    }
}

TEST_CASE("what is no ARN is refused") {
    for (auto text :
         {"", "arn", "arn:aws:iam", "arn:aws:iam::123456789012:", "arn:gcp:iam::123456789012:role/x",
          "arn:aws:IAM::123456789012:role/x", "arn:aws:iam::12345678901:role/x",
          "arn:aws:iam::1234567890123:role/x", "arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/x",
          "arn:aws:iam:EU:123456789012:role/x", "arn:aws:iam::123456789012:role/x\n",
          " arn:aws:iam::123456789012:role/x", "arn:aws::::x"})
        CHECK_FALSE_MESSAGE(parse_arn(text), text);
    CHECK_FALSE(parse_arn("arn:aws:s3:::" + std::string(3000, 'a')));
}

TEST_CASE("role ARNs say what is wrong") {
    auto role = parse_role_arn("arn:aws:iam::123456789012:role/team/x/Patrol");
    REQUIRE(role);
    CHECK(role->account == "123456789012");
    CHECK(role->path == "/team/x/");
    CHECK(role->name == "Patrol");
    CHECK(parse_role_arn("arn:aws:iam::123456789012:role/Patrol")->path == "/");
    auto says = [](std::string_view text) { return parse_role_arn(text, "connection.role_arn").error(); };
    CHECK(says("nonsense").field == "connection.role_arn");
    CHECK(says("arn:aws:sts::123456789012:assumed-role/R/s").message ==
          "This is the ARN of a role's session, not of the role.");
    CHECK(says("arn:aws:iam::123456789012:user/me").message == "This is not the ARN of an IAM role.");
    CHECK(says("arn:aws:iam::aws:role/x").message == "The role's ARN must name an account of 12 digits.");
    CHECK(says("arn:aws:iam:us-east-1:123456789012:role/x").message ==
          "The ARN of an IAM role has no region.");
    CHECK(says("arn:aws:iam::123456789012:role/a b").message ==
          "The role's name is not one that IAM accepts.");
    CHECK(says("arn:aws:iam::123456789012:role/").message == "The role's name is not one that IAM accepts.");
}

TEST_CASE("names that STS accepts") {
    CHECK(is_session_name("patrol-scan_1+=,.@x"));
    for (auto text : {"", "a", "a b", "a/b", "a:b"}) CHECK_FALSE(is_session_name(text));
    CHECK_FALSE(is_session_name(std::string(65, 'a')));
    CHECK(is_external_id("a/b:c-1"));
    for (auto text : {"", "a", "a b", "a\n"}) CHECK_FALSE(is_external_id(text));
    CHECK_FALSE(is_external_id(std::string(1225, 'a')));
    CHECK(to_session_name("scan 1/ü") == "scan-1---");
    CHECK(is_session_name(to_session_name("")));
    CHECK(to_session_name(std::string(100, 'x')).size() == 64);
    CHECK(is_account_id("012345678901"));
    CHECK_FALSE(is_account_id("01234567890a"));
}

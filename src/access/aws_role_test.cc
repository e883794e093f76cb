#include "access/aws_role.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::access;

namespace {
const AwsRole role{.patrol_account_id = "123456789012", .external_id = "patrol-abcdefghijklmnopqrstuvwxyz"};
}

TEST_CASE("the trust policy lets in only Patrol's account with this account's external ID") {
    auto text = json::serialize(trust_policy(role));
    CHECK(text ==
          R"({"Version":"2012-10-17","Statement":[{"Sid":"PatrolReadOnlyAccess","Effect":"Allow",)"
          R"("Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole",)"
          R"("Condition":{"StringEquals":{"sts:ExternalId":"patrol-abcdefghijklmnopqrstuvwxyz"}}}]})");
}

TEST_CASE("a setting narrows the trust to one role, in a way that survives recreating that role") {
    auto narrowed = role;
    narrowed.patrol_role_arn = "arn:aws:iam::123456789012:role/patrol-scanner";
    auto statement = trust_statement(narrowed);
    CHECK(json::serialize(statement.at("Principal")) == R"({"AWS":"arn:aws:iam::123456789012:root"})");
    CHECK(json::serialize(statement.at("Condition").at("ArnEquals")) ==
          R"({"aws:PrincipalArn":"arn:aws:iam::123456789012:role/patrol-scanner"})");
}

TEST_CASE("the managed policies follow the partition") {
    CHECK(managed_policies("aws-us-gov")[1] == "arn:aws-us-gov:iam::aws:policy/job-function/ViewOnlyAccess");
}

TEST_CASE("merging keeps foreign statements and knows when nothing changes") {
    auto same = merge_trust(json::value(trust_policy(role)), role);
    CHECK(same.unchanged);
    CHECK(same.foreign_statements == 0);

    auto foreign =
        *parse_json(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":
        "ec2.amazonaws.com"},"Action":"sts:AssumeRole"}})");
    auto merged = merge_trust(foreign, role);
    CHECK_FALSE(merged.unchanged);
    CHECK(merged.foreign_statements == 1);
    CHECK(merged.policy.at("Statement").as_array().size() == 2);

    auto again = merge_trust(json::value(merged.policy), role);
    CHECK(again.unchanged);
    CHECK(again.foreign_statements == 1);

    auto rotated = role;
    rotated.external_id = "patrol-zzzzzzzzzzzzzzzzzzzzzzzzzz";
    auto replaced = merge_trust(json::value(merged.policy), rotated);
    CHECK_FALSE(replaced.unchanged);
    CHECK(replaced.policy.at("Statement").as_array().size() == 2);
}

TEST_CASE("the command works as pasted") {
    CHECK(connect_command("http://127.0.0.1:8080", "pct_x") == "patrol connect aws --token pct_x");
    CHECK(connect_command("https://patrol.example", "pct_x") ==
          "patrol connect aws --server https://patrol.example --token pct_x");
}

TEST_CASE("role ARNs are checked part by part") {
    auto good = parse_role_arn("arn:aws-cn:iam::111122223333:role/team/PatrolReadOnly");
    REQUIRE(good);
    CHECK(good->account_id == "111122223333");
    CHECK(good->name == "PatrolReadOnly");
    CHECK(good->path_and_name == "team/PatrolReadOnly");

    for (std::string text :
         {"", "PatrolReadOnly", "arn:aws:iam::111122223333:user/bob", "arn:aws:iam::11112222333:role/x",
          "arn:aws:iam::1111222233334:role/x", "arn:aws:sts::111122223333:assumed-role/x/y",
          "arn:aws:iam:us-east-1:111122223333:role/x", "arn:mars:iam::111122223333:role/x",
          "arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:role/x\n",
          "arn:aws:iam::111122223333:role/x%0a ",
          "arn:aws:iam::\xD9\xA1\xD9\xA1\xD9\xA1\xD9\xA1\xD9\xA1\xD9\xA1:role/x", "arn:aws:s3:::bucket"}) {
        CAPTURE(text);
        auto parsed = parse_role_arn(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == Error::Kind::invalid);
        CHECK(parsed.error().field == "auth.role_arn");
    }
    CHECK_FALSE(parse_role_arn("arn:aws:iam::111122223333:role/" + std::string(10'000, 'x')));
}

TEST_CASE("the script is one that bash accepts, and carries the policy whole") {
    auto script = aws_cli_script(role);
    CHECK(script.find("'" + json::serialize(trust_policy(role)) + "'") != std::string::npos);
    CHECK(script.find("{role_name}") == std::string::npos);
    char path[] = "/tmp/patrol-script-XXXXXX";
    int file = mkstemp(path);
    REQUIRE(file >= 0);
    std::ofstream(path) << script;
    CHECK(std::system(("bash -n " + std::string(path)).c_str()) == 0);
    std::remove(path);
}

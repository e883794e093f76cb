#include "cloudsim/policy.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}
const Authorizer& authorizer() {
    static const Authorizer one(all_types());
    return one;
}

constexpr auto administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
constexpr auto audit = "arn:aws:iam::aws:policy/SecurityAudit";
constexpr auto view_only = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";

World world_with(std::vector<std::string> attached, std::map<std::string, json::value> inline_policies = {}) {
    World world;
    Account account{.id = "111122223333"};
    account.roles["reader"] = {
        .name = "Reader", .attached = std::move(attached), .inline_policies = std::move(inline_policies)};
    account.policies["arn:aws:iam::111122223333:policy/Deny"] = {
        .versions = {
            {1, *parse_json(R"({"Statement":{"Effect":"Deny","Action":["ec2:*"],"Resource":"*"}})")}}};
    world.accounts["111122223333"] = std::move(account);
    return world;
}
Principal session() { return {.account_id = "111122223333", .role_name = "Reader"}; }

json::value trust(std::string_view principal, std::string_view condition = "") {
    return *parse_json(
        fmt::format(R"({{"Statement":[{{"Effect":"Allow","Principal":{},"Action":"sts:AssumeRole"{}}}]}})",
                    principal, condition.empty() ? "" : fmt::format(R"(,"Condition":{})", condition)));
}

}  // namespace

TEST_CASE("a role allows what its policies allow, less what any denies") {
    auto allows = [](const World& world, std::string_view action) {
        return authorizer().allows(world, session(), action);
    };
    CHECK(allows(world_with({administrator}), "iam:CreateRole"));
    CHECK_FALSE(allows(world_with({audit, view_only}), "iam:CreateRole"));
    CHECK(allows(world_with({audit}), "ec2:DescribeVpcs"));
    CHECK_FALSE(allows(world_with({}), "ec2:DescribeVpcs"));
    CHECK_FALSE(
        allows(world_with({administrator, "arn:aws:iam::111122223333:policy/Deny"}), "ec2:DescribeVpcs"));
    CHECK(allows(world_with({administrator, "arn:aws:iam::111122223333:policy/Deny"}), "kms:ListKeys"));
    CHECK_FALSE(allows(world_with({"arn:aws:iam::aws:policy/Unheard"}), "ec2:DescribeVpcs"));
}

TEST_CASE("the audit policies do not grant what the catalogue says they lack") {
    std::size_t lacking = 0;
    for (const auto& type : all_types().types())
        for (const auto& action : type.missing) {
            CAPTURE(action);
            CHECK_FALSE(authorizer().allows(world_with({audit, view_only}), session(), action));
            ++lacking;
        }
    CHECK(lacking > 50);
    for (const auto& action :
         {"s3:GetObject", "secretsmanager:GetSecretValue", "kms:Decrypt", "ec2:RunInstances"})
        CHECK_FALSE(authorizer().allows(world_with({audit, view_only}), session(), action));
}

TEST_CASE("inline policies: NotAction, wildcards, conditions fail closed") {
    auto allows = [](std::string_view statement, std::string_view action) {
        auto policy = parse_json(fmt::format(R"({{"Statement":[{}]}})", statement));
        REQUIRE(policy);
        return authorizer().allows(world_with({}, {{"p", *policy}}), session(), action);
    };
    CHECK(allows(R"({"Effect":"Allow","Action":"ec2:Describe*"})", "ec2:DescribeVpcs"));
    CHECK_FALSE(allows(R"({"Effect":"Allow","Action":"ec2:Describe*"})", "ec2:RunInstances"));
    CHECK(allows(R"({"Effect":"Allow","NotAction":["iam:*"]})", "ec2:DescribeVpcs"));
    CHECK_FALSE(allows(R"({"Effect":"Allow","NotAction":["iam:*"]})", "iam:CreateRole"));
    CHECK_FALSE(allows(R"({"Effect":"Allow","Action":"*","Condition":{"Bool":{"aws:Mfa":"true"}}})",
                       "ec2:DescribeVpcs"));
    CHECK_FALSE(
        allows(R"({"Effect":"Allow","Action":"*"},{"Effect":"Deny","Action":"ec2:*"})", "ec2:DescribeVpcs"));
}

TEST_CASE("a session is no more than its role and its session policies both allow") {
    auto world = world_with({administrator});
    auto with = [&](std::vector<std::string> arns, json::value policy, std::string_view action) {
        auto caller = session();
        caller.has_session_policies = true;
        caller.session_policy_arns = std::move(arns);
        caller.session_policy = std::move(policy);
        return authorizer().allows(world, caller, action);
    };
    auto deny = parse_json(R"({"Statement":[{"Effect":"Deny","Action":"ec2:*"}]})").value();
    CHECK(with({audit, view_only}, nullptr, "kms:ListKeys"));
    CHECK_FALSE(with({audit, view_only}, nullptr, "iam:CreateRole"));
    CHECK_FALSE(with({audit}, deny, "ec2:DescribeVpcs"));
    CHECK(with({audit}, deny, "kms:ListKeys"));
    CHECK_FALSE(with({}, deny, "kms:ListKeys"));
    CHECK(with({}, deny, "sts:GetCallerIdentity"));
    // Session policies never add to the role.
    world = world_with({audit});
    CHECK_FALSE(with({administrator}, nullptr, "iam:CreateRole"));
    // A role that is gone allows nothing.
    world.accounts.at("111122223333").roles.clear();
    CHECK_FALSE(with({administrator}, nullptr, "kms:ListKeys"));
}

TEST_CASE("a trust policy lets in whom it names, with the external ID it asks for") {
    Principal patrol{.account_id = "123456789012", .arn = "arn:aws:iam::123456789012:user/patrol"};
    Principal scanner{.account_id = "123456789012",
                      .arn = "arn:aws:sts::123456789012:assumed-role/scan/x",
                      .role_arn = "arn:aws:iam::123456789012:role/scan"};
    Principal other{.account_id = "345678901234", .arn = "arn:aws:iam::345678901234:user/x"};
    auto root = R"({"AWS":"arn:aws:iam::123456789012:root"})";
    auto wants_id = R"({"StringEquals":{"sts:ExternalId":"right"}})";

    CHECK(trusts(trust(root), patrol, ""));
    CHECK(trusts(trust(root, wants_id), patrol, "right"));
    CHECK_FALSE(trusts(trust(root, wants_id), patrol, "wrong"));
    CHECK_FALSE(trusts(trust(root, wants_id), patrol, ""));
    CHECK_FALSE(trusts(trust(root, wants_id), other, "right"));
    CHECK(trusts(trust(R"("*")"), other, ""));
    CHECK_FALSE(trusts(trust(R"({"Service":"ec2.amazonaws.com"})"), patrol, ""));

    auto one_role = R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/scan"}})";
    CHECK(trusts(trust(root, one_role), scanner, ""));
    CHECK_FALSE(trusts(trust(root, one_role), patrol, ""));
    // What the simulator does not know holds for nobody.
    CHECK_FALSE(trusts(trust(root, R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})"), patrol, ""));
    CHECK_FALSE(trusts(trust(root, "5"), patrol, ""));
    CHECK_FALSE(trusts(json::value(), patrol, ""));
}

TEST_CASE("patterns") {
    CHECK(matches_pattern("ec2:Describe*", "EC2:describeVpcs"));
    CHECK(matches_pattern("*", ""));
    CHECK(matches_pattern("a*b*c", "axxbyybzc"));
    CHECK_FALSE(matches_pattern("a*b", "a"));
    CHECK(matches_pattern("s3:Get?bject", "s3:GetObject"));
    CHECK_FALSE(matches_pattern("", "x"));
}

#include "cli/role_plan.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cli;

namespace {

RoleWish wish() {
    return {.role = {.patrol_account_id = "123456789012", .external_id = "patrol-abcdefghijklmnopqrstuvwxyz"},
            .account_id = "210987654321"};
}

RoleState perfect() {
    auto wished = wish();
    return {.role = IamRole{.arn = "arn:aws:iam::210987654321:role/PatrolReadOnly",
                            .name = "PatrolReadOnly",
                            .trust = access::trust_policy(wished.role),
                            .tags = {{"patrol:managed", "true"}}},
            .attached = access::managed_policies("aws")};
}

std::vector<std::string> operations(const std::vector<PlannedCall>& calls) {
    std::vector<std::string> out;
    for (const auto& call : calls) out.push_back(call.operation);
    return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a new account gets the role and both policies") {
    auto calls = plan_role({}, wish());
    CHECK(operations(calls) == Names{"CreateRole", "AttachRolePolicy", "AttachRolePolicy"});
    CHECK(json::serialize(calls[0].input).find("patrol:managed") != std::string::npos);
}

TEST_CASE("a second run has nothing to do") { CHECK(plan_role(perfect(), wish()).empty()); }

TEST_CASE("what is missing is mended, and only that") {
    auto state = perfect();
    state.attached.pop_back();
    CHECK(operations(plan_role(state, wish())) == Names{"AttachRolePolicy"});
    state = perfect();
    state.role->tags.clear();
    CHECK(operations(plan_role(state, wish())) == Names{"TagRole"});
}

TEST_CASE("foreign trust statements are kept only when asked for") {
    auto state = perfect();
    state.role->trust.as_object()["Statement"].as_array().push_back(
        {{"Effect", "Allow"},
         {"Principal", {{"Service", "ec2.amazonaws.com"}}},
         {"Action", "sts:AssumeRole"}});
    CHECK(foreign_statements(state, wish()) == 1);
    auto dropped = plan_role(state, wish());
    REQUIRE(operations(dropped) == Names{"UpdateAssumeRolePolicy"});
    CHECK(json::serialize(dropped[0].input).find("ec2.amazonaws.com") == std::string::npos);
    auto keeping = wish();
    keeping.foreign = ForeignTrust::keep;
    CHECK(plan_role(state, keeping).empty());
}

TEST_CASE("--extended makes, updates and rotates the managed policy") {
    auto extended = wish();
    extended.extra_policy = json::object{{"Version", "2012-10-17"}};
    CHECK(operations(plan_role(perfect(), extended)) == Names{"CreatePolicy", "AttachRolePolicy"});
    auto state = perfect();
    state.extra_policy = json::object{{"Version", "2008-10-17"}};
    state.attached.push_back("arn:aws:iam::210987654321:policy/PatrolReadOnlyExtra");
    CHECK(operations(plan_role(state, extended)) == Names{"CreatePolicyVersion"});
    state.old_extra_versions = {"v1", "v2", "v3", "v4"};
    CHECK(operations(plan_role(state, extended)) == Names{"DeletePolicyVersion", "CreatePolicyVersion"});
}

TEST_CASE("--verify names exactly what is wrong") {
    CHECK(find_faults(perfect(), wish()).empty());
    CHECK(find_faults({}, wish()).size() == 1);
    auto state = perfect();
    auto other = wish();
    other.role.external_id = "patrol-zzzzzzzzzzzzzzzzzzzzzzzzzz";
    CHECK(find_faults(state, other).front().find("external ID") != std::string::npos);
    other.role.patrol_account_id = "999999999999";
    CHECK(find_faults(state, other).front().find("999999999999") != std::string::npos);
    state.attached.push_back("arn:aws:iam::aws:policy/AdministratorAccess");
    CHECK(find_faults(state, wish()).front().find("AdministratorAccess") != std::string::npos);
    state = perfect();
    state.attached.clear();
    CHECK(find_faults(state, wish()).size() == 2);
}

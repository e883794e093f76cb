#include "api/authorize.h"

#include <doctest/doctest.h>

#include "crypto/random.h"

namespace patrol::api {
namespace {

using model::CustomerScope;
using model::Role;
using model::TokenScope;

Caller somebody(Role role, CustomerScope customers = {}) {
    return {.kind = Caller::Kind::session, .role = role, .customers = std::move(customers)};
}

std::string refusal(const Caller& caller, std::string_view action, const Object& object) {
    const auto decision = authorize(caller, action, object);
    if (decision) return "";
    CHECK(decision.error().kind == Error::Kind::denied);
    return decision.error().code;
}

}  // namespace

TEST_CASE("a role may do what it and lower ones may") {
    constexpr std::array ranks{Access::viewer, Access::operator_, Access::admin, Access::owner};
    constexpr std::array roles{Role::viewer, Role::operator_, Role::admin, Role::owner};
    for (std::size_t have = 0; have < roles.size(); ++have)
        for (std::size_t need = 0; need < ranks.size(); ++need)
            CHECK(refusal(somebody(roles.at(have)), "", {.access = ranks.at(need)}).empty() ==
                  (have >= need));
}

TEST_CASE("the platform is for its owner, who sees all customers") {
    Caller owner = somebody(Role::owner);
    CHECK(refusal(owner, "tenant.create", {.access = Access::platform_owner}) == "platform_owner_only");
    owner.platform_owner = true;
    CHECK(refusal(owner, "tenant.create", {.access = Access::platform_owner}).empty());
    owner.customers = CustomerScope::only({crypto::new_id<CustomerId>()});
    CHECK(refusal(owner, "tenant.create", {.access = Access::platform_owner}) == "platform_owner_only");
}

TEST_CASE("nobody reaches a person above himself, in role or in customers") {
    const auto a = crypto::new_id<CustomerId>(), b = crypto::new_id<CustomerId>();
    model::User person{.role = Role::admin};
    const Object object{.access = Access::admin, .person = &person};
    CHECK(refusal(somebody(Role::admin), "user.update", object).empty());
    CHECK(refusal(somebody(Role::owner), "user.update", object).empty());
    person.role = Role::owner;
    CHECK(refusal(somebody(Role::admin), "user.update", object) == "role");
    CHECK(refusal(somebody(Role::owner), "user.update", object).empty());
    person.platform_owner = true;
    CHECK(refusal(somebody(Role::owner), "user.update", object) == "platform_owner_only");
    person = {.role = Role::viewer};
    const auto only_a = somebody(Role::admin, CustomerScope::only({a}));
    CHECK(refusal(only_a, "user.update", object) == "role");
    person.customers = CustomerScope::only({a, b});
    CHECK(refusal(only_a, "user.update", object) == "role");
    person.customers = CustomerScope::only({a});
    CHECK(refusal(only_a, "user.update", object).empty());
}

TEST_CASE("every action has the scope that its noun says, and admin where none does") {
    CHECK(scope_of("") == TokenScope::read);
    CHECK(scope_of(not_recorded) == TokenScope::read);
    CHECK(scope_of("journal.export") == TokenScope::read);
    CHECK(scope_of("scan.start") == TokenScope::scan);
    CHECK(scope_of("cloud-account.test") == TokenScope::scan);
    CHECK(scope_of("cloud-account.update") == TokenScope::admin);
    for (const std::string_view action : {"baseline.accept", "change-set.reject", "change.snooze",
                                          "drift-group.accept", "rule.create", "settling.skip"})
        CHECK(scope_of(action) == TokenScope::review);
    CHECK(scope_of("deployment.create") == TokenScope::deploy);
    CHECK(scope_of("deployment-hook.create") == TokenScope::admin);
    CHECK(scope_of("something.new") == TokenScope::admin);
    // What an operator may do, a token can be made for without `admin`.
    for (const Route& route : routes())
        if (route.access == Access::operator_) CHECK(scope_of(route.action) != TokenScope::admin);
}

TEST_CASE("the scopes of a token narrow its role and never widen it") {
    Caller caller = somebody(Role::operator_);
    caller.kind = Caller::Kind::api_token;
    caller.api_token = model::ApiToken{.scopes = std::vector{TokenScope::scan}};
    CHECK(refusal(caller, "scan.start", {.access = Access::operator_}).empty());
    CHECK(refusal(caller, "", {}) == "scope");
    CHECK(refusal(caller, "change.accept", {.access = Access::operator_}) == "scope");
    caller.api_token->scopes = std::vector{TokenScope::admin};
    CHECK(refusal(caller, "customer.create", {.access = Access::admin}) == "role");
    caller.api_token->scopes = std::vector<TokenScope>();
    CHECK(refusal(caller, "", {}) == "scope");
    caller.api_token->scopes = std::nullopt;
    CHECK(refusal(caller, "change.accept", {.access = Access::operator_}).empty());
}

}  // namespace patrol::api

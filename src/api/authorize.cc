#include "api/authorize.h"

#include <algorithm>
#include <array>

namespace patrol::api {
namespace {

struct ScopeRule {
    std::string_view start;  // of the action
    model::TokenScope scope;
};
// The first that fits. What is not named here takes the scope `admin`.
constexpr std::array scope_rules{ScopeRule{"scan.", model::TokenScope::scan},
                                 ScopeRule{"cloud-account.test", model::TokenScope::scan},
                                 ScopeRule{"baseline.", model::TokenScope::review},
                                 ScopeRule{"settling.", model::TokenScope::review},
                                 ScopeRule{"change-set.", model::TokenScope::review},
                                 ScopeRule{"change.", model::TokenScope::review},
                                 ScopeRule{"drift-group.", model::TokenScope::review},
                                 ScopeRule{"rule.", model::TokenScope::review},
                                 ScopeRule{"deployment.", model::TokenScope::deploy}};

model::Role role_of(Access access) {
    switch (access) {
        case Access::owner:
        case Access::platform_owner:
            return model::Role::owner;
        case Access::admin:
            return model::Role::admin;
        case Access::operator_:
            return model::Role::operator_;
        default:
            return model::Role::viewer;
    }
}

Failure denied(std::string message, std::string hint, std::string code) {
    return fail(Error{.kind = Error::Kind::denied,
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .code = std::move(code)});
}

Failure role_too_low() {
    return denied("Your role does not allow this.", "Ask an owner or administrator of your organisation.",
                  "role");
}

Result<void> check_platform(const Caller& caller) {
    if (caller.platform_owner && caller.customers.is_all()) return {};
    return denied("Only the owner of the platform may do this.", "", "platform_owner_only");
}

Result<void> check_scope(const Caller& caller, std::string_view action) {
    if (!caller.api_token || !caller.api_token->scopes) return {};
    const model::TokenScope needed = scope_of(action);
    if (std::ranges::find(*caller.api_token->scopes, needed) != caller.api_token->scopes->end()) return {};
    return denied("This token was not made for this.",
                  "Use one that has the scope \"" + std::string(model::to_string(needed)) + "\".", "scope");
}

Result<void> check_person(const Caller& caller, const model::User& person) {
    if (!has_role(caller.role, person.role) || !caller.customers.covers(person.customers))
        return role_too_low();
    if (person.platform_owner) return check_platform(caller);
    return {};
}

}  // namespace

model::TokenScope scope_of(std::string_view action) {
    if (action.empty() || action == not_recorded || action.ends_with(".export"))
        return model::TokenScope::read;
    const auto rule = std::ranges::find_if(
        scope_rules, [&](const ScopeRule& each) { return action.starts_with(each.start); });
    return rule == scope_rules.end() ? model::TokenScope::admin : rule->scope;
}

Result<void> authorize(const Caller& caller, std::string_view action, const Object& object) {
    if (!has_role(caller.role, role_of(object.access))) return role_too_low();
    if (object.access == Access::platform_owner) TRY(check_platform(caller));
    TRY(check_scope(caller, action));
    if (object.person != nullptr) TRY(check_person(caller, *object.person));
    return {};
}

}  // namespace patrol::api

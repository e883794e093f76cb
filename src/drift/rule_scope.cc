#include "drift/rule_scope.h"

#include <algorithm>

#include "drift/policy_reach.h"

namespace patrol::drift {

std::optional<ScopedRule> ScopedRule::compile(const model::Rule& rule) {
    ScopedRule out;
    out.rule_ = rule;
    const auto& scope = rule.scope;
    if (!scope.path.empty()) {
        auto path = PathPattern::parse(scope.path);
        if (!path) return {};
        out.path_ = std::move(*path);
    }
    for (const auto* text : {&scope.type, &scope.resource_id, &scope.native_id, &scope.tag, &scope.region,
                             &scope.path, &scope.actor_class})
        out.narrowness_ += text->empty() ? 0 : 1;
    out.narrowness_ += int(scope.customer_id.has_value()) + int(scope.account_id.has_value()) +
                       int(scope.environment.has_value());
    return out;
}

bool has_tag(const model::Labels& tags, std::string_view wanted) {
    const auto equals = wanted.find('=');
    const auto key = wanted.substr(0, equals);
    const auto value = equals == std::string_view::npos ? std::string_view("*") : wanted.substr(equals + 1);
    return std::ranges::any_of(
        tags, [&](const auto& tag) { return glob(key, tag.first) && glob(value, tag.second); });
}

bool ScopedRule::fits(const Subject& subject) const {
    const auto& scope = rule_.scope;
    if (!scope.type.empty() && !glob(scope.type, subject.type)) return false;
    if (!scope.resource_id.empty() && scope.resource_id != subject.resource.str()) return false;
    if (!scope.native_id.empty() && !glob(scope.native_id, subject.native_id)) return false;
    if (!scope.region.empty() && scope.region != subject.region) return false;
    if (scope.account_id && *scope.account_id != subject.account) return false;
    if (scope.customer_id && scope.customer_id != subject.customer) return false;
    if (scope.environment && scope.environment != subject.environment) return false;
    if (!scope.actor_class.empty() && scope.actor_class != subject.actor_class) return false;
    return scope.tag.empty() || (subject.tags != nullptr && has_tag(*subject.tags, scope.tag));
}

}  // namespace patrol::drift

#include "catalogue/resource_type.h"

#include <algorithm>
#include <array>

namespace patrol::catalogue {
namespace {

constexpr std::array<std::string_view, category_count> categories = {
    "analytics", "compute",    "container", "cost", "database", "devtools", "iam",    "integration",
    "iot",       "management", "migration", "ml",   "network",  "security", "storage"};
constexpr std::array<std::string_view, 3> scopes = {"regional", "global", "global_list_regional_children"};
constexpr std::array<std::string_view, 3> grants = {"full", "list", "none"};

template <class Enum, std::size_t size>
std::optional<Enum> named(const std::array<std::string_view, size>& names, std::string_view text) {
    auto at = std::ranges::find(names, text);
    if (at == names.end()) return {};
    return static_cast<Enum>(at - names.begin());
}

const Argument* of_kind(const Call& call, Expression::Kind kind) {
    for (const auto& argument : call.arguments)
        if (argument.value.kind == kind) return &argument;
    return nullptr;
}

}  // namespace

std::string_view to_string(Category category) { return categories.at(static_cast<std::size_t>(category)); }
std::string_view to_string(Scope scope) { return scopes.at(static_cast<std::size_t>(scope)); }
std::string_view to_string(Granted granted) { return grants.at(static_cast<std::size_t>(granted)); }
std::optional<Category> category_from(std::string_view text) { return named<Category>(categories, text); }
std::optional<Scope> scope_from(std::string_view text) { return named<Scope>(scopes, text); }
std::optional<Granted> granted_from(std::string_view text) { return named<Granted>(grants, text); }

const Argument* Call::each() const { return of_kind(*this, Expression::Kind::each); }
const Argument* Call::batch() const { return of_kind(*this, Expression::Kind::batch); }

std::vector<std::string> ResourceType::iam_actions() const {
    std::vector<std::string> out = list.iam_actions;
    auto add = [&](const Call& call) {
        out.insert(out.end(), call.iam_actions.begin(), call.iam_actions.end());
    };
    if (detail) add(*detail);
    for (const auto& child : children) add(child.call);
    std::ranges::sort(out);
    auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
}

const ChildCall* ResourceType::child(std::string_view key) const {
    for (const auto& each : children)
        if (each.key == key) return &each;
    return nullptr;
}

}  // namespace patrol::catalogue

#include "secrets/confinement.h"

#include <algorithm>

#include "net/transport.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view placeholder = "{tenant}";
constexpr std::size_t prefix_chars_max = 100;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-';
}

bool starts_with_any_case(std::string_view text, std::string_view start) {
    return text.size() > start.size() && net::equal_without_case(text.substr(0, start.size()), start);
}

}  // namespace

Result<void> Confinement::check_prefix(std::string_view prefix) {
    if (prefix.empty()) return {};
    std::string rest(prefix);
    const auto at = rest.find(placeholder);
    if (at != std::string::npos) rest.replace(at, placeholder.size(), "x");
    const bool fits = at != std::string::npos && prefix.size() <= prefix_chars_max && rest.ends_with('/') &&
                      !rest.starts_with('/') && rest.find("//") == std::string::npos &&
                      std::ranges::all_of(rest, is_plain);
    if (fits) return {};
    return invalid(
        "--secrets-prefix",
        "The setting --secrets-prefix must be a path that holds {tenant} once and ends with a slash.",
        fmt::format("The default is {}", default_prefix));
}

std::string Confinement::prefix_of(const TenantId& tenant, Form form) const {
    if (form == Form::variable) return fmt::format("PATROL_SECRET_{}_", tenant.str());
    std::string text = prefix_;
    if (const auto at = text.find(placeholder); at != std::string::npos)
        text.replace(at, placeholder.size(), tenant.str());
    if (form == Form::dashed) std::ranges::replace_if(text, [](char c) { return c == '/' || c == '_'; }, '-');
    return text;
}

Result<bool> Confinement::is_confined(const TenantId& tenant) const {
    return is_confined_ ? is_confined_(tenant) : Result<bool>(false);
}

Result<void> Confinement::check(const TenantId& tenant, std::string_view name, Form form) const {
    if (!TRY(is_confined(tenant))) return {};
    if (prefix_.empty() && form != Form::variable)
        return invalid("ref", "This server keeps no place in its secret managers for your organisation.",
                       "Whoever runs the server sets PATROL_SECRETS_PREFIX, or use a sealed secret.");
    const std::string prefix = prefix_of(tenant, form);
    const bool inside = form == Form::dashed ? starts_with_any_case(name, prefix)
                                             : name.size() > prefix.size() && name.starts_with(prefix);
    if (inside) return {};
    return invalid("ref", fmt::format("Your organisation's secrets have names that begin with {}.", prefix),
                   "Other places belong to somebody else.");
}

}  // namespace patrol::secrets

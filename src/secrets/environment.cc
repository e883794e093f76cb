#include <algorithm>
#include <cstdlib>

#include "secrets/secret_manager.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view prefix = "PATROL_SECRET_";
constexpr std::size_t name_bytes_max = 200;

}  // namespace

Result<void> EnvironmentManager::check(const TenantId& tenant, std::string_view ref) const {
    const bool clean = std::ranges::all_of(ref, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (clean && ref.starts_with(prefix) && ref.size() > prefix.size() && ref.size() <= name_bytes_max)
        return confinement_.check(tenant, ref, Confinement::Form::variable);
    return invalid("ref", "Only environment variables whose names begin with PATROL_SECRET_ can be used.");
}

Result<crypto::Secret> EnvironmentManager::resolve(const TenantId& tenant, std::string_view ref) const {
    TRY(check(tenant, ref));
    if (const auto* taken = variables_.find(ref)) return crypto::Secret(taken->expose());
    const char* value = std::getenv(std::string(ref).c_str());
    if (value != nullptr && *value != '\0') return crypto::Secret(value);
    return fail(Error{.kind = Error::Kind::not_found,
                      .message = "The server has no environment variable " + std::string(ref) + ".",
                      .hint = "Set it for the server's process and restart it."});
}

}  // namespace patrol::secrets

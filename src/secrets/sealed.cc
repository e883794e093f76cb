#include "secrets/secret_manager.h"

namespace patrol::secrets {

Result<void> SealedManager::check(const TenantId& tenant, std::string_view ref) const {
    TRY(resolve(tenant, ref));
    return {};
}

Result<crypto::Secret> SealedManager::resolve(const TenantId& tenant, std::string_view ref) const {
    auto value = values_.open(tenant, ref);
    if (value || value.error().kind != Error::Kind::not_found) return value;
    return fail(Error{.kind = Error::Kind::not_found,
                      .message = "There is no stored secret with this id or name.",
                      .hint = "Create it in Settings, Secrets first."});
}

}  // namespace patrol::secrets

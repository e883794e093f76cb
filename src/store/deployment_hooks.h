// The hooks by which tools report deployments. A hook is found by the hash of the token in its address;
// its secret is kept sealed where the tool signs with it, and as a hash where the tool shows it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/deployment.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

// What is kept to know the sender again. One of the two secrets is there.
struct HookKeys {
    std::string token_hash;
    std::optional<std::string> secret_hash;
    std::optional<std::string> sealed_secret;  // the seal's place names the hook's id
};

class DeploymentHooks {
public:
    DeploymentHooks(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // `hook.id` must be given. Kind::conflict "hook_exists" for a name that the tenant has already,
    // "too_many_hooks" beyond limits::hooks_per_tenant; Kind::invalid as Deployments::create.
    Result<model::DeploymentHook> create(const TenantId& tenant, model::DeploymentHook hook,
                                         const HookKeys& keys, Timestamp now);
    // Sort: name (own order), created_at, last_used_at. Filter fields: id, name, kind.
    Result<Page<model::DeploymentHook>> list(const TenantId& tenant, const PageRequest& request);
    // Its deployments stay.
    Result<void> remove(const TenantId& tenant, const DeploymentHookId& hook);

    struct Found {
        TenantId tenant;
        model::DeploymentHook hook;
        HookKeys keys;
    };
    // Of all tenants; Kind::not_found.
    Result<Found> by_token_hash(std::string_view token_hash);
    Result<void> note_use(const TenantId& tenant, const DeploymentHookId& hook, Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

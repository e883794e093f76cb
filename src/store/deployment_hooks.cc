#include "store/deployment_hooks.h"

#include <array>

#include "base/limits.h"
#include "store/deployment_scope.h"
#include "store/json_columns.h"
#include "store/list_page.h"

namespace patrol::store {

namespace {

using model::DeploymentHook;

constexpr std::string_view hook_columns =
    "h.id, h.name, h.kind, h.customer_id, h.accounts, h.regions, h.tags, h.principal, h.scan_after, "
    "h.created_by, h.created_at, h.last_used_at";
constexpr int hook_column_count = 12;

constexpr std::array hook_sorts{SortColumn{"name", "h.name"},
                                SortColumn{"created_at", "h.created_at", SortKind::integer},
                                SortColumn{"last_used_at", "h.last_used_at", SortKind::integer}};
constexpr std::array hook_fields{FilterField{"id", FieldKind::text, "h.id"},
                                 FilterField{"name", FieldKind::text, "h.name"},
                                 FilterField{"kind", FieldKind::text, "h.kind"}};
constexpr std::array<std::string_view, 1> hook_words{"h.name"};

Failure no_hook() { return fail(Error::Kind::not_found, "There is no such hook."); }

Result<DeploymentHook> read_hook(const Statement& row) {
    return DeploymentHook{
        .id = row.id<DeploymentHookId>(0),
        .name = row.text(1),
        .kind = model::parse_deployment_source(row.view(2)).value_or(model::DeploymentSource::generic),
        .scope = TRY(read_scope(row, 3)),
        .scan_after = row.truth(8),
        .created_by = row.text(9),
        .created_at = row.time(10),
        .last_used_at = row.time(11)};
}

std::optional<Blob> blob(const std::optional<std::string>& bytes) {
    return bytes ? std::optional(Blob{*bytes}) : std::nullopt;
}

std::optional<std::string> bytes_or_null(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
}

}  // namespace

Result<DeploymentHook> DeploymentHooks::create(const TenantId& tenant, DeploymentHook hook,
                                               const HookKeys& keys, Timestamp now) {
    hook.created_at = now;
    auto done = database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(check_scope(tx, tenant, hook.scope));
        const auto count = TRY(tx.integer("SELECT COUNT(*) FROM deployment_hook WHERE tenant = ?1", tenant));
        if (count.value_or(0) >= static_cast<std::int64_t>(limits::hooks_per_tenant))
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "There are too many hooks.",
                              .hint = "Delete those that are not used any more.",
                              .code = "too_many_hooks"});
        TRY(tx.run(
            "INSERT INTO deployment_hook(id, tenant, name, kind, customer_id, accounts, regions, tags, "
            "principal, scan_after, token_hash, secret_hash, sealed_secret, created_by, created_at, "
            "last_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0)",
            hook.id, tenant, hook.name, model::to_string(hook.kind), hook.scope.customer,
            accounts_text(hook.scope.accounts), strings_text(hook.scope.regions),
            labels_text(hook.scope.tags), hook.scope.principal, hook.scan_after, Blob{keys.token_hash},
            blob(keys.secret_hash), blob(keys.sealed_secret), hook.created_by, now));
        return {};
    });
    if (done) return hook;
    if (!is_unique_violation(done.error())) return Failure(std::move(done).error());
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is a hook with this name already.",
                      .field = "name",
                      .code = "hook_exists"});
}

Result<Page<DeploymentHook>> DeploymentHooks::list(const TenantId& tenant, const PageRequest& request) {
    const ListShape shape{.name = "deployment_hooks",
                          .columns = hook_columns,
                          .from = "deployment_hook h",
                          .where = "h.tenant = ?1",
                          .values = {tenant.str()},
                          .id_column = "h.id",
                          .sorts = hook_sorts,
                          .fields = hook_fields,
                          .words = hook_words};
    return list_page<DeploymentHook>(database_, cursors_, tenant, shape, request, read_hook);
}

Result<void> DeploymentHooks::remove(const TenantId& tenant, const DeploymentHookId& hook) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        if (TRY(tx.run("DELETE FROM deployment_hook WHERE tenant = ?1 AND id = ?2", tenant, hook)) == 0)
            return no_hook();
        return {};
    });
}

Result<DeploymentHooks::Found> DeploymentHooks::by_token_hash(std::string_view token_hash) {
    return database_.platform().read([&](Transaction& tx) -> Result<Found> {
        static const std::string sql =
            "SELECT " + std::string(hook_columns) +
            ", h.tenant, h.secret_hash, h.sealed_secret FROM deployment_hook h WHERE h.token_hash = ?1";
        auto row = TRY(tx.query(sql, Blob{token_hash}));
        if (!TRY(row.step())) return no_hook();
        return Found{.tenant = row.id<TenantId>(hook_column_count),
                     .hook = TRY(read_hook(row)),
                     .keys = {.token_hash = std::string(token_hash),
                              .secret_hash = bytes_or_null(row, hook_column_count + 1),
                              .sealed_secret = bytes_or_null(row, hook_column_count + 2)}};
    });
}

Result<void> DeploymentHooks::note_use(const TenantId& tenant, const DeploymentHookId& hook, Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(tx.run("UPDATE deployment_hook SET last_used_at = ?3 WHERE tenant = ?1 AND id = ?2", tenant, hook,
                   now));
        return {};
    });
}

}  // namespace patrol::store

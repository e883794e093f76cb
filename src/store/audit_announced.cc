// Acts that have begun: what store::Audit keeps of them until their entry is written.
#include "store/audit.h"

namespace patrol::store {
namespace {

struct Announced {
    TenantId tenant;
    AuditEntry entry;
};

constexpr std::string_view announced_columns =
    "trace_id, tenant, at, actor_kind, actor_id, actor_name, address, action, object_kind, object_id, "
    "object_name";

Announced read_announced(const Statement& row) {
    return {.tenant = row.id<TenantId>(1),
            .entry = {.at = row.time(2),
                      .actor = {model::parse_actor_kind(row.view(3)).value_or(model::ActorKind::system),
                                row.text(4), row.text(5)},
                      .address = row.text(6),
                      .action = row.text(7),
                      .object = {row.text(8), row.text(9), row.text(10)},
                      .outcome = model::AuditOutcome::unknown,
                      .reason = "interrupted",
                      .trace_id = row.text(0)}};
}

}  // namespace

Result<void> Audit::announce(const TenantId& tenant, AuditEntry entry) {
    tame(entry);
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(
            tx.run("INSERT INTO audit_announced(trace_id, tenant, at, actor_kind, actor_id, actor_name, "
                   "address, action, object_kind, object_id, object_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                   "?7, ?8, ?9, ?10, ?11)",
                   entry.trace_id, tenant, entry.at, model::to_string(entry.actor.kind), entry.actor.id,
                   entry.actor.name, entry.address, entry.action, entry.object.kind, entry.object.id,
                   entry.object.name));
        return {};
    });
}

Result<std::int64_t> Audit::withdraw(Transaction& tx, const TenantId& tenant, std::string_view trace_id) {
    return tx.run("DELETE FROM audit_announced WHERE tenant = ?1 AND trace_id = ?2", tenant, trace_id);
}

Result<void> Audit::withdraw(const TenantId& tenant, std::string_view trace_id) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(withdraw(tx, tenant, trace_id));
        return {};
    });
}

Result<AuditHead> Audit::append_announced(const TenantId& tenant, const AuditEntry& entry) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<AuditHead> {
        TRY(withdraw(tx, tenant, entry.trace_id));
        return append(tx, tenant, entry);
    });
}

Result<std::int64_t> Audit::settle_announced(Timestamp before) {
    const auto left = TRY(database_.platform().read([&](Transaction& tx) -> Result<std::vector<Announced>> {
        std::vector<Announced> found;
        auto row = TRY(tx.query("SELECT " + std::string(announced_columns) +
                                    " FROM audit_announced WHERE at < ?1 ORDER BY at, trace_id",
                                before));
        while (TRY(row.step())) found.push_back(read_announced(row));
        return found;
    }));
    std::int64_t settled = 0;
    for (const auto& [tenant, entry] : left)
        settled += TRY(database_.write(tenant, [&](Transaction& tx) -> Result<std::int64_t> {
            // It may have ended meanwhile.
            if (TRY(withdraw(tx, tenant, entry.trace_id)) == 0) return 0;
            TRY(append(tx, tenant, entry));
            return 1;
        }));
    return settled;
}

}  // namespace patrol::store

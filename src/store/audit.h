// The audit log: for each tenant a chain of entries, each hashed together with the one before it under a key
// that only the server has (h_i = BLAKE2b-256(key, h_{i-1} | entry), key derived from the tenant's own). A
// changed, swapped, inserted or deleted row is found by verify(). Who can write to the database can still cut
// off the newest entries and set the head back: that is found by a head that was noted elsewhere, which is
// why heads go to the server's log every hour. Rows are never updated or deleted; triggers refuse it.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/hash.h"
#include "model/audit.h"
#include "model/ids.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

using model::AuditEntry;

// The place that a chain has come to. seq 0: no entry yet.
struct AuditHead {
    std::int64_t seq = 0;
    crypto::Hash hash{};

    // "17:9f86d081…", as the log, the API and `patrol audit verify --head` write it.
    [[nodiscard]] std::string text() const;
    // nullopt for text that is none.
    static std::optional<AuditHead> parse(std::string_view text);
    bool operator==(const AuditHead&) const = default;
};

struct AuditReport {
    // What is wrong with the first bad entry: "changed" (its content is not what was written), "missing"
    // (it is not there, though the chain went on or had come that far), "head" (it is not the entry that
    // the given or the kept head names).
    struct Bad {
        std::int64_t seq = 0;
        std::string reason;
    };
    std::int64_t entries = 0;  // that hold
    std::optional<Bad> first_bad;
    AuditHead head;  // the last one that holds
    [[nodiscard]] bool ok() const { return !first_bad; }
};

class Audit {
public:
    // The key of a tenant's chain, from the tenant's sealed key. Set once, before the first entry.
    using KeySource = std::function<Result<crypto::Key>(const TenantId&, std::string_view sealed_key)>;

    Audit(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}
    void use_keys(KeySource source) { source_ = std::move(source); }

    // In the transaction of what it records. `entry` needs no seq; texts that are too long are cut. Holds the
    // tenant's chain until the transaction ends: append last. Kind::internal for an action that is not in
    // the list and for settings larger than limits::audit_settings_bytes.
    Result<AuditHead> append(Transaction& transaction, const TenantId& tenant, AuditEntry entry);
    Result<AuditHead> append(const TenantId& tenant, const AuditEntry& entry);

    // An act and its entry are often transactions of their own: what is about to be done is announced before,
    // by its trace_id, and the entry takes the announcement away with it. One that is left when the server
    // ended in between becomes an entry of outcome `unknown`, so that nothing is done without a trace.
    Result<void> announce(const TenantId& tenant, AuditEntry entry);
    Result<AuditHead> append_announced(const TenantId& tenant, const AuditEntry& entry);
    // Nothing was done.
    Result<void> withdraw(const TenantId& tenant, std::string_view trace_id);
    // What was announced before then and has no entry; answers how many.
    Result<std::int64_t> settle_announced(Timestamp before);

    // Newest first. Sort: time. Filter fields: actor (name or id), actor_kind, action, object (name or id),
    // object_kind, outcome, reason, address, time, trace_id.
    Result<Page<AuditEntry>> list(const TenantId& tenant, const PageRequest& request);
    // Reads the whole chain; compares with `known`, a head from earlier, where given.
    Result<AuditReport> verify(const TenantId& tenant, const std::optional<AuditHead>& known = {});
    Result<AuditHead> head(const TenantId& tenant);
    // Every chain's head into the server's log.
    void log_heads();

    // The tenant of the platform owner, where attempts of nobody known are kept; empty before the first run.
    Result<std::optional<TenantId>> platform_tenant();

private:
    Result<crypto::Key> key_of(Transaction& transaction, const TenantId& tenant);
    static Result<std::int64_t> withdraw(Transaction& transaction, const TenantId& tenant,
                                         std::string_view trace_id);
    // Texts that are too long are cut.
    static void tame(AuditEntry& entry);

    Database& database_;
    const Cursors& cursors_;
    KeySource source_;
    std::mutex mutex_;
    std::map<TenantId, crypto::Key> keys_;
};

}  // namespace patrol::store

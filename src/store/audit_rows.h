// Rows of the audit log: their columns, and the bytes of an entry that its hash covers. Internal to the
// store.
#pragma once

#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "model/audit.h"
#include "model/ids.h"
#include "store/sql.h"

namespace patrol::store {

constexpr std::string_view audit_columns =
    "e.seq, e.at, e.actor_kind, e.actor_id, e.actor_name, e.address, e.action, e.object_kind, e.object_id, "
    "e.object_name, e.outcome, e.reason, e.note, e.before, e.after, e.trace_id";

// Columns 0 to 15 of `audit_columns`.
Result<model::AuditEntry> read_audit_entry(const Statement& row);
// The same columns as one text in which no two rows are alike: each value with its length before it.
std::string audit_row_bytes(const TenantId& tenant, const Statement& row);
// What audit_row_bytes() will say of the row once it is written.
std::string audit_entry_bytes(const TenantId& tenant, const model::AuditEntry& entry);

// The start of a tenant's chain, and its next link.
crypto::Hash audit_start(const crypto::Key& key, const TenantId& tenant);
crypto::Hash audit_link(const crypto::Key& key, const crypto::Hash& before, std::string_view row);

}  // namespace patrol::store

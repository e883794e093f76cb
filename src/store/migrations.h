// The schema, step by step. Steps are only ever added; a released step never changes. The table
// schema_version holds one row a step; a database with a step that this program does not know is of a
// later version and is refused.
#pragma once

#include <span>
#include <string_view>

#include "store/sql.h"

namespace patrol::store {

struct Migration {
    int version;
    std::string_view name;
    std::string_view sql;  // with the tokens of store/sql.h
    // What the dialects have not in common (triggers), run after `sql`.
    std::string_view sqlite = {}, postgres = {};
};

std::span<const Migration> migrations();

extern const std::string_view migration_core;
// Tables of the inventory (migration_inventory.cc); they refer to an account by cloud_account.number.
extern const std::string_view migration_inventory;
extern const std::string_view migration_notifications;
extern const std::string_view migration_deployments;
extern const std::string_view migration_drift;
extern const std::string_view migration_rules;
extern const std::string_view migration_scope;
extern const std::string_view migration_oidc;
extern const std::string_view migration_trust;
extern const std::string_view migration_audit, migration_audit_sqlite, migration_audit_postgres;
extern const std::string_view migration_settling;
extern const std::string_view migration_drift_value;
extern const std::string_view migration_history;
extern const std::string_view migration_people;
extern const std::string_view migration_collectors;
extern const std::string_view migration_blocks;
extern const std::string_view migration_active;
// Deletes at most `limit` rows of the account's inventory; the number deleted, 0 when none is left.
Result<std::int64_t> erase_inventory(Transaction& transaction, std::int64_t account_number,
                                     std::int64_t limit);

// Brings the database up to date; each step is one transaction, safe from many processes at once.
// Kind::conflict "newer_schema".
Result<void> migrate(Database& database);
// Reads only. 0 for an empty database.
Result<int> schema_version(Database& database);

}  // namespace patrol::store

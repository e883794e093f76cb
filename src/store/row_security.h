// The second wall between tenants, on PostgreSQL: row-level security, forced also upon the tables' owner.
// Every table that has a column `tenant` (and `tenant` itself) shows and takes only rows of the tenant that
// the transaction named (SET LOCAL app.tenant, by Database::read and write), or all of them to the
// platform's door (app.platform, Database::platform). A transaction that names neither sees no row. SQL that
// forgot its own condition, or was given a foreign id, finds nothing.
// The inventory's and drift's tables have no such column: their keys begin with an account's number, which
// only a row of cloud_account tells. A superuser or a role with BYPASSRLS passes through the wall.
#pragma once

#include <optional>
#include <string>

#include "store/sql.h"

namespace patrol::store {

// After migrations: puts the wall before tables that have none yet. Safe from many processes at once;
// nothing to do on SQLite.
Result<void> secure_rows(Database& database);

// Why the wall does not hold for the role that is connected; nullopt where it does, and on SQLite.
struct WallGap {
    std::string role;
    std::string why, fix;  // sentences
};
Result<std::optional<WallGap>> row_security_gap(Database& database);

}  // namespace patrol::store

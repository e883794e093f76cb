// The second wall between tenants, on PostgreSQL: row-level security, forced also upon the tables' owner.
// Every table but the schema's own shows and takes only rows of the tenant that the transaction named
// (SET LOCAL app.tenant, by Database::read and write), or all of them to the platform's door (app.platform,
// Database::platform). A transaction that names neither sees no row. SQL that forgot its own condition, or
// was given a foreign id, finds nothing. Whose a row is:
//   a column `tenant`            says it itself (of the table `tenant`, its id)
//   a number `account`           the account's row in cloud_account: the inventory and drift
//   deployment_delivery          its hook's row
//   word                         nobody's: texts that all tenants share, for whoever names one
//   setting                      the platform's
// A new table of another form fails the test until it says here whose its rows are. A superuser or a role
// with BYPASSRLS passes through the wall.
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

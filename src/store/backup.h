// A copy of the whole database as one file, made while the server runs, and the way back. SQLite only:
// for PostgreSQL both answer Kind::invalid with the hint to use pg_dump and pg_restore. The master key
// is never part of a backup.
#pragma once

#include <filesystem>

#include "store/store.h"

namespace patrol::store {

// Kind::conflict when `file` exists. The copy is checked before this returns.
Result<void> backup(const StoreOptions& options, const std::filesystem::path& file);

// Before a migration: a copy beside the database, named by the schema it has and the time
// ("patrol.db.schema-0002-20261122T090000Z"). Of such copies the newest three are kept.
Result<std::filesystem::path> backup_before_migration(const std::filesystem::path& database, int schema,
                                                      Timestamp now);
inline constexpr std::size_t migration_backups_kept = 3;

enum class Replace { no, yes };
// The server must not run. The file is checked first (integrity, schema version: Kind::invalid says
// what is wrong) and then put in place in one rename. Kind::conflict where a database exists, unless
// Replace::yes; the replaced one is kept beside it as "….before-restore".
Result<void> restore(const StoreOptions& options, const std::filesystem::path& file,
                     Replace replace = Replace::no);

}  // namespace patrol::store

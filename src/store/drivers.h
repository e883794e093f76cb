// The two drivers behind store/sql.h.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/sql.h"

namespace patrol::store {

struct SqliteOptions {
    std::filesystem::path file;
    int readers = 8;
};
// Makes the file (0600) when it is not there. Kind::invalid "network_disk" on a network file system:
// its locks do not hold what SQLite needs.
Result<std::unique_ptr<Database>> open_sqlite(const SqliteOptions& options);

struct PostgresOptions {
    std::string url;  // postgresql://…, as libpq reads it
    int connections = 8;
};
// Connects once, so that a wrong address is said at the start: Kind::unavailable "database_down".
Result<std::unique_ptr<Database>> open_postgres(const PostgresOptions& options);

}  // namespace patrol::store

// Of the scans of an account at most one runs and one is queued: one index says both, so that a scan which
// changes from one to the other rewrites one page less.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_active = R"sql(
DROP INDEX scan_one_running;
DROP INDEX scan_one_queued;
CREATE UNIQUE INDEX scan_active ON scan(account, state) WHERE state IN ('queued', 'running');
)sql";

}  // namespace patrol::store

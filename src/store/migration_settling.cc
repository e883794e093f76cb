// Settling before a first baseline: at most one row per account, the last one stays.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_settling = R"sql(
CREATE TABLE settling (
    account {text} NOT NULL PRIMARY KEY REFERENCES cloud_account(id) ON DELETE CASCADE,
    tenant {text} NOT NULL,
    state {text} NOT NULL,
    snapshots {int64} NOT NULL,
    pause_ms {int64} NOT NULL,
    first_seq {int64} NOT NULL,
    started_by {text} NOT NULL,
    started_at {int64} NOT NULL,
    ended_at {int64} NOT NULL
);
CREATE INDEX settling_running ON settling(started_at) WHERE state = 'running';
)sql";

}  // namespace patrol::store

// The tenants' rules for changes, and what they did with the built-in noise classes (builtin = 1: the id is
// the class's name). A scope is JSON: its members are never asked for in SQL.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_rules = R"sql(
CREATE TABLE drift_rule (
    tenant {text} NOT NULL,
    id {text} NOT NULL,
    builtin {int64} NOT NULL,
    name {text} NOT NULL,
    action {text} NOT NULL,
    severity {int64} NOT NULL,
    type {text} NOT NULL,
    scope {text} NOT NULL,
    reason {text} NOT NULL,
    owner {text} NOT NULL,
    expires_at {int64} NOT NULL,
    enabled {int64} NOT NULL,
    hits {int64} NOT NULL,
    last_hit_at {int64} NOT NULL,
    created_at {int64} NOT NULL,
    updated_at {int64} NOT NULL,
    revision {int64} NOT NULL,
    PRIMARY KEY (tenant, id)
) {without_rowid};
)sql";

}  // namespace patrol::store

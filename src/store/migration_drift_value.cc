// drift_change.value_key: the version since which the change shows its value. after_key moves on with what
// moves by itself beside it (a group's size beside its bounds); who made the value is looked for where it
// began.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_drift_value = R"sql(
ALTER TABLE drift_change ADD COLUMN value_key {int64} NOT NULL DEFAULT 0;
UPDATE drift_change SET value_key = after_key;
)sql";

}  // namespace patrol::store

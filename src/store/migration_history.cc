// What each scan saw change, for questions about a time (the preview of rules): one line a resource and
// snapshot, without documents. op: model::ChangeOp; region: a word; paths: those shown, one a line.
// inventory.history_seq: up to which snapshot lines are written. An account that has many snapshots already
// gets lines of the newest ones, a few at the end of each scan.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_history = R"sql(
CREATE TABLE version_change (
    account {int64} NOT NULL,
    seq {int64} NOT NULL,
    res {int64} NOT NULL,
    slice {int64} NOT NULL,
    op {int64} NOT NULL,
    region {int64} NOT NULL,
    paths {text} NOT NULL,
    PRIMARY KEY (account, seq, res)
) {without_rowid};
ALTER TABLE inventory ADD COLUMN history_seq {int64} NOT NULL DEFAULT 0;
UPDATE inventory SET history_seq = CASE WHEN newest_seq > 360 THEN newest_seq - 360 ELSE 0 END;
)sql";

}  // namespace patrol::store

// The audit log: one chain of entries for each tenant. Entries refer to nothing, so that they outlive what
// they tell about, and the database itself refuses to change or delete one.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_audit = R"sql(
CREATE TABLE audit_entry (
  tenant      {text} NOT NULL,
  seq         {int64} NOT NULL, -- 1, 2, 3 … without a gap
  at          {int64} NOT NULL,
  actor_kind  {text} NOT NULL,
  actor_id    {text} NOT NULL,
  actor_name  {text} NOT NULL,
  address     {text} NOT NULL,
  action      {text} NOT NULL,
  object_kind {text} NOT NULL,
  object_id   {text} NOT NULL,
  object_name {text} NOT NULL,
  outcome     {text} NOT NULL,
  reason      {text} NOT NULL,
  note        {text} NOT NULL,
  before      {text} NOT NULL, -- JSON object
  after       {text} NOT NULL, -- JSON object
  trace_id    {text} NOT NULL,
  hash        {blob} NOT NULL, -- over the hash before it and all columns above
  PRIMARY KEY (tenant, seq)
) {without_rowid};

-- The newest entry of each chain; whoever appends holds this row.
CREATE TABLE audit_head (
  tenant {text} NOT NULL PRIMARY KEY,
  seq    {int64} NOT NULL,
  hash   {blob} NOT NULL
);
)sql";

const std::string_view migration_audit_sqlite = R"sql(
CREATE TRIGGER audit_entry_is_not_changed BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- INSERT OR REPLACE deletes without a trigger for deletions.
CREATE TRIGGER audit_entry_is_not_replaced BEFORE INSERT ON audit_entry
WHEN EXISTS (SELECT 1 FROM audit_entry e WHERE e.tenant = NEW.tenant AND e.seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entry_is_not_deleted BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
)sql";

const std::string_view migration_audit_postgres = R"sql(
CREATE FUNCTION audit_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''the audit log is append-only''; END';
CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_kept();
)sql";

}  // namespace patrol::store

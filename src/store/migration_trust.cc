// Acts that have begun, until their entry in the audit log is written; whether a tenant asks everybody for a
// second factor; which sessions an identity provider vouched for; and an index for row-level security.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_trust = R"sql(
CREATE TABLE audit_announced (
  trace_id    {text} NOT NULL PRIMARY KEY,
  tenant      {text} NOT NULL,
  at          {int64} NOT NULL,
  actor_kind  {text} NOT NULL,
  actor_id    {text} NOT NULL,
  actor_name  {text} NOT NULL,
  address     {text} NOT NULL,
  action      {text} NOT NULL,
  object_kind {text} NOT NULL,
  object_id   {text} NOT NULL,
  object_name {text} NOT NULL
);

-- The accounts of a tenant by number alone: row-level security reads them with every statement.
CREATE INDEX cloud_account_number ON cloud_account(tenant, number);

ALTER TABLE tenant ADD COLUMN require_second_factor {int64} NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN by_provider {int64} NOT NULL DEFAULT 0;
)sql";

}  // namespace patrol::store

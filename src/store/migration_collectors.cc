// Collectors, each with its newest enrolment token.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_collectors = R"sql(
CREATE TABLE collector (
  id               {text} NOT NULL PRIMARY KEY,
  tenant           {text} NOT NULL,
  name             {text} NOT NULL,
  customer_id      {text} REFERENCES customer(id),
  public_key       {blob} NOT NULL,
  version          {text} NOT NULL,
  protocol         {int64} NOT NULL,
  host             {text} NOT NULL,
  os               {text} NOT NULL,
  arch             {text} NOT NULL,
  created_at       {int64} NOT NULL,
  enrolled_at      {int64} NOT NULL,
  last_seen_at     {int64} NOT NULL,
  revoked_at       {int64} NOT NULL,
  clock_skew_ms    {int64} NOT NULL,
  revision         {int64} NOT NULL,
  token_hash       {blob} NOT NULL UNIQUE,
  token_expires_at {int64} NOT NULL,
  token_used_at    {int64} NOT NULL,
  UNIQUE (tenant, name)
);
CREATE INDEX collector_customer ON collector(customer_id);
CREATE INDEX cloud_account_collector ON cloud_account(collector_id);
CREATE INDEX job_elsewhere ON job(place) WHERE place <> 'server';
)sql";

}  // namespace patrol::store

// The tables of deployments: runs and planned windows, the hooks that report them, and the deliveries
// of hooks that were taken already.
//   hook, run_key    the run of a hook by its tool's own name, so that its events meet in one row.
//   secret_hash      where the sender shows the secret itself; sealed_secret where it signs with it.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_deployments = R"sql(
CREATE TABLE deployment (
  id          {text} NOT NULL PRIMARY KEY,
  tenant      {text} NOT NULL,
  name        {text} NOT NULL,
  source      {text} NOT NULL,
  state       {text} NOT NULL,
  customer_id {text},
  accounts    {text} NOT NULL,
  regions     {text} NOT NULL,
  tags        {text} NOT NULL,
  principal   {text} NOT NULL,
  commit_id   {text} NOT NULL,
  url         {text} NOT NULL,
  reason      {text} NOT NULL,
  started_at  {int64} NOT NULL,
  ended_at    {int64} NOT NULL,
  planned_end {int64} NOT NULL,
  exit_code   {int64},
  hook        {text} NOT NULL,
  run_key     {text} NOT NULL,
  created_by  {text} NOT NULL,
  created_at  {int64} NOT NULL,
  updated_at  {int64} NOT NULL
);
CREATE INDEX deployment_started ON deployment(tenant, started_at, id);
CREATE INDEX deployment_open ON deployment(started_at) WHERE state = 'open';
CREATE UNIQUE INDEX deployment_run ON deployment(hook, run_key) WHERE hook <> '';

CREATE TABLE deployment_hook (
  id            {text} NOT NULL PRIMARY KEY,
  tenant        {text} NOT NULL,
  name          {text} NOT NULL,
  kind          {text} NOT NULL,
  customer_id   {text},
  accounts      {text} NOT NULL,
  regions       {text} NOT NULL,
  tags          {text} NOT NULL,
  principal     {text} NOT NULL,
  scan_after    {int64} NOT NULL,
  token_hash    {blob} NOT NULL UNIQUE,
  secret_hash   {blob},
  sealed_secret {blob},
  created_by    {text} NOT NULL,
  created_at    {int64} NOT NULL,
  last_used_at  {int64} NOT NULL,
  UNIQUE (tenant, name)
);

CREATE TABLE deployment_delivery (
  hook        {text} NOT NULL REFERENCES deployment_hook(id) ON DELETE CASCADE,
  delivery    {text} NOT NULL,
  deployment  {text} NOT NULL,
  received_at {int64} NOT NULL,
  PRIMARY KEY (hook, delivery)
) {without_rowid};
CREATE INDEX deployment_delivery_age ON deployment_delivery(received_at);
)sql";

}  // namespace patrol::store

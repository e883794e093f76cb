// The tables of everything but the inventory.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_core = R"sql(
CREATE TABLE setting (
  name  {text} NOT NULL PRIMARY KEY,
  value {blob} NOT NULL
);

CREATE TABLE tenant (
  id         {text} NOT NULL PRIMARY KEY,
  name       {text} NOT NULL,
  sealed_key {blob} NOT NULL,
  served_at  {int64} NOT NULL DEFAULT 0, -- when a job of it was last claimed: the queue's fairness
  created_at {int64} NOT NULL
);

CREATE TABLE tenant_user (
  id             {text} NOT NULL PRIMARY KEY,
  tenant         {text} NOT NULL REFERENCES tenant(id),
  email          {text} NOT NULL UNIQUE,
  name           {text} NOT NULL,
  password_hash  {text} NOT NULL,
  role           {text} NOT NULL,
  platform_owner {int64} NOT NULL,
  disabled       {int64} NOT NULL,
  created_at     {int64} NOT NULL
);
CREATE INDEX tenant_user_tenant ON tenant_user(tenant, id);

CREATE TABLE session (
  id           {text} NOT NULL PRIMARY KEY,
  tenant       {text} NOT NULL,
  user_id      {text} NOT NULL REFERENCES tenant_user(id) ON DELETE CASCADE,
  token_hash   {blob} NOT NULL UNIQUE,
  csrf_token   {text} NOT NULL,
  created_at   {int64} NOT NULL,
  last_seen_at {int64} NOT NULL,
  expires_at   {int64} NOT NULL
);
CREATE INDEX session_of_user ON session(user_id);

CREATE TABLE api_token (
  id           {text} NOT NULL PRIMARY KEY,
  tenant       {text} NOT NULL,
  user_id      {text} NOT NULL REFERENCES tenant_user(id) ON DELETE CASCADE,
  name         {text} NOT NULL,
  token_hash   {blob} NOT NULL UNIQUE,
  hint         {text} NOT NULL,
  role         {text} NOT NULL,
  created_at   {int64} NOT NULL,
  expires_at   {int64} NOT NULL,
  last_used_at {int64} NOT NULL,
  revoked_at   {int64} NOT NULL
);
CREATE INDEX api_token_tenant ON api_token(tenant, created_at, id);
CREATE INDEX api_token_of_user ON api_token(user_id);

CREATE TABLE customer (
  id         {text} NOT NULL PRIMARY KEY,
  tenant     {text} NOT NULL,
  name       {text} NOT NULL,
  labels     {text} NOT NULL,
  notes      {text} NOT NULL,
  created_at {int64} NOT NULL,
  updated_at {int64} NOT NULL,
  revision   {int64} NOT NULL,
  UNIQUE (tenant, name)
);

-- A removed account has tenant '' until its inventory is gone: no tenant's query can meet it.
CREATE TABLE cloud_account (
  number            {serial},
  id                {text} NOT NULL UNIQUE,
  tenant            {text} NOT NULL,
  name              {text} NOT NULL,
  provider          {text} NOT NULL,
  customer_id       {text} REFERENCES customer(id),
  environment       {text} NOT NULL,
  labels            {text} NOT NULL,
  owner             {text} NOT NULL,
  mode              {text} NOT NULL,
  collector_id      {text},
  auth              {text} NOT NULL,
  external_id       {text} NOT NULL,
  regions           {text} NOT NULL,
  auto_scan         {int64} NOT NULL,
  auto_scan_wanted  {int64} NOT NULL,
  auto_scan_hours   {int64} NOT NULL,
  endpoint_url      {text} NOT NULL,
  native_account_id {text} NOT NULL,
  status            {text} NOT NULL,
  status_reason     {text} NOT NULL,
  last_scan_id      {text},
  last_scan_at      {int64} NOT NULL,
  next_scan_at      {int64} NOT NULL,
  resources         {int64} NOT NULL,
  created_at        {int64} NOT NULL,
  updated_at        {int64} NOT NULL,
  revision          {int64} NOT NULL
);
CREATE INDEX cloud_account_name ON cloud_account(tenant, name, id);
CREATE INDEX cloud_account_customer ON cloud_account(customer_id);
CREATE INDEX cloud_account_due ON cloud_account(next_scan_at) WHERE auto_scan = 1;
CREATE UNIQUE INDEX cloud_account_native ON cloud_account(tenant, provider, native_account_id)
  WHERE native_account_id <> '' AND tenant <> '';

CREATE TABLE connect_token (
  id             {text} NOT NULL PRIMARY KEY,
  tenant         {text} NOT NULL,
  account        {text} NOT NULL REFERENCES cloud_account(id) ON DELETE CASCADE,
  token_hash     {blob} NOT NULL UNIQUE,
  created_at     {int64} NOT NULL,
  expires_at     {int64} NOT NULL,
  exchange_nonce {text} NOT NULL,
  exchanged_at   {int64} NOT NULL,
  used_at        {int64} NOT NULL,
  revoked_at     {int64} NOT NULL,
  trial_state    {text} NOT NULL,
  trial_detail   {text} NOT NULL
);
CREATE INDEX connect_token_account ON connect_token(account);

CREATE TABLE secret (
  id           {text} NOT NULL PRIMARY KEY,
  tenant       {text} NOT NULL,
  name         {text} NOT NULL,
  manager      {text} NOT NULL,
  ref          {text} NOT NULL,
  sealed       {blob},
  created_at   {int64} NOT NULL,
  updated_at   {int64} NOT NULL,
  last_used_at {int64} NOT NULL,
  UNIQUE (tenant, name)
);

CREATE TABLE scan (
  id               {text} NOT NULL PRIMARY KEY,
  tenant           {text} NOT NULL,
  account          {text} NOT NULL,
  state            {text} NOT NULL,
  cause            {text} NOT NULL, -- manual, schedule …: the trigger, which is a word of SQL
  deployment_id    {text},
  scope            {text} NOT NULL,
  counts           {text} NOT NULL,
  error_message    {text} NOT NULL,
  error_hint       {text} NOT NULL,
  snapshot_id      {text},
  requested_by     {text} NOT NULL,
  fence            {int64} NOT NULL,
  cancel_requested {int64} NOT NULL,
  created_at       {int64} NOT NULL,
  started_at       {int64} NOT NULL,
  finished_at      {int64} NOT NULL
);
CREATE INDEX scan_created ON scan(tenant, created_at, id);
CREATE INDEX scan_account ON scan(account, created_at, id);
CREATE UNIQUE INDEX scan_one_running ON scan(account) WHERE state = 'running';
CREATE UNIQUE INDEX scan_one_queued ON scan(account) WHERE state = 'queued';

CREATE TABLE job (
  number      {serial},
  id          {text} NOT NULL UNIQUE,
  tenant      {text} NOT NULL,
  account     {text} NOT NULL,
  scan_id     {text},
  kind        {text} NOT NULL,
  lane        {int64} NOT NULL,
  place       {text} NOT NULL,
  payload     {text} NOT NULL,
  state       {text} NOT NULL, -- ready, running, dead
  attempts    {int64} NOT NULL,
  fence       {int64} NOT NULL,
  worker      {text} NOT NULL,
  run_at      {int64} NOT NULL,
  lease_until {int64} NOT NULL,
  error       {text} NOT NULL,
  created_at  {int64} NOT NULL
);
CREATE INDEX job_ready ON job(tenant, place, lane, run_at, number) WHERE state = 'ready';
CREATE INDEX job_running ON job(lease_until) WHERE state = 'running';
CREATE INDEX job_account ON job(account);
CREATE UNIQUE INDEX job_one_scan ON job(account) WHERE state = 'running' AND kind = 'scan';
)sql";

}  // namespace patrol::store

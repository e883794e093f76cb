// The tables of notifications: notices, where they go, and how far they came.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_notifications = R"sql(
CREATE TABLE notification_channel (
  id              {text} NOT NULL PRIMARY KEY,
  tenant          {text} NOT NULL,
  name            {text} NOT NULL,
  kind            {text} NOT NULL,
  target          {text} NOT NULL, -- JSON: addresses and references of secrets
  enabled         {int64} NOT NULL,
  failures        {int64} NOT NULL, -- in a row
  hold_until      {int64} NOT NULL, -- not used before: one sender at a time, and a pause after a failure
  last_success_at {int64} NOT NULL,
  last_failure_at {int64} NOT NULL,
  last_error      {text} NOT NULL,
  created_at      {int64} NOT NULL,
  updated_at      {int64} NOT NULL,
  revision        {int64} NOT NULL,
  UNIQUE (tenant, name)
);

CREATE TABLE notification_route (
  id           {text} NOT NULL PRIMARY KEY,
  tenant       {text} NOT NULL,
  channel      {text} NOT NULL REFERENCES notification_channel(id) ON DELETE CASCADE,
  kinds        {text} NOT NULL, -- JSON array; [] is every kind but the digest
  min_severity {int64} NOT NULL,
  customer     {text} REFERENCES customer(id) ON DELETE CASCADE,
  digest_hour  {int64} NOT NULL,
  digest_done  {int64} NOT NULL, -- digests due up to here were written
  enabled      {int64} NOT NULL,
  created_at   {int64} NOT NULL,
  updated_at   {int64} NOT NULL,
  revision     {int64} NOT NULL
);
CREATE INDEX notification_route_tenant ON notification_route(tenant, created_at, id);
CREATE INDEX notification_route_channel ON notification_route(channel);
CREATE INDEX notification_route_customer ON notification_route(customer);

CREATE TABLE notice (
  id         {text} NOT NULL PRIMARY KEY,
  tenant     {text} NOT NULL,
  kind       {text} NOT NULL,
  severity   {int64} NOT NULL, -- 0 info … 4 critical
  account    {text},
  customer   {text},
  change_set {text},
  channel    {text},
  title      {text} NOT NULL,
  facts      {text} NOT NULL, -- JSON object
  dedupe     {text} NOT NULL,
  created_at {int64} NOT NULL,
  routed_at  {int64} NOT NULL, -- 0: its deliveries are not written yet
  UNIQUE (tenant, dedupe)
);
CREATE INDEX notice_unrouted ON notice(created_at, id) WHERE routed_at = 0;
CREATE INDEX notice_created ON notice(created_at);

CREATE TABLE notification_delivery (
  id          {text} NOT NULL PRIMARY KEY,
  tenant      {text} NOT NULL,
  notice      {text} NOT NULL REFERENCES notice(id) ON DELETE CASCADE,
  channel     {text} NOT NULL REFERENCES notification_channel(id) ON DELETE CASCADE,
  state       {text} NOT NULL, -- pending, sent, dead
  attempts    {int64} NOT NULL, -- since it was made or sent again by hand
  fence       {int64} NOT NULL, -- grows with every attempt: a late end of an earlier one changes nothing
  next_at     {int64} NOT NULL, -- of the next attempt; while one runs, when it is taken for lost
  give_up_at  {int64} NOT NULL,
  error       {text} NOT NULL,
  created_at  {int64} NOT NULL,
  finished_at {int64} NOT NULL,
  UNIQUE (notice, channel)
);
CREATE INDEX notification_delivery_due ON notification_delivery(next_at, id) WHERE state = 'pending';
CREATE INDEX notification_delivery_created ON notification_delivery(tenant, created_at, id);
CREATE INDEX notification_delivery_channel ON notification_delivery(channel, state);

-- What the watch over accounts has told and not yet called over.
CREATE TABLE watch_episode (
  tenant    {text} NOT NULL,
  account   {text} NOT NULL,
  kind      {text} NOT NULL,
  opened_at {int64} NOT NULL,
  PRIMARY KEY (account, kind)
);

CREATE INDEX scan_by_day ON scan(tenant, created_at, state);
)sql";

}  // namespace patrol::store

// How people come in and stay in: one-time links, second factors, what a session was made with, and what a
// token was made for.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_people = R"sql(
ALTER TABLE tenant_user ADD COLUMN mfa {int64} NOT NULL DEFAULT 0;
ALTER TABLE tenant_user ADD COLUMN last_sign_in_at {int64} NOT NULL DEFAULT 0;
ALTER TABLE tenant_user ADD COLUMN revision {int64} NOT NULL DEFAULT 1;
ALTER TABLE session ADD COLUMN address {text} NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN user_agent {text} NOT NULL DEFAULT '';
ALTER TABLE api_token ADD COLUMN scopes {text}; -- JSON list, NULL: all that the role may do

CREATE TABLE one_time_link (
  tenant     {text} NOT NULL,
  user_id    {text} NOT NULL REFERENCES tenant_user(id) ON DELETE CASCADE,
  purpose    {text} NOT NULL,
  token_hash {blob} NOT NULL UNIQUE,
  expires_at {int64} NOT NULL,
  PRIMARY KEY (user_id, purpose)
) {without_rowid};

CREATE TABLE second_factor (
  tenant        {text} NOT NULL,
  user_id       {text} NOT NULL PRIMARY KEY REFERENCES tenant_user(id) ON DELETE CASCADE,
  sealed_secret {blob} NOT NULL,
  confirmed     {int64} NOT NULL,
  last_step     {int64} NOT NULL -- of the last code that was taken
);

CREATE TABLE recovery_code (
  tenant    {text} NOT NULL,
  user_id   {text} NOT NULL REFERENCES tenant_user(id) ON DELETE CASCADE,
  code_hash {blob} NOT NULL,
  PRIMARY KEY (user_id, code_hash)
) {without_rowid};
)sql";

}  // namespace patrol::store

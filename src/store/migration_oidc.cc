// Who signs in with an identity provider.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_oidc = R"sql(
CREATE TABLE user_identity (
  issuer    {text} NOT NULL,
  subject   {text} NOT NULL,
  tenant    {text} NOT NULL,
  user_id   {text} NOT NULL REFERENCES tenant_user(id) ON DELETE CASCADE,
  linked_at {int64} NOT NULL,
  PRIMARY KEY (issuer, subject),
  UNIQUE (user_id, issuer)
);
)sql";

}  // namespace patrol::store

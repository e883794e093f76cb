// Which customers a user and a token see: a JSON list of ids, NULL is all.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_scope = R"sql(
ALTER TABLE tenant_user ADD COLUMN customers {text};
ALTER TABLE api_token ADD COLUMN customers {text};
)sql";

}  // namespace patrol::store

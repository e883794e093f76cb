// The document of one resource by its key, as the newest snapshot knows it; of one that is gone, as it was
// last. For rules that ask for a neighbour of the resource at hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/ids.h"
#include "model/scan.h"
#include "store/sql.h"

namespace patrol::store {

// Nullopt where the account never had such a resource.
Result<std::optional<std::string>> newest_document(Database& database, const TenantId& tenant,
                                                   const AccountId& account, const model::SliceKey& slice,
                                                   std::string_view native_id);

}  // namespace patrol::store

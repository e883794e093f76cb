// Moves an account's open and snoozed changes to the deployments that explain them, and away from those that
// do not: after a deployment was recorded late or changed, and after the audit log named who did it.
#pragma once

#include "store/store.h"

namespace patrol::scan {

// How many changes moved.
Result<std::int64_t> reconsider(store::Store& store, const TenantId& tenant, const AccountId& account,
                                Timestamp now);

}  // namespace patrol::scan

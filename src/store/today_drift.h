// Open drift as Today shows it: one item for each cause, in one account or in many. Internal to today.cc.
#pragma once

#include "store/today.h"

namespace patrol::store {

// Adds the limits::today_items worst groups of unexplained changes. How many more there are.
Result<std::int64_t> read_drift(Transaction& transaction, const TenantId& tenant, const TodayFilter& filter,
                                model::Today& today);

// SQL over "cloud_account a": whether it has unexplained changes that nobody has decided on.
extern const std::string_view has_open_drift;

}  // namespace patrol::store

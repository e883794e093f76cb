// Notes what the newest snapshots changed (store/change_history.h), so that a rule can be tried on the time
// before it. What built-in classes or rules of the tenant hide is left out: another rule has it.
#pragma once

#include "scan/drift_update.h"

namespace patrol::scan {

// At most limits::history_steps snapshots at once: an account with a long past catches up scan by scan.
// Answers how many changes were noted.
Result<std::size_t> update_history(const DriftRoom& room, const TenantId& tenant, const AccountId& account);

}  // namespace patrol::scan

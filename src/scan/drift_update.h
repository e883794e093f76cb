// Drift after a scan, a new baseline or an undone decision: compares the accepted state with the newest
// snapshot, judges what differs and keeps it as changes. Safe beside people who decide: when one was
// faster it looks again. Events go to the topic "drift".
#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "scan/event_hub.h"
#include "store/decisions.h"
#include "store/drift.h"
#include "store/store.h"

namespace patrol::scan {

struct DriftRoom {
    store::Store& store;
    const catalogue::Catalogue& catalogue;
    EventHub& events;
    Clock& clock;
};

// Nothing happens without an active baseline.
Result<store::DriftOutcome> update_drift(const DriftRoom& room, const TenantId& tenant,
                                         const AccountId& account);

// After the tenant's rules were changed: every live and hidden change is judged anew, account by account.
Result<void> judge_anew(const DriftRoom& room, const TenantId& tenant);

// Accepts only `paths` of a modification; all of its paths are the whole change. Kind::invalid "paths" for
// a path that the change does not have.
Result<void> accept_paths(const DriftRoom& room, const TenantId& tenant, const ChangeId& change,
                          const std::vector<std::string>& paths, const store::Decision& decision);

// Puts what became visible since the baseline into it: resources of slices, and paths, that it could not
// read. Answers how many resources.
Result<std::int64_t> accept_newly_visible(const DriftRoom& room, const TenantId& tenant,
                                          const AccountId& account);

void publish_drift(const DriftRoom& room, const TenantId& tenant, const AccountId& account,
                   std::string_view kind, std::int64_t changes);

}  // namespace patrol::scan

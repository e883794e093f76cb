// What a finished scan means: whether the snapshot is whole or partial, and what the account's status
// becomes. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "model/cloud_account.h"
#include "model/scan.h"

namespace patrol::scan {

struct Verdict {
    model::ScanState state = model::ScanState::succeeded;  // or partial
    model::AccountStatus account_status = model::AccountStatus::connected;
    std::string reason;  // one sentence for the account's status and the partial scan; empty when whole
    std::string hint;
};

// Partial means: something that the attached policies promise, or that was readable before, was not
// read. Types that the policies never grant, services that are not enabled and slices outside an
// asked-for scope do not make a scan partial.
Verdict judge(const std::vector<model::SliceCoverage>& coverage,
              const std::set<model::SliceKey>& complete_before, const catalogue::Catalogue& catalogue);

}  // namespace patrol::scan

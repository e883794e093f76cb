// Reads the slices of a plan: children after their parents, tags before the slices that need them,
// everything else as soon as its budget allows. Parents that are not to be stored in this run (done
// before, or not asked for) are read only as far as their children need them.
#pragma once

#include <functional>
#include <optional>

#include "catalogue/catalogue.h"
#include "document/redact.h"
#include "inventory/aws/caller.h"
#include "inventory/provider.h"

namespace patrol::inventory {

struct EngineOptions {
    AwsCaller& caller;
    Clock& clock;
    const catalogue::Catalogue& catalogue;
    const document::Redactor& redactor;
    Identity identity;
    std::string home_region;  // where global services are signed
    int threads = 16;
    double rate_scale = 1.0;
    std::size_t parents_max = limits::parents_per_slice;
    Millis throttle_pause{1000};
    Millis look_again{30'000};  // before a listing that lost most of its resources is read again
    std::chrono::seconds longest = limits::scan_time;
    // Asked when a region or service refuses the credentials: whether they work at all.
    std::function<std::optional<Error>()> credentials_problem;
};

RunOutcome run_slices(const EngineOptions& options, const RunRequest& request);

}  // namespace patrol::inventory

// What Patrol asks of a cloud, one implementation per provider (inventory/aws, later azure, gcp …).
// A Provider is made for one cloud account and one job, from credentials resolved just in time. All
// of its calls are reads: the signer it holds refuses anything else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "inventory/api_call.h"
#include "inventory/audit.h"
#include "inventory/item_sink.h"
#include "model/check.h"
#include "model/cloud_account.h"
#include "model/scan.h"

namespace patrol::inventory {

// The caller the credentials belong to.
struct Identity {
    std::string account_id;  // 12 digits on AWS
    std::string arn;
    std::string partition;  // "aws", "aws-cn" …
};

// One slice to read, in an order that puts parents before children.
struct PlannedSlice {
    model::SliceKey key;
    std::string service;
    std::string region;  // where it is called
};

struct Plan {
    std::vector<PlannedSlice> slices;  // to be read now
    // Known beforehand: not_enabled, not_granted, not_read (out of scope).
    std::vector<model::SliceCoverage> not_planned;
    std::vector<std::string> regions;  // the enabled regions found
};

struct PlanRequest {
    model::ScanScope scope;
    std::vector<std::string> account_regions;  // the account's own restriction, empty = all
    // Slices that were not_granted less than a week ago: listed as such again without asking.
    std::function<bool(const model::SliceKey&)> recently_not_granted;
};

struct Progress {
    std::int64_t slices = 0, slices_done = 0, slices_failed = 0;
    std::int64_t resources = 0, calls = 0;
    std::string service, region;  // of the newest event
    model::SliceStatus status = model::SliceStatus::complete;
    std::optional<model::SliceCoverage> ended;  // the slice whose end this event is
};

struct RunRequest {
    const Plan& plan;
    ItemSink& sink;
    std::stop_token stop;
    std::function<void(const Progress&)> on_progress;  // called from worker threads, at any rate
    std::function<void(const ApiCall&)> on_call;       // likewise
    // Slices already staged by an interrupted attempt of the same scan: not read again.
    std::function<bool(const model::SliceKey&)> already_done;
    // Counts the scans of this account: where a slice has more child calls than one scan may make,
    // the next scan goes on where this one stopped.
    std::uint64_t rotation = 0;
};

struct RunOutcome {
    std::vector<model::SliceCoverage> coverage;  // one per planned slice that was not already done
    // Set where the account as a whole cannot be read any more (credentials, network, sink): the scan fails.
    std::optional<Error> fatal;
};

class Provider {
public:
    virtual ~Provider() = default;
    // Who the credentials are; fails with a sentence for the user.
    virtual Result<Identity> identity(std::stop_token stop) = 0;
    // The checks of Test connection that are about reading and the trust (see model::Check ids in
    // docs/reference/checks.md).
    virtual model::TestReport test(std::stop_token stop) = 0;
    // Only the trust checks a scan itself insists on (external ID required, right account).
    virtual Result<void> verify_trust(std::stop_token stop) = 0;
    virtual Result<Plan> plan(const PlanRequest& request, std::stop_token stop) = 0;
    virtual RunOutcome run(const RunRequest& request) = 0;
    // Who made these changes: one answer a question, in their order. Kind::unavailable, code
    // "no_audit_log", where the provider has none.
    virtual Result<std::vector<AuditAnswer>> audit_events(const AuditRequest& request);
};

}  // namespace patrol::inventory

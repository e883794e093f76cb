// A scan is one run over an account; it becomes a snapshot: a point-in-time inventory with its coverage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/ids.h"

namespace patrol::model {

enum class ScanState { queued, running, succeeded, partial, failed, cancelled };
enum class ScanTrigger { manual, schedule, deployment, api, collector, push };

// What is known of a slice. Only `complete` may close a resource.
enum class SliceStatus { complete, partial, denied, not_granted, not_enabled, throttled, failed, not_read };

// A slice is (resource type, scope). Scope is opaque text of the provider: "us-east-1", "global".
struct SliceKey {
    std::string type;
    std::string scope;
    auto operator<=>(const SliceKey&) const = default;
};

// One line of a snapshot's coverage. `listing` decides whether a resource exists; each child call
// decides only its own paths: `unknown_paths` names those that were not read in this scan.
struct SliceCoverage {
    SliceKey key;
    std::string service;
    SliceStatus status = SliceStatus::not_read;
    std::int64_t count = 0;
    std::int64_t calls = 0;
    std::string reason;          // a sentence for the user, empty when complete
    std::string missing_action;  // "ec2:DescribeVpcs" when denied
    std::string hint;
    std::vector<std::string> unknown_paths;
    bool operator==(const SliceCoverage&) const = default;
};

struct ScanCounts {
    std::int64_t resources = 0, added = 0, modified = 0, removed = 0, stale = 0;
    std::int64_t slices = 0, slices_done = 0, slices_failed = 0;
    std::int64_t calls = 0;
    bool operator==(const ScanCounts&) const = default;
};

// Every count with its name in JSON: visit(name, number). `counts` is a ScanCounts or a const one.
template <class Counts, class Visit>
void each_count(Counts& counts, Visit visit) {
    visit("resources", counts.resources);
    visit("added", counts.added);
    visit("modified", counts.modified);
    visit("removed", counts.removed);
    visit("stale", counts.stale);
    visit("slices", counts.slices);
    visit("slices_done", counts.slices_done);
    visit("slices_failed", counts.slices_failed);
    visit("calls", counts.calls);
}

struct ScanScope {
    std::vector<std::string> types;    // empty = all
    std::vector<std::string> regions;  // empty = all
    [[nodiscard]] bool limited() const { return !types.empty() || !regions.empty(); }
    bool operator==(const ScanScope&) const = default;
};

struct Scan {
    ScanId id;
    AccountId account;
    ScanState state = ScanState::queued;
    ScanTrigger trigger = ScanTrigger::manual;
    std::optional<DeploymentId> deployment_id;
    ScanScope scope;
    ScanCounts counts;
    std::string error_message;  // with `error_hint`: why it failed, for the user
    std::string error_hint;
    std::optional<SnapshotId> snapshot_id;
    std::string requested_by;  // user or token name, "schedule"
    Timestamp created_at;
    Timestamp started_at;
    Timestamp finished_at;
    bool cancel_requested = false;
};

struct Snapshot {
    SnapshotId id;
    AccountId account;
    ScanId scan;
    std::int64_t seq = 0;  // per account, dense from 1
    Timestamp taken_at;
    ScanState state = ScanState::succeeded;  // succeeded or partial
    ScanCounts counts;
    std::string catalogue_revision;
    std::string canonical_version;
};

std::string_view to_string(ScanState);
std::string_view to_string(ScanTrigger);
std::string_view to_string(SliceStatus);
std::optional<ScanState> parse_scan_state(std::string_view);
std::optional<ScanTrigger> parse_scan_trigger(std::string_view);
std::optional<SliceStatus> parse_slice_status(std::string_view);

}  // namespace patrol::model

// Drift: what somebody accepted (a baseline), what differs from it now (changes), and what belongs
// together (change sets). Documents are canonical JSON text; times are UTC, unset = never.
//   baseline    a snapshot plus what was accepted since; one active per account
//   change      one resource whose newest state is not the accepted one; at most one live per resource
//   change set  changes of one account with one cause: a deployment, or nothing that explains them
// A change is *live* while it is open, rejected or snoozed: a scan may still update or close it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/deployment.h"
#include "model/ids.h"
#include "model/resource.h"
#include "model/severity.h"

namespace patrol::model {

enum class ChangeSetKind { deployment, unexplained };
enum class ChangeSetState { open, accepted, rejected, reverted, superseded };
enum class ChangeState { open, accepted, rejected, snoozed, reverted, superseded };

// One place in a document that changed. Values are JSON text; empty where there is none on that side.
struct PathChange {
    std::string path;
    std::string before, after;
    Severity severity = Severity::medium;
    std::string why;
    std::string hidden_by;  // rule id or name of the built-in class; empty: shown
    bool operator==(const PathChange&) const = default;
};

struct Baseline {
    BaselineId id;
    AccountId account;
    SnapshotId snapshot;
    std::int64_t seq = 0;
    bool active = false;
    std::string accepted_by;  // name of the user or token
    Timestamp accepted_at;
    std::string note;
    std::int64_t resources = 0;
    std::int64_t newly_visible = 0;  // in slices that the baseline did not read completely
    std::int64_t unknown = 0;        // in slices that the newest scan did not read completely
    std::int64_t hidden = 0;         // differences that a rule or a built-in class hides
    std::int64_t overrides = 0;      // resources accepted since, one by one
    Timestamp evaluated_at;          // when a scan was last compared with it
};

struct ChangeCounts {
    std::int64_t added = 0, removed = 0, modified = 0;
    std::int64_t open = 0, accepted = 0, rejected = 0, snoozed = 0, reverted = 0, superseded = 0;
    // Of the live changes.
    std::int64_t critical = 0, high = 0, medium = 0, low = 0, info = 0;
    bool operator==(const ChangeCounts&) const = default;
};

struct ChangeSet {
    ChangeSetId id;
    AccountId account;
    std::string account_name;
    std::optional<CustomerId> customer;
    ChangeSetKind kind = ChangeSetKind::unexplained;
    ChangeSetState state = ChangeSetState::open;
    BaselineId baseline;
    SnapshotId snapshot;  // the newest one that was compared
    std::optional<DeploymentId> deployment;
    ChangeCounts counts;
    std::optional<Severity> worst;  // of the live changes
    Timestamp created_at, updated_at;
    std::string assignee, note;
};

// A decision on an earlier value of the same resource, or on some of its paths.
struct PastDecision {
    ChangeState state = ChangeState::open;
    std::string by;
    Timestamp at;
    std::string note;
    std::vector<std::string> paths;  // empty: the whole change
};

struct Change {
    ChangeId id;
    ChangeSetId set;
    AccountId account;
    ChangeOp op = ChangeOp::modified;
    Severity severity = Severity::medium;
    std::string why;
    std::string category;
    ResourceId resource;
    std::string type, native_id, arn, name, region;
    std::vector<PathChange> paths;  // lists hold the first ones only
    std::int64_t paths_total = 0;
    ChangeState state = ChangeState::open;
    std::string value;           // names the newest value: hex of its hash, "absent" where removed
    std::optional<Actor> actor;  // absent while nobody looked
    Timestamp first_seen, last_seen;
    std::optional<Timestamp> unknown_since;  // its slice is not read since then
    std::optional<Timestamp> snoozed_until;
    std::string assignee, note;
    std::string decided_by;
    std::optional<Timestamp> decided_at;
    std::vector<PastDecision> previously;  // newest first
    std::string group;                     // key of the same change elsewhere (GET /drift/groups)
};

inline bool is_live(ChangeState state) {
    return state == ChangeState::open || state == ChangeState::rejected || state == ChangeState::snoozed;
}

std::string_view to_string(ChangeSetKind);
std::string_view to_string(ChangeSetState);
std::string_view to_string(ChangeState);
std::optional<ChangeSetKind> parse_change_set_kind(std::string_view);
std::optional<ChangeSetState> parse_change_set_state(std::string_view);
std::optional<ChangeState> parse_change_state(std::string_view);
std::optional<ChangeOp> parse_change_op(std::string_view);

}  // namespace patrol::model

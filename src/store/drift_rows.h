// What the tables of drift share when they write: the lock on an account's drift, the counts of a set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/drift.h"
#include "store/sql.h"

namespace patrol::store {

inline Failure drift_moved() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "The drift of this account was changed meanwhile.",
                      .hint = "Try again.",
                      .code = "drift_moved"});
}

// The active baseline under a lock that everything that writes drift takes; its revision is moved on.
struct DriftLock {
    std::int64_t account = 0, baseline = 0, revision = 0;
};
// nullopt: no active baseline.
Result<std::optional<DriftLock>> lock_drift(Transaction& transaction, std::int64_t account);
// The same for a comparison made at `revision`: "drift_moved" where somebody wrote since.
Result<std::int64_t> lock_drift_at(Transaction& transaction, std::int64_t account, std::int64_t baseline,
                                   std::int64_t revision);

// Counts, worst severity and state of one set out of its changes; or of all that are open.
Result<void> recount_set(Transaction& transaction, std::int64_t account, std::int64_t set, Timestamp now);
Result<void> recount_open_sets(Transaction& transaction, std::int64_t account, Timestamp now);

// The number of the open unexplained set, made where there is none.
Result<std::int64_t> open_unexplained_set(Transaction& transaction, std::int64_t account,
                                          std::int64_t baseline, const SnapshotId& snapshot, Timestamp now);
Result<std::int64_t> open_deployment_set(Transaction& transaction, std::int64_t account,
                                         std::int64_t baseline, const SnapshotId& snapshot,
                                         const DeploymentId& deployment, Timestamp now);

// Paths of a change as columns: the first ones for lists, all of them packed where there are more.
struct PathColumns {
    std::string head;   // JSON
    std::string names;  // one a line
    std::string rest;   // JSON of all; empty where the head holds all
};
inline constexpr std::size_t head_paths_max = 50;
inline constexpr std::size_t head_paths_bytes = 64 * 1024;
inline constexpr std::size_t path_names_bytes = 16 * 1024;
PathColumns path_columns(const std::vector<model::PathChange>& paths);
Result<std::vector<model::PathChange>> parse_paths(std::string_view text);

std::string past_text(const std::vector<model::PastDecision>& past);
Result<std::vector<model::PastDecision>> parse_past(std::string_view text);

}  // namespace patrol::store

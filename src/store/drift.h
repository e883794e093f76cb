// The comparison of an account's accepted state (its baseline with overrides) with its newest snapshot,
// and what becomes of it. Three steps, so that documents are diffed outside of any transaction:
//   compare()  which resources differ, which live changes have gone, which are not read any more
//   load()     documents and facts of a batch of them
//   write()    evaluated changes, a batch a transaction; finish() the rest and the counts
// Whoever decides or accepts meanwhile moves the baseline's revision: write() and finish() then answer
// Kind::conflict "drift_moved", and the comparison starts anew.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/drift.h"
#include "store/words.h"

namespace patrol::store {

class Database;
class Transaction;

// hidden_by of a difference that is newly visible: paths that the baseline could not read.
inline constexpr std::string_view hidden_newly_visible = "newly_visible";

// One side of a difference. key: 0 absent, > 0 version.content, < 0 a made override.
struct DriftSide {
    std::int64_t key = 0, first = 0;
    std::int64_t attributes = 0, document = 0;
    std::string hash;
    std::string tags;    // of a made override; else read by load()
    std::string packed;  // of a made override
    std::int64_t dictionary = 0;
    [[nodiscard]] bool there() const { return key != 0; }
    [[nodiscard]] bool made() const { return key < 0; }
};

struct LiveChange {
    std::int64_t number = 0, set = 0;
    std::int64_t before_key = 0, after_key = 0, rules = 0;
    std::int64_t unknown_since = 0;
    model::ChangeState state = model::ChangeState::open;
    bool hidden = false;
    std::string value;
    std::string actor_class;  // of who made this value, once the audit log told
};

struct DriftItem {
    std::int64_t res = 0, slice = 0;
    DriftSide before, after;
    std::optional<LiveChange> live;  // what is known of this resource already
    // When it can have happened: after the last complete reading without it (unset: there is none), up to
    // the reading that shows it.
    Timestamp seen_after, seen_at;
    std::vector<std::string> unknown_before, unknown_after;  // paths that the two readings did not cover
    [[nodiscard]] model::ChangeOp op() const {
        if (!before.there()) return model::ChangeOp::added;
        return after.there() ? model::ChangeOp::modified : model::ChangeOp::removed;
    }
};

struct DriftComparison {
    TenantId tenant;
    AccountId account_id;
    std::int64_t account = 0, baseline = 0, base_seq = 0, newest_seq = 0, revision = 0;
    SnapshotId newest;
    Timestamp taken_at;              // of the newest snapshot
    Timestamp before_at;             // of the one before it; unset where there is none
    std::vector<DriftItem> differs;  // to be evaluated: new, or of another value than before
    std::vector<DriftItem> newly_visible;
    std::vector<LiveChange> gone;      // no difference any more
    std::vector<std::int64_t> unread;  // live changes whose slice was not read, first time
    std::vector<std::int64_t> read_again;
    std::int64_t unknown = 0;  // resources in slices that are not read now
    std::int64_t set = 0;      // the open unexplained set; 0 until one is needed
};

// What load() knows of one item.
struct DriftFacts {
    std::string type, category, region, native_id, name, arn;
    ResourceId resource;
    std::string before, after;            // stored documents; empty where there is none
    bool before_made = false;             // `before` is in canonical form already
    std::string before_tags, after_tags;  // JSON objects
};

// An item after its evaluation.
struct EvaluatedChange {
    const DriftItem* item = nullptr;
    const DriftFacts* facts = nullptr;
    model::Severity severity = model::Severity::medium;
    std::string why, hidden_by, hidden_owner;
    std::vector<model::PathChange> paths;
    std::string cause;  // the same text for the same change elsewhere
    std::string value;  // names the newest value
    std::optional<DeploymentId> deployment;
    bool none = false;  // nothing differs under today's rules: a live change has gone
};

struct DriftOutcome {
    std::int64_t opened = 0, updated = 0, closed = 0;
    std::vector<ChangeId> to_attribute;  // opened, or of a new value
    std::optional<model::Severity> worst_opened;
};

inline constexpr std::int64_t judge_all = -1;
struct CompareOptions {
    // Number of today's rules: changes judged by others are judged anew. judge_all: every one.
    std::int64_t rules = 0;
    std::function<bool(std::string_view type)> twice_observed;
};

class Drift {
public:
    explicit Drift(Database& database) : database_(database) {}

    Result<std::int64_t> rules_number(std::string_view rules) { return words_.number(database_, rules); }
    // nullopt: no active baseline.
    Result<std::optional<DriftComparison>> compare(const TenantId& tenant, const AccountId& account,
                                                   const CompareOptions& options);
    // The one difference behind a live change, with its comparison; nullopt when it is gone meanwhile.
    struct OneItem {
        DriftComparison comparison;
        DriftItem item;
    };
    Result<std::optional<OneItem>> item_of(const TenantId& tenant, const ChangeId& change,
                                           const CompareOptions& options);
    Result<std::vector<DriftFacts>> load(const DriftComparison& comparison, std::span<const DriftItem> items);
    Result<void> write(DriftComparison& comparison, std::span<const EvaluatedChange> batch,
                       std::int64_t rules, DriftOutcome& outcome, Timestamp now);
    Result<void> finish(DriftComparison& comparison, DriftOutcome& outcome, Timestamp now);

    // Every live change of the tenant is evaluated anew at the next comparison: its rules have changed.
    Result<std::vector<AccountId>> forget_judgements(const TenantId& tenant);
    // The same for these changes: more is known of them by now.
    Result<void> forget_judgements(const TenantId& tenant, std::span<const ChangeId> changes);

    // Puts what is newly visible into the baseline: whole resources by their newest version, documents
    // that gained paths as given.
    struct Gained {
        const DriftItem* item = nullptr;
        std::string document;  // canonical; empty: the newest version as it is
        std::string hash;
    };
    Result<void> accept_newly_visible(DriftComparison& comparison, std::span<const Gained> gained);
    // The same for slices: their coverage in the newest snapshot is the accepted one from now on.
    Result<void> accept_slices(DriftComparison& comparison);

private:
    Database& database_;
    Words words_;
};

}  // namespace patrol::store

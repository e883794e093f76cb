// Decisions on changes: accept, reject, snooze, and back. An accepted value becomes an override of the
// baseline; each decision keeps what was there before, so that it can be undone. Of two people who decide
// at once one wins: the other gets Kind::conflict "already_decided" (Changes::get says who was first).
// Other conflicts: "newer_value" (the change shows another value by now), "baseline_replaced",
// "nothing_to_undo". Kind::not_found for everything of another tenant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/drift.h"
#include "store/sql.h"

namespace patrol::store {

struct Decision {
    model::ChangeState state = model::ChangeState::accepted;  // accepted, rejected or snoozed
    std::string by, note;
    Timestamp until;         // of snoozed
    std::string seen_value;  // what the caller saw; empty: whatever it is
};

// Accepting some paths of a modification: the accepted document with them, and what is left.
struct PartAccepted {
    std::int64_t before_key = 0, after_key = 0;  // the values that this was computed from
    std::vector<std::string> paths;
    std::string document, hash, tags;     // canonical form
    std::vector<model::PathChange> left;  // not empty
    model::Severity severity = model::Severity::medium;
    std::string why, cause;
};

struct Decided {
    AccountId account;
    std::int64_t changes = 0;
};

class Decisions {
public:
    explicit Decisions(Database& database) : database_(database) {}

    Result<void> decide(const Viewer& viewer, const ChangeId& change, const Decision& decision,
                        Timestamp now);
    Result<void> accept_part(const Viewer& viewer, const ChangeId& change, const PartAccepted& part,
                             const Decision& decision, Timestamp now);
    // Every open change of the set, in transactions of at most `changes_at_once`. "already_decided" when
    // none was open.
    static constexpr std::int64_t changes_at_once = 2'000;
    Result<Decided> decide_set(const Viewer& viewer, const ChangeSetId& set, const Decision& decision,
                               Timestamp now);
    // Every open change of a group (store/drift_groups.h) in the tenant, account by account.
    Result<std::vector<Decided>> decide_group(const Viewer& viewer, const std::string& key,
                                              const Decision& decision, Timestamp now);

    // Undo: the change's last decision; of a set or a group, what its last decision as a whole decided.
    Result<AccountId> reopen(const Viewer& viewer, const ChangeId& change, Timestamp now);
    Result<Decided> reopen_set(const Viewer& viewer, const ChangeSetId& set, Timestamp now);
    // Account by account. What has another value or another baseline by now stays decided and is counted.
    // Kind::conflict "nothing_to_undo" when no decision on the group is left; Kind::not_found when there was
    // none.
    struct Reopened {
        AccountId account;
        std::int64_t changes = 0, left = 0;
    };
    Result<std::vector<Reopened>> reopen_group(const Viewer& viewer, const std::string& key, Timestamp now);

    // Snoozes that are over, of all tenants: open again. How many.
    Result<std::int64_t> wake_snoozed(Timestamp now);

private:
    Database& database_;
};

}  // namespace patrol::store

#include "store/drift_rows.h"

#include <algorithm>

#include "crypto/random.h"

namespace patrol::store {
namespace {

using model::ChangeState;

struct SetTotals {
    model::ChangeCounts counts;
    std::int64_t worst = -1;
};

std::int64_t& of_state(model::ChangeCounts& counts, ChangeState state) {
    switch (state) {
        case ChangeState::open:
            return counts.open;
        case ChangeState::accepted:
            return counts.accepted;
        case ChangeState::rejected:
            return counts.rejected;
        case ChangeState::snoozed:
            return counts.snoozed;
        case ChangeState::reverted:
            return counts.reverted;
        case ChangeState::superseded:
            break;
    }
    return counts.superseded;
}

std::int64_t& of_severity(model::ChangeCounts& counts, std::int64_t severity) {
    switch (static_cast<model::Severity>(severity)) {
        case model::Severity::critical:
            return counts.critical;
        case model::Severity::high:
            return counts.high;
        case model::Severity::medium:
            return counts.medium;
        case model::Severity::low:
            return counts.low;
        case model::Severity::info:
            break;
    }
    return counts.info;
}

std::int64_t& of_op(model::ChangeCounts& counts, std::string_view op) {
    if (op == "added") return counts.added;
    return op == "removed" ? counts.removed : counts.modified;
}

Result<SetTotals> totals(Transaction& transaction, std::int64_t account, std::int64_t set) {
    SetTotals out;
    auto rows =
        TRY(transaction.query("SELECT state, severity, op, COUNT(*) FROM drift_change WHERE account = ?1 "
                              "AND change_set = ?2 GROUP BY state, severity, op",
                              account, set));
    while (TRY(rows.step())) {
        const auto state = model::parse_change_state(rows.view(0)).value_or(ChangeState::open);
        const auto severity = rows.integer(1), count = rows.integer(3);
        of_state(out.counts, state) += count;
        of_op(out.counts, rows.view(2)) += count;
        if (!is_live(state)) continue;
        of_severity(out.counts, severity) += count;
        out.worst = std::max(out.worst, severity);
    }
    return out;
}

std::string_view state_of(const model::ChangeCounts& counts) {
    if (counts.open + counts.snoozed > 0) return "open";
    if (counts.rejected > 0) return "rejected";
    if (counts.accepted > 0) return "accepted";
    return counts.superseded > 0 ? "superseded" : "reverted";
}

Result<std::int64_t> next_set(Transaction& transaction, std::int64_t account) {
    return TRY(transaction.integer("SELECT MAX(number) FROM change_set WHERE account = ?1", account))
               .value_or(0) +
           1;
}

Result<void> insert_set(Transaction& transaction, std::int64_t account, std::int64_t number,
                        std::int64_t baseline, const SnapshotId& snapshot,
                        const std::optional<DeploymentId>& deployment, Timestamp now) {
    TRY(transaction.run(
        "INSERT INTO change_set (account, number, id, kind, state, baseline, snapshot, deployment, "
        "created_at, updated_at, assignee, note, worst, added, removed, modified, open, accepted, rejected, "
        "snoozed, reverted, superseded, critical, high, medium, low, info) VALUES (?1, ?2, ?3, ?4, 'open', "
        "?5, ?6, ?7, ?8, ?8, '', '', -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
        account, number, crypto::new_id<ChangeSetId>(),
        model::to_string(deployment ? model::ChangeSetKind::deployment : model::ChangeSetKind::unexplained),
        baseline, snapshot, deployment, now));
    return {};
}

}  // namespace

Result<std::optional<DriftLock>> lock_drift(Transaction& transaction, std::int64_t account) {
    DriftLock lock{.account = account};
    {
        auto row = TRY(transaction.query(
            "SELECT number, revision FROM baseline WHERE account = ?1 AND active = 1 {for_update}", account));
        if (!TRY(row.step())) return std::nullopt;
        lock.baseline = row.integer(0);
        lock.revision = row.integer(1) + 1;
    }
    TRY(transaction.run("UPDATE baseline SET revision = ?3 WHERE account = ?1 AND number = ?2", account,
                        lock.baseline, lock.revision));
    return lock;
}

Result<std::int64_t> lock_drift_at(Transaction& transaction, std::int64_t account, std::int64_t baseline,
                                   std::int64_t revision) {
    const auto lock = TRY(lock_drift(transaction, account));
    if (!lock || lock->baseline != baseline || lock->revision != revision + 1) return drift_moved();
    return lock->revision;
}

Result<void> recount_set(Transaction& transaction, std::int64_t account, std::int64_t set, Timestamp now) {
    const auto found = TRY(totals(transaction, account, set));
    const auto& c = found.counts;
    TRY(transaction.run(
        "UPDATE change_set SET state = ?3, updated_at = ?4, worst = ?5, added = ?6, removed = ?7, modified "
        "= ?8, open = ?9, accepted = ?10, rejected = ?11, snoozed = ?12, reverted = ?13, superseded = ?14, "
        "critical = ?15, high = ?16, medium = ?17, low = ?18, info = ?19 WHERE account = ?1 AND number = ?2",
        account, set, state_of(c), now, found.worst, c.added, c.removed, c.modified, c.open, c.accepted,
        c.rejected, c.snoozed, c.reverted, c.superseded, c.critical, c.high, c.medium, c.low, c.info));
    return {};
}

Result<void> recount_open_sets(Transaction& transaction, std::int64_t account, Timestamp now) {
    std::vector<std::int64_t> sets;
    {
        auto rows =
            TRY(transaction.query("SELECT number FROM change_set WHERE account = ?1 AND state IN ('open', "
                                  "'rejected') ORDER BY number",
                                  account));
        while (TRY(rows.step())) sets.push_back(rows.integer(0));
    }
    for (const auto set : sets) TRY(recount_set(transaction, account, set, now));
    return {};
}

Result<std::int64_t> open_unexplained_set(Transaction& transaction, std::int64_t account,
                                          std::int64_t baseline, const SnapshotId& snapshot, Timestamp now) {
    const auto open = TRY(transaction.integer(
        "SELECT number FROM change_set WHERE account = ?1 AND state = 'open' AND kind = 'unexplained'",
        account));
    if (open) return *open;
    const auto number = TRY(next_set(transaction, account));
    TRY(insert_set(transaction, account, number, baseline, snapshot, {}, now));
    return number;
}

Result<std::int64_t> open_deployment_set(Transaction& transaction, std::int64_t account,
                                         std::int64_t baseline, const SnapshotId& snapshot,
                                         const DeploymentId& deployment, Timestamp now) {
    const auto open =
        TRY(transaction.integer("SELECT number FROM change_set WHERE deployment = ?1 AND account = ?2 AND "
                                "baseline = ?3 ORDER BY number DESC LIMIT 1",
                                deployment, account, baseline));
    if (open) {
        TRY(transaction.run("UPDATE change_set SET state = 'open' WHERE account = ?1 AND number = ?2",
                            account, *open));
        return *open;
    }
    const auto number = TRY(next_set(transaction, account));
    TRY(insert_set(transaction, account, number, baseline, snapshot, deployment, now));
    return number;
}

}  // namespace patrol::store

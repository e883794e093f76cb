// Decisions taken back: the override that was there before is put in place again, and the change is open.
#include <set>

#include <fmt/core.h>

#include "store/change_rows.h"
#include "store/decisions.h"
#include "store/drift_rows.h"

namespace patrol::store {
namespace {

Failure conflict(std::string message, std::string hint, std::string code) {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .code = std::move(code)});
}
Failure nothing_to_undo() { return conflict("There is no decision to undo.", "", "nothing_to_undo"); }

struct Undone {
    std::int64_t number = 0, change = 0, res = 0, set = 0, old_kind = 0;
    std::string state, change_state;
};

constexpr std::string_view undone_columns =
    "SELECT e.number, e.change, d.res, d.change_set, e.old_kind, e.state, d.state FROM change_decision e "
    "JOIN drift_change d ON d.account = e.account AND d.number = e.change WHERE e.account = ?1 AND e.undone "
    "= 0 AND ";

Undone read_undone(const Statement& row) {
    return {.number = row.integer(0),
            .change = row.integer(1),
            .res = row.integer(2),
            .set = row.integer(3),
            .old_kind = row.integer(4),
            .state = row.text(5),
            .change_state = row.text(6)};
}

class Undoing {
public:
    Undoing(Transaction& transaction, const DriftLock& lock, Timestamp now)
        : transaction_(transaction), lock_(lock), now_(now) {}

    // False where the resource has another live change by now, or this one was closed meanwhile.
    Result<bool> undo(const Undone& one) {
        const auto other = TRY(transaction_.integer(
            "SELECT number FROM drift_change WHERE account = ?1 AND res = ?2 AND live = 1", lock_.account,
            one.res));
        if (other && *other != one.change) return false;
        if (one.change_state == "reverted" || one.change_state == "superseded") return false;
        if (one.state == "accepted") TRY(restore(one));
        TRY(transaction_.run("UPDATE change_decision SET undone = 1 WHERE account = ?1 AND number = ?2",
                             lock_.account, one.number));
        // Judged anew at once: some of its paths may have been accepted, or its value may be another.
        const auto set = TRY(place(one));
        TRY(transaction_.run(
            "UPDATE drift_change SET state = 'open', live = 1, decided_by = '', decided_at = 0, "
            "snoozed_until = 0, rules = 0, change_set = ?3 WHERE account = ?1 AND number = ?2",
            lock_.account, one.change, set));
        return true;
    }

private:
    Result<void> restore(const Undone& one) {
        TRY(transaction_.run(
            "DELETE FROM baseline_override WHERE account = ?1 AND baseline = ?2 AND res = ?3", lock_.account,
            lock_.baseline, one.res));
        if (one.old_kind < 0) return {};
        TRY(transaction_.run(
            "INSERT INTO baseline_override (account, baseline, res, kind, first, value_key, hash, tags, "
            "dictionary, packed) SELECT account, CAST(?3 AS {int64}), CAST(?4 AS {int64}), old_kind, "
            "old_first, old_key, old_hash, old_tags, old_dictionary, old_packed FROM change_decision WHERE "
            "account = ?1 AND number = ?2",
            lock_.account, one.number, lock_.baseline, one.res));
        return {};
    }

    // There is one open unexplained set at most: a change that is open again joins it.
    Result<std::int64_t> place(const Undone& one) {
        const auto open = TRY(transaction_.integer(
            "SELECT o.number FROM change_set o JOIN change_set s ON s.account = o.account WHERE o.account = "
            "?1 AND o.state = 'open' AND o.kind = 'unexplained' AND s.number = ?2 AND s.kind = 'unexplained'",
            lock_.account, one.set));
        return open.value_or(one.set);
    }

    Transaction& transaction_;
    const DriftLock& lock_;
    Timestamp now_;
};

Result<DriftLock> lock_of(Transaction& transaction, std::int64_t account, std::int64_t set) {
    const auto lock = TRY(lock_drift(transaction, account));
    const auto baseline = TRY(transaction.integer(
        "SELECT baseline FROM change_set WHERE account = ?1 AND number = ?2", account, set));
    if (lock && lock->baseline == baseline) return *lock;
    return conflict("The baseline was replaced since this was decided.", "Decide against the new baseline.",
                    "baseline_replaced");
}

Result<std::vector<Undone>> undone_of(Result<Statement> statement) {
    auto rows = TRY(std::move(statement));
    std::vector<Undone> out;
    while (TRY(rows.step())) out.push_back(read_undone(rows));
    return out;
}

// Undoes what can be undone and marks the rest, so that it is never looked at again. Answers how many.
Result<std::int64_t> undo_all(Transaction& transaction, const DriftLock& lock,
                              const std::vector<Undone>& decided, Timestamp now) {
    Undoing undoing(transaction, lock, now);
    std::int64_t undone = 0;
    for (const auto& one : decided) {
        if (TRY(undoing.undo(one)))
            ++undone;
        else
            TRY(transaction.run("UPDATE change_decision SET undone = 2 WHERE account = ?1 AND number = ?2",
                                lock.account, one.number));
    }
    return undone;
}

struct PlaceOfRequest {
    std::int64_t account = 0;
    AccountId id;
};
struct GroupRequest {
    std::string request;
    std::vector<PlaceOfRequest> places;
};
// The last decision on the group as a whole, and the accounts where some of it is not undone. By SUBSTR: how
// texts are ordered is a matter of the database.
Result<GroupRequest> last_group_request(Transaction& transaction, const TenantId& tenant,
                                        const std::string& key) {
    GroupRequest out;
    {
        auto row = TRY(transaction.query(
            "SELECT e.request, e.undone FROM cloud_account c JOIN change_decision e ON e.account = c.number "
            "WHERE c.tenant = ?1 AND SUBSTR(e.request, 1, LENGTH(?2)) = ?2 ORDER BY CASE WHEN e.undone = 0 "
            "THEN 0 ELSE 1 END, e.at DESC, e.number DESC LIMIT 1",
            tenant, group_request(key, "")));
        if (!TRY(row.step())) return fail(Error::Kind::not_found, "There was no decision on such a group.");
        if (row.integer(1) != 0) return nothing_to_undo();
        out.request = row.text(0);
    }
    auto rows = TRY(transaction.query(
        "SELECT DISTINCT c.number, c.id FROM cloud_account c JOIN change_decision e ON e.account = c.number "
        "WHERE c.tenant = ?1 AND e.request = ?2 AND e.undone = 0 ORDER BY c.number",
        tenant, out.request));
    while (TRY(rows.step())) out.places.push_back({rows.integer(0), rows.id<AccountId>(1)});
    return out;
}

// One batch of a group's decision in one account; false when none is left there.
Result<bool> reopen_some(Transaction& transaction, const PlaceOfRequest& place, const std::string& request,
                         Decisions::Reopened& out, Timestamp now) {
    const auto decided =
        TRY(undone_of(transaction.query(fmt::format("{} e.request = ?2 ORDER BY e.number LIMIT {}",
                                                    undone_columns, Decisions::changes_at_once),
                                        place.account, request)));
    if (decided.empty()) return false;
    const auto lock = lock_of(transaction, place.account, decided.front().set);
    if (!lock && lock.error().code != "baseline_replaced") return fail(lock.error());
    if (!lock) {
        out.left += TRY(transaction.run(
            "UPDATE change_decision SET undone = 2 WHERE account = ?1 AND request = ?2 AND undone = 0",
            place.account, request));
        return false;
    }
    const auto undone = TRY(undo_all(transaction, *lock, decided, now));
    out.changes += undone;
    out.left += std::ssize(decided) - undone;
    std::set<std::int64_t> sets;
    for (const auto& one : decided) sets.insert(one.set);
    for (const auto set : sets) TRY(recount_set(transaction, place.account, set, now));
    TRY(recount_open_sets(transaction, place.account, now));
    return std::ssize(decided) == Decisions::changes_at_once;
}

}  // namespace

Result<AccountId> Decisions::reopen(const Viewer& viewer, const ChangeId& change, Timestamp now) {
    return database_.write(viewer, [&](Transaction& transaction) -> Result<AccountId> {
        const auto key = TRY(find_change(transaction, viewer.tenant, change));
        const auto lock = TRY(lock_of(transaction, key.account, key.set));
        std::optional<Undone> last;
        {
            auto row = TRY(transaction.query(
                fmt::format("{} e.change = ?2 ORDER BY e.number DESC LIMIT 1", undone_columns), key.account,
                key.number));
            if (TRY(row.step())) last = read_undone(row);
        }
        if (!last) return nothing_to_undo();
        if (!TRY(Undoing(transaction, lock, now).undo(*last)))
            return conflict("The resource has changed since this was decided.",
                            "Decide on its newest change.", "newer_value");
        TRY(recount_set(transaction, key.account, key.set, now));
        TRY(recount_open_sets(transaction, key.account, now));
        return AccountId(TRY(transaction.text("SELECT id FROM cloud_account WHERE number = ?1", key.account))
                             .value_or(""));
    });
}

Result<Decided> Decisions::reopen_set(const Viewer& viewer, const ChangeSetId& set, Timestamp now) {
    Decided out;
    std::string request;
    for (std::int64_t undone = changes_at_once; undone == changes_at_once; out.changes += undone)
        undone = TRY(database_.write(viewer, [&](Transaction& transaction) -> Result<std::int64_t> {
            std::int64_t account = 0, number = 0;
            {
                auto row = TRY(
                    transaction.query("SELECT s.account, s.number, c.id FROM change_set s JOIN "
                                      "cloud_account c ON c.number = s.account WHERE s.id = ?2 AND c.tenant "
                                      "= ?1",
                                      viewer.tenant, set));
                if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such change set.");
                account = row.integer(0);
                number = row.integer(1);
                out.account = row.id<AccountId>(2);
            }
            const auto lock = TRY(lock_of(transaction, account, number));
            if (request.empty())
                request =
                    TRY(transaction.text(
                            "SELECT e.request FROM change_decision e JOIN drift_change d ON d.account = "
                            "e.account AND d.number = e.change WHERE e.account = ?1 AND d.change_set = ?2 "
                            "AND e.undone = 0 ORDER BY e.number DESC LIMIT 1",
                            account, number))
                        .value_or("");
            if (request.empty()) return nothing_to_undo();
            const auto decided = TRY(undone_of(transaction.query(
                fmt::format("{} e.request = ?2 AND d.change_set = ?3 ORDER BY e.number LIMIT {}",
                            undone_columns, changes_at_once),
                account, request, number)));
            TRY(undo_all(transaction, lock, decided, now));
            TRY(recount_set(transaction, account, number, now));
            TRY(recount_open_sets(transaction, account, now));
            return static_cast<std::int64_t>(decided.size());
        }));
    return out;
}

Result<std::vector<Decisions::Reopened>> Decisions::reopen_group(const Viewer& viewer, const std::string& key,
                                                                 Timestamp now) {
    if (!parse_group_key(key)) return fail(Error::Kind::not_found, "There is no such group.");
    const auto last = TRY(database_.read(viewer, [&](Transaction& transaction) {
        return last_group_request(transaction, viewer.tenant, key);
    }));
    std::vector<Reopened> out;
    for (const auto& place : last.places) {
        out.push_back({.account = place.id});
        for (bool more = true; more;)
            more = TRY(database_.write(viewer, [&](Transaction& transaction) {
                return reopen_some(transaction, place, last.request, out.back(), now);
            }));
    }
    return out;
}

Result<std::int64_t> Decisions::wake_snoozed(Timestamp now) {
    return database_.platform().write([&](Transaction& transaction) -> Result<std::int64_t> {
        std::vector<std::int64_t> accounts;
        {
            auto rows =
                TRY(transaction.query("SELECT DISTINCT account FROM drift_change WHERE state = 'snoozed' "
                                      "AND snoozed_until <= ?1",
                                      now));
            while (TRY(rows.step())) accounts.push_back(rows.integer(0));
        }
        std::int64_t woken = 0;
        for (const auto account : accounts) {
            if (!TRY(lock_drift(transaction, account))) continue;
            woken +=
                TRY(transaction.run("UPDATE drift_change SET state = 'open', snoozed_until = 0, decided_by = "
                                    "'', decided_at = 0 WHERE account = ?1 AND state = 'snoozed' AND "
                                    "snoozed_until <= ?2",
                                    account, now));
            TRY(recount_open_sets(transaction, account, now));
        }
        return woken;
    });
}

}  // namespace patrol::store

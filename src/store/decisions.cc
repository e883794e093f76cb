#include "store/decisions.h"

#include <set>

#include <fmt/core.h>

#include "base/json.h"
#include "crypto/random.h"
#include "store/change_rows.h"
#include "store/document_codec.h"
#include "store/drift_notice.h"
#include "store/drift_rows.h"
#include "store/json_columns.h"

namespace patrol::store {
namespace {

using model::ChangeState;

Failure already_decided(std::string_view state, std::string_view by) {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = by.empty() ? fmt::format("This change is {} already.", state)
                                            : fmt::format("This change was {} by {} already.", state, by),
                      .hint = "Look at it again; to decide anew, undo that decision first.",
                      .code = "already_decided"});
}

Failure newer_value() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "The resource has another value by now.",
                      .hint = "Look at the change again.",
                      .code = "newer_value"});
}

// The changes that one request decides: rows of drift_change d with d.account = ?1.
struct Chosen {
    std::string condition;  // on ?2
    std::int64_t value = 0;
};

std::string chosen_rows(const Chosen& chosen) {
    return fmt::format(
        "SELECT d.number FROM drift_change d WHERE d.account = ?1 AND {} AND d.hidden = 0 AND d.state IN "
        "('open', 'snoozed') ORDER BY d.number LIMIT {}",
        chosen.condition, Decisions::changes_at_once);
}

class Deciding {
public:
    Deciding(Transaction& transaction, const DriftLock& lock, const Decision& decision, std::string request,
             Timestamp now)
        : transaction_(transaction),
          lock_(lock),
          decision_(decision),
          request_(std::move(request)),
          now_(now) {}

    // Answers how many; all in a fixed number of statements.
    Result<std::int64_t> run(const Chosen& chosen) {
        const auto rows = chosen_rows(chosen);
        const auto decided = TRY(record(rows, chosen.value));
        if (decided == 0) return 0;
        if (decision_.state == ChangeState::accepted) TRY(write_overrides(rows, chosen.value));
        TRY(change(rows, chosen.value));
        return decided;
    }

private:
    Result<std::int64_t> record(const std::string& rows, std::int64_t value) {
        const auto next =
            TRY(transaction_.integer("SELECT MAX(number) FROM change_decision WHERE account = ?1",
                                     lock_.account))
                .value_or(0);
        return transaction_.run(
            fmt::format(
                "INSERT INTO change_decision (account, number, change, request, state, state_before, "
                "by_name, at, note, paths, undone, old_kind, old_first, old_key, old_hash, old_tags, "
                "old_dictionary, old_packed) SELECT d.account, CAST(?3 AS {{int64}}) + ROW_NUMBER() OVER "
                "(ORDER BY d.number), d.number, CAST(?4 AS TEXT), CAST(?5 AS TEXT), d.state, CAST(?6 AS "
                "TEXT), CAST(?7 AS {{int64}}), CAST(?8 AS TEXT), '[]', 0, COALESCE(o.kind, -1), "
                "COALESCE(o.first, 0), COALESCE(o.value_key, 0), COALESCE(o.hash, CAST(?9 AS {{blob}})), "
                "COALESCE(o.tags, ''), COALESCE(o.dictionary, 0), COALESCE(o.packed, CAST(?9 AS {{blob}})) "
                "FROM drift_change d LEFT JOIN baseline_override o ON o.account = d.account AND o.baseline "
                "= ?10 AND o.res = d.res WHERE d.account = ?1 AND d.number IN ({})",
                rows),
            lock_.account, value, next, request_, model::to_string(decision_.state), decision_.by, now_,
            decision_.note, Blob{""}, lock_.baseline);
    }

    Result<void> write_overrides(const std::string& rows, std::int64_t value) {
        TRY(transaction_.run(
            fmt::format(
                "INSERT INTO baseline_override (account, baseline, res, kind, first, value_key, hash, tags, "
                "dictionary, packed) SELECT d.account, CAST(?3 AS {{int64}}), d.res, CASE WHEN d.after_key "
                "= 0 THEN 0 ELSE 1 END, d.after_first, d.after_key, CAST(?4 AS {{blob}}), '', 0, CAST(?4 AS "
                "{{blob}}) FROM drift_change d WHERE d.account = ?1 AND d.number IN ({}) ON CONFLICT "
                "(account, baseline, res) DO UPDATE SET kind = excluded.kind, first = excluded.first, "
                "value_key = excluded.value_key, hash = excluded.hash, tags = excluded.tags, dictionary = "
                "excluded.dictionary, packed = excluded.packed",
                rows),
            lock_.account, value, lock_.baseline, Blob{""}));
        return {};
    }

    Result<void> change(const std::string& rows, std::int64_t value) {
        const bool live = is_live(decision_.state);
        TRY(transaction_.run(
            fmt::format(
                "UPDATE drift_change SET state = ?3, live = CAST(?4 AS {{int64}}), decided_by = ?5, "
                "decided_at = "
                "?6, snoozed_until = ?7, last_seen = CASE WHEN CAST(?4 AS {{int64}}) = 0 THEN ?6 ELSE "
                "last_seen "
                "END, note = CASE WHEN ?8 = '' THEN note ELSE ?8 END WHERE account = ?1 AND number IN ({})",
                rows),
            lock_.account, value, model::to_string(decision_.state), live ? 1 : 0, decision_.by, now_,
            decision_.state == ChangeState::snoozed ? decision_.until : Timestamp{}, decision_.note));
        return {};
    }

    Transaction& transaction_;
    const DriftLock& lock_;
    const Decision& decision_;
    std::string request_;
    Timestamp now_;
};

std::string new_request() { return crypto::random_base32(16); }

struct ChangeRow {
    ChangeKey key;
    std::string state, by, value, set_state;
    std::int64_t baseline = 0, before_key = 0, after_key = 0, res = 0;
    bool hidden = false;
};

Result<ChangeRow> change_row(Transaction& transaction, const ChangeKey& key) {
    auto row = TRY(transaction.query(
        "SELECT d.state, d.decided_by, d.value, s.state, s.baseline, d.before_key, d.after_key, d.res, "
        "d.hidden, d.change_set FROM drift_change d LEFT JOIN change_set s ON s.account = d.account AND "
        "s.number = d.change_set WHERE d.account = ?1 AND d.number = ?2",
        key.account, key.number));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such change.");
    return ChangeRow{.key = {key.account, key.number, row.integer(9)},
                     .state = row.text(0),
                     .by = row.text(1),
                     .value = row.text(2),
                     .set_state = row.text(3),
                     .baseline = row.integer(4),
                     .before_key = row.integer(5),
                     .after_key = row.integer(6),
                     .res = row.integer(7),
                     .hidden = row.truth(8)};
}

// The change under the drift lock, still open and of the value that the caller saw.
struct Held {
    DriftLock lock;
    ChangeRow row;
};
Result<Held> hold(Transaction& transaction, const TenantId& tenant, const ChangeId& change,
                  const Decision& decision) {
    const auto key = TRY(find_change(transaction, tenant, change));
    const auto lock = TRY(lock_drift(transaction, key.account));
    auto row = TRY(change_row(transaction, key));
    if (row.hidden) return fail(Error::Kind::not_found, "There is no such change.");
    if (!lock || (row.state != "open" && row.state != "snoozed")) return already_decided(row.state, row.by);
    if (!decision.seen_value.empty() && decision.seen_value != row.value) return newer_value();
    return Held{*lock, std::move(row)};
}

struct SetKey {
    std::int64_t account = 0, number = 0, baseline = 0;
    AccountId account_id;
    std::string state;
};
Result<SetKey> find_set(Transaction& transaction, const TenantId& tenant, const ChangeSetId& set) {
    auto row =
        TRY(transaction.query("SELECT s.account, s.number, s.baseline, c.id, s.state FROM change_set s JOIN "
                              "cloud_account c ON c.number = s.account WHERE s.id = ?2 AND c.tenant = ?1",
                              tenant, set));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such change set.");
    return SetKey{row.integer(0), row.integer(1), row.integer(2), row.id<AccountId>(3), row.text(4)};
}

}  // namespace

Result<void> Decisions::decide(const Viewer& viewer, const ChangeId& change, const Decision& decision,
                               Timestamp now) {
    return database_.write(viewer, [&](Transaction& transaction) -> Result<void> {
        const auto held = TRY(hold(transaction, viewer.tenant, change, decision));
        Deciding deciding(transaction, held.lock, decision, new_request(), now);
        TRY(deciding.run({"d.number = ?2", held.row.key.number}));
        TRY(tell_decided(transaction, viewer.tenant, held.lock.account, held.row.key.set, decision, 1, now));
        return recount_set(transaction, held.lock.account, held.row.key.set, now);
    });
}

Result<Decided> Decisions::decide_set(const Viewer& viewer, const ChangeSetId& set, const Decision& decision,
                                      Timestamp now) {
    const auto request = new_request();
    Decided out;
    for (std::int64_t decided = changes_at_once; decided == changes_at_once; out.changes += decided)
        decided = TRY(database_.write(viewer, [&](Transaction& transaction) -> Result<std::int64_t> {
            const auto key = TRY(find_set(transaction, viewer.tenant, set));
            out.account = key.account_id;
            const auto lock = TRY(lock_drift(transaction, key.account));
            if (!lock || lock->baseline != key.baseline) return 0;
            const auto count = TRY(
                Deciding(transaction, *lock, decision, request, now).run({"d.change_set = ?2", key.number}));
            TRY(recount_set(transaction, key.account, key.number, now));
            TRY(tell_decided(transaction, viewer.tenant, key.account, key.number, decision, count, now));
            if (count > 0 && !decision.note.empty())
                TRY(transaction.run("UPDATE change_set SET note = ?3 WHERE account = ?1 AND number = ?2",
                                    key.account, key.number, decision.note));
            return count;
        }));
    if (out.changes > 0) return out;
    const auto key = TRY(database_.read(
        viewer, [&](Transaction& transaction) { return find_set(transaction, viewer.tenant, set); }));
    return already_decided(key.state, "");
}

Result<std::vector<Decided>> Decisions::decide_group(const Viewer& viewer, const std::string& key,
                                                     const Decision& decision, Timestamp now) {
    const auto group = parse_group_key(key);
    if (!group) return fail(Error::Kind::not_found, "There is no such group.");
    struct Member {
        std::int64_t account = 0, number = 0, set = 0;
        AccountId id;
    };
    const auto members =
        TRY(database_.read(viewer, [&](Transaction& transaction) -> Result<std::vector<Member>> {
            auto rows = TRY(
                transaction.query("SELECT d.account, d.number, d.change_set, c.id FROM drift_change d JOIN "
                                  "cloud_account c ON c.number = d.account WHERE c.tenant = ?1 AND d.cause "
                                  "= ?2 AND d.actor_class = ?3 AND d.state = 'open' AND d.hidden = 0 ORDER "
                                  "BY d.account, d.number",
                                  viewer.tenant, group->cause, group->actor_class));
            std::vector<Member> found;
            while (TRY(rows.step()))
                found.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.id<AccountId>(3)});
            return found;
        }));
    if (members.empty()) return fail(Error::Kind::not_found, "There is no such group of open changes.");
    const auto request = group_request(key, new_request());
    std::vector<Decided> out;
    for (std::size_t from = 0, to = 0; from < members.size(); from = to) {
        to = from;
        while (to < members.size() && members[to].account == members[from].account) ++to;
        const auto of_account = std::span(members).subspan(from, to - from);
        const auto decided =
            TRY(database_.write(viewer, [&](Transaction& transaction) -> Result<std::int64_t> {
                const auto lock = TRY(lock_drift(transaction, of_account.front().account));
                if (!lock) return 0;
                Deciding deciding(transaction, *lock, decision, request, now);
                std::int64_t count = 0;
                std::set<std::int64_t> sets;
                for (const auto& member : of_account) {
                    count += TRY(deciding.run({"d.number = ?2", member.number}));
                    sets.insert(member.set);
                }
                for (const auto set : sets) TRY(recount_set(transaction, lock->account, set, now));
                TRY(tell_decided(transaction, viewer.tenant, lock->account, *sets.begin(), decision, count,
                                 now));
                return count;
            }));
        out.push_back({of_account.front().id, decided});
    }
    return out;
}

Result<void> Decisions::accept_part(const Viewer& viewer, const ChangeId& change, const PartAccepted& part,
                                    const Decision& decision, Timestamp now) {
    return database_.write(viewer, [&](Transaction& transaction) -> Result<void> {
        const auto held = TRY(hold(transaction, viewer.tenant, change, decision));
        const auto& row = held.row;
        if (row.before_key != part.before_key || row.after_key != part.after_key) return newer_value();
        const auto account = held.lock.account;
        // Recorded as a decision like any other; then the override is the made document instead.
        TRY(Deciding(transaction, held.lock, decision, new_request(), now)
                .run({"d.number = ?2", row.key.number}));
        const auto number =
            TRY(transaction.integer("SELECT MAX(number) FROM change_decision WHERE account = ?1", account))
                .value_or(0);
        TRY(transaction.run("UPDATE change_decision SET paths = ?3 WHERE account = ?1 AND number = ?2",
                            account, number, strings_text(part.paths)));
        const auto packed = pack_document(part.document);
        TRY(transaction.run(
            "UPDATE baseline_override SET kind = 2, first = ?4, value_key = ?4, hash = ?5, tags = ?6, "
            "dictionary = ?7, packed = ?8 WHERE account = ?1 AND baseline = ?2 AND res = ?3",
            account, held.lock.baseline, row.res, -number, Blob{part.hash}, part.tags, builtin_dictionary,
            Blob{packed}));
        const auto paths = path_columns(part.left);
        TRY(transaction.run(
            "UPDATE drift_change SET state = 'open', live = 1, decided_by = '', decided_at = 0, "
            "snoozed_until = 0, before_key = ?3, severity = ?4, why = ?5, cause = ?6, paths = ?7, "
            "paths_total = ?8, path_names = ?9, previously = ?10 WHERE account = ?1 AND number = ?2",
            account, row.key.number, -number, static_cast<int>(part.severity), part.why, part.cause,
            paths.head, part.left.size(), paths.names,
            past_text({{ChangeState::accepted, decision.by, now, decision.note, part.paths}})));
        TRY(transaction.run("DELETE FROM drift_change_paths WHERE account = ?1 AND number = ?2", account,
                            row.key.number));
        if (!paths.rest.empty()) {
            const auto rest = pack_bytes(paths.rest);
            TRY(transaction.run(
                "INSERT INTO drift_change_paths (account, number, packed) VALUES (?1, ?2, ?3)", account,
                row.key.number, Blob{rest}));
        }
        TRY(tell_part_accepted(transaction, viewer.tenant, account, row.key.set, decision,
                               std::ssize(part.paths), now));
        return recount_set(transaction, account, row.key.set, now);
    });
}

}  // namespace patrol::store

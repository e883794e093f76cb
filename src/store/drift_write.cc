// Evaluated changes into their rows. A batch is one transaction under the account's drift lock.
#include <map>

#include <fmt/core.h>

#include "crypto/random.h"
#include "store/document_codec.h"
#include "store/drift.h"
#include "store/drift_rows.h"
#include "store/insert_rows.h"
#include "store/json_columns.h"

namespace patrol::store {
namespace {

constexpr std::size_t past_decisions_max = 10;
constexpr std::size_t resources_at_once = 64;

struct NewChange {
    const EvaluatedChange* change = nullptr;
    std::int64_t number = 0, set = 0;
    ChangeId id;
    std::string previously;
    PathColumns paths;
};

// What one batch did; taken over when it was committed, because a transaction may run again.
struct Batch {
    std::int64_t revision = 0, set = 0;
    std::vector<LiveChange> gone;
    DriftOutcome outcome;
};

class Writing {
public:
    Writing(Transaction& transaction, const DriftComparison& comparison, std::int64_t rules, Timestamp now)
        : transaction_(transaction), comparison_(comparison), rules_(rules), now_(now) {
        out_.set = comparison.set;
    }
    Batch take() { return std::move(out_); }

    Result<void> run(std::span<const EvaluatedChange> batch) {
        out_.revision =
            TRY(lock_drift_at(transaction_, comparison_.account, comparison_.baseline, comparison_.revision));
        TRY(load_past(batch));
        auto next = TRY(transaction_.integer("SELECT MAX(number) FROM drift_change WHERE account = ?1",
                                             comparison_.account))
                        .value_or(0);
        std::vector<NewChange> made;
        for (const auto& each : batch) {
            if (each.none) {
                if (each.item->live) out_.gone.push_back(*each.item->live);
            } else if (each.item->live) {
                TRY(update(each));
            } else {
                made.push_back({.change = &each,
                                .number = ++next,
                                .set = TRY(set_of(each)),
                                .id = crypto::new_id<ChangeId>(),
                                .previously = past_text(past_[each.item->res]),
                                .paths = path_columns(each.paths)});
                if (each.hidden_by.empty()) opened(each, made.back().id);
            }
        }
        TRY(insert(made));
        for (const auto& each : made) TRY(write_rest(each.number, each.paths));
        return {};
    }

private:
    void opened(const EvaluatedChange& change, const ChangeId& id) {
        ++out_.outcome.opened;
        out_.outcome.to_attribute.push_back(id);
        if (!out_.outcome.worst_opened || *out_.outcome.worst_opened < change.severity)
            out_.outcome.worst_opened = change.severity;
    }

    // Earlier decisions on the resources that get a new change, newest first: one query for many.
    Result<void> load_past(std::span<const EvaluatedChange> batch) {
        std::vector<std::int64_t> wanted;
        for (const auto& each : batch)
            if (!each.none) wanted.push_back(each.item->res);
        std::string places;
        for (std::size_t i = 0; i < resources_at_once; ++i)
            places += fmt::format("{}?{}", i == 0 ? "" : ", ", i + 2);
        for (std::size_t from = 0; from < wanted.size(); from += resources_at_once) {
            auto rows = TRY(transaction_.prepare(
                fmt::format("SELECT d.res, e.state, e.by_name, e.at, e.note, e.paths FROM drift_change d "
                            "JOIN change_decision e ON e.account = d.account AND e.change = d.number WHERE "
                            "d.account = ?1 AND d.res IN ({}) AND e.undone = 0 AND e.state IN ('accepted', "
                            "'rejected') ORDER BY e.number DESC",
                            places)));
            rows.bind(1, comparison_.account);
            for (std::size_t i = 0; i < resources_at_once; ++i)
                rows.bind(static_cast<int>(i) + 2, wanted[std::min(from + i, wanted.size() - 1)]);
            while (TRY(rows.step())) {
                auto& past = past_[rows.integer(0)];
                if (past.size() >= past_decisions_max) continue;
                past.push_back(
                    {.state = model::parse_change_state(rows.view(1)).value_or(model::ChangeState::accepted),
                     .by = rows.text(2),
                     .at = rows.time(3),
                     .note = rows.text(4),
                     .paths = TRY(parse_strings(rows.view(5)))});
            }
        }
        return {};
    }

    Result<std::int64_t> set_of(const EvaluatedChange& change) {
        if (!change.hidden_by.empty()) return 0;
        if (change.deployment) {
            auto& known = deployment_sets_[change.deployment->str()];
            if (known == 0)
                known = TRY(open_deployment_set(transaction_, comparison_.account, comparison_.baseline,
                                                comparison_.newest, *change.deployment, now_));
            return known;
        }
        if (out_.set == 0)
            out_.set = TRY(open_unexplained_set(transaction_, comparison_.account, comparison_.baseline,
                                                comparison_.newest, now_));
        return out_.set;
    }

    Result<void> insert(const std::vector<NewChange>& made) {
        return insert_rows(
            transaction_,
            "INSERT INTO drift_change (account, number, id, change_set, res, slice, op, severity, state, "
            "live, hidden, hidden_by, hidden_owner, told, why, category, type, region, resource, native_id, "
            "name, arn, before_key, after_key, after_first, rules, value, paths, paths_total, path_names, "
            "cause, actor, actor_name, actor_class, first_seen, last_seen, unknown_since, snoozed_until, "
            "assignee, note, decided_by, decided_at, previously, value_key) VALUES ",
            44, "", made, [&](Statement& s, int at, const NewChange& one) {
                const auto& change = *one.change;
                const auto& item = *change.item;
                const auto& facts = *change.facts;
                const auto bind = [&](const auto&... values) { (s.bind(++at, values), ...); };
                bind(comparison_.account, one.number, one.id, one.set, item.res, item.slice,
                     model::to_string(item.op()), static_cast<int>(change.severity), "open", 1,
                     change.hidden_by.empty() ? 0 : 1, change.hidden_by, change.hidden_owner,
                     change.hidden_by.empty() ? 0 : 1, change.why, facts.category, facts.type, facts.region,
                     facts.resource, facts.native_id, facts.name, facts.arn, item.before.key, item.after.key,
                     item.after.first, rules_, change.value, one.paths.head, change.paths.size(),
                     one.paths.names, change.cause, "", "", "", item.seen_at, comparison_.taken_at, 0, 0, "",
                     "", "", 0, one.previously, item.after.key);
            });
    }

    Result<void> write_rest(std::int64_t number, const PathColumns& paths) {
        if (paths.rest.empty()) return {};
        const auto packed = pack_bytes(paths.rest);
        TRY(transaction_.run(
            "INSERT INTO drift_change_paths (account, number, packed) VALUES (?1, ?2, ?3) ON CONFLICT "
            "(account, number) DO UPDATE SET packed = excluded.packed",
            comparison_.account, number, Blob{packed}));
        return {};
    }

    // A live change whose values or rules are others now. Another value is open again, whatever was decided.
    Result<void> update(const EvaluatedChange& change) {
        const auto& item = *change.item;
        const auto& live = *item.live;
        const bool same_value = live.after_key == item.after.key || live.value == change.value;
        const bool hidden = !change.hidden_by.empty();
        const bool opens = !hidden && (live.hidden || !same_value);
        // The same value stays where it is: a later version, which only noise made, says nothing about who or
        // what made it. Deployments that are recorded later move it by themselves (scan/reconsider.h).
        const bool moves = hidden || live.hidden || !same_value;
        const auto set = moves ? TRY(set_of(change)) : live.set;
        const auto paths = path_columns(change.paths);
        TRY(transaction_.run(
            "UPDATE drift_change SET op = ?3, severity = ?4, why = ?5, hidden = ?6, hidden_by = ?7, "
            "hidden_owner = ?8, name = ?9, arn = ?10, before_key = ?11, after_key = ?12, after_first = ?13, "
            "rules = ?14, value = ?15, paths = ?16, paths_total = ?17, path_names = ?18, cause = ?19, "
            "change_set = ?20, unknown_since = 0 WHERE account = ?1 AND number = ?2",
            comparison_.account, live.number, model::to_string(item.op()), static_cast<int>(change.severity),
            change.why, hidden ? 1 : 0, change.hidden_by, change.hidden_owner, change.facts->name,
            change.facts->arn, item.before.key, item.after.key, item.after.first, rules_, change.value,
            paths.head, change.paths.size(), paths.names, change.cause, set));
        TRY(transaction_.run("DELETE FROM drift_change_paths WHERE account = ?1 AND number = ?2",
                             comparison_.account, live.number));
        TRY(write_rest(live.number, paths));
        if (set != live.set && live.set != 0)
            TRY(recount_set(transaction_, comparison_.account, live.set, now_));
        // Whoever made the value before did not make this one.
        if (!same_value)
            TRY(
                transaction_.run("UPDATE drift_change SET actor = '', actor_name = '', actor_class = '', "
                                 "value_key = ?3 WHERE account = ?1 AND number = ?2",
                                 comparison_.account, live.number, item.after.key));
        if (same_value && !live.hidden) return {};
        ++out_.outcome.updated;
        if (!opens) return {};
        TRY(transaction_.run(
            "UPDATE drift_change SET state = 'open', decided_by = '', decided_at = 0, snoozed_until = 0, "
            "told = ?4, previously = ?3 WHERE account = ?1 AND number = ?2",
            comparison_.account, live.number, past_text(past_[item.res]), live.hidden ? 0 : 2));
        const auto id =
            TRY(transaction_.text("SELECT id FROM drift_change WHERE account = ?1 AND number = ?2",
                                  comparison_.account, live.number));
        out_.outcome.to_attribute.emplace_back(id.value_or(""));
        return {};
    }

    Transaction& transaction_;
    const DriftComparison& comparison_;
    std::int64_t rules_;
    Timestamp now_;
    Batch out_;
    std::map<std::int64_t, std::vector<model::PastDecision>> past_;
    std::map<std::string, std::int64_t> deployment_sets_;
};

}  // namespace

Result<void> Drift::write(DriftComparison& comparison, std::span<const EvaluatedChange> batch,
                          std::int64_t rules, DriftOutcome& outcome, Timestamp now) {
    auto done = TRY(database_.write(comparison.tenant, [&](Transaction& transaction) -> Result<Batch> {
        Writing writing(transaction, comparison, rules, now);
        TRY(writing.run(batch));
        return writing.take();
    }));
    comparison.revision = done.revision;
    comparison.set = done.set;
    comparison.gone.insert(comparison.gone.end(), done.gone.begin(), done.gone.end());
    outcome.opened += done.outcome.opened;
    outcome.updated += done.outcome.updated;
    auto& ids = done.outcome.to_attribute;
    outcome.to_attribute.insert(outcome.to_attribute.end(), ids.begin(), ids.end());
    outcome.worst_opened = std::max(outcome.worst_opened, done.outcome.worst_opened);
    return {};
}

}  // namespace patrol::store

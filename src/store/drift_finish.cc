// The end of a comparison: what has gone, what is not read, and the counts that people see.
#include <algorithm>

#include "store/accounts.h"
#include "store/document_codec.h"
#include "store/drift.h"
#include "store/drift_notice.h"
#include "store/drift_rows.h"
#include "store/insert_rows.h"
#include "store/inventory_key.h"

namespace patrol::store {
namespace {

constexpr std::size_t rows_at_once = 2'000;

// Apart from the keys of decisions, which are small.
std::int64_t gained_key(const DriftItem& item) { return -(still + item.after.key); }

// Runs `work` over slices of `items`, a transaction each, all under the drift lock of the comparison.
template <class Items, class Work>
Result<void> in_batches(Database& database, DriftComparison& comparison, const Items& items, Work work) {
    for (std::size_t from = 0; from < items.size(); from += rows_at_once) {
        const auto batch = std::span(items).subspan(from, std::min(rows_at_once, items.size() - from));
        comparison.revision =
            TRY(database.write(comparison.tenant, [&](Transaction& transaction) -> Result<std::int64_t> {
                const auto revision = TRY(
                    lock_drift_at(transaction, comparison.account, comparison.baseline, comparison.revision));
                for (const auto& item : batch) TRY(work(transaction, item));
                return revision;
            }));
    }
    return {};
}

Result<void> close(Transaction& transaction, const DriftComparison& comparison, const LiveChange& gone) {
    if (gone.hidden) {
        TRY(transaction.run("DELETE FROM drift_change WHERE account = ?1 AND number = ?2 AND hidden = 1",
                            comparison.account, gone.number));
        return {};
    }
    const auto last = comparison.before_at.is_set() ? comparison.before_at : comparison.taken_at;
    TRY(transaction.run(
        "UPDATE drift_change SET state = 'reverted', live = 0, unknown_since = 0, snoozed_until = 0, "
        "last_seen = ?3 WHERE account = ?1 AND number = ?2 AND live = 1",
        comparison.account, gone.number, last));
    return {};
}

Result<void> set_unknown(Transaction& transaction, const DriftComparison& comparison, std::int64_t number,
                         Timestamp since) {
    TRY(transaction.run("UPDATE drift_change SET unknown_since = ?3 WHERE account = ?1 AND number = ?2",
                        comparison.account, number, since));
    return {};
}

Result<void> count(Transaction& transaction, const DriftComparison& comparison, Timestamp now) {
    TRY(
        transaction.run("UPDATE baseline SET newly_visible = ?3 + (SELECT COUNT(*) FROM drift_change WHERE "
                        "account = ?1 AND live = 1 AND hidden = 1 AND hidden_by = 'newly_visible'), hidden "
                        "= (SELECT COUNT(*) FROM drift_change WHERE account = ?1 AND live = 1 AND hidden = "
                        "1 AND hidden_by <> 'newly_visible'), unknown = ?4, overrides = (SELECT COUNT(*) "
                        "FROM baseline_override WHERE account = ?1 AND baseline = ?2), evaluated_seq = ?5, "
                        "evaluated_at = ?6 WHERE account = ?1 AND number = ?2",
                        comparison.account, comparison.baseline, comparison.newly_visible.size(),
                        comparison.unknown, comparison.newest_seq, comparison.taken_at));
    TRY(transaction.run("UPDATE change_set SET snapshot = ?2 WHERE account = ?1 AND state = 'open'",
                        comparison.account, comparison.newest));
    return recount_open_sets(transaction, comparison.account, now);
}

}  // namespace

Result<void> Drift::finish(DriftComparison& comparison, DriftOutcome& outcome, Timestamp now) {
    TRY(in_batches(database_, comparison, comparison.gone,
                   [&](Transaction& transaction, const LiveChange& gone) {
                       return close(transaction, comparison, gone);
                   }));
    TRY(in_batches(database_, comparison, comparison.unread,
                   [&](Transaction& transaction, std::int64_t number) {
                       return set_unknown(transaction, comparison, number, comparison.taken_at);
                   }));
    TRY(in_batches(database_, comparison, comparison.read_again,
                   [&](Transaction& transaction, std::int64_t number) {
                       return set_unknown(transaction, comparison, number, {});
                   }));
    outcome.closed += std::ranges::count(comparison.gone, false, &LiveChange::hidden);
    return database_.write(comparison.tenant, [&](Transaction& transaction) -> Result<void> {
        TRY(lock_drift_at(transaction, comparison.account, comparison.baseline, comparison.revision));
        TRY(tell_opened(transaction, comparison, now));
        TRY(tell_reverted(transaction, comparison, outcome.closed, now));
        return count(transaction, comparison, now);
    });
}

Result<std::vector<AccountId>> Drift::forget_judgements(const TenantId& tenant) {
    return database_.write(tenant, [&](Transaction& transaction) -> Result<std::vector<AccountId>> {
        TRY(transaction.run(
            "UPDATE drift_change SET rules = 0 WHERE live = 1 AND account IN (SELECT number FROM "
            "cloud_account WHERE tenant = ?1)",
            tenant));
        auto rows =
            TRY(transaction.query("SELECT c.id FROM cloud_account c JOIN baseline b ON b.account = c.number "
                                  "AND b.active = 1 WHERE c.tenant = ?1 ORDER BY c.number",
                                  tenant));
        std::vector<AccountId> accounts;
        while (TRY(rows.step())) accounts.push_back(rows.id<AccountId>(0));
        return accounts;
    });
}

Result<void> Drift::forget_judgements(const TenantId& tenant, std::span<const ChangeId> changes) {
    return database_.write(tenant, [&](Transaction& transaction) -> Result<void> {
        for (const auto& change : changes)
            TRY(
                transaction.run("UPDATE drift_change SET rules = 0 WHERE id = ?2 AND live = 1 AND account IN "
                                "(SELECT number FROM cloud_account WHERE tenant = ?1)",
                                tenant, change));
        return {};
    });
}

Result<void> Drift::accept_newly_visible(DriftComparison& comparison, std::span<const Gained> gained) {
    struct Row {
        const Gained* gained = nullptr;
        std::string packed;
    };
    for (std::size_t from = 0; from < gained.size(); from += rows_at_once) {
        std::vector<Row> rows;
        for (const auto& each : gained.subspan(from, std::min(rows_at_once, gained.size() - from)))
            rows.push_back({&each, each.document.empty() ? "" : pack_document(each.document)});
        comparison.revision =
            TRY(database_.write(comparison.tenant, [&](Transaction& transaction) -> Result<std::int64_t> {
                const auto revision = TRY(
                    lock_drift_at(transaction, comparison.account, comparison.baseline, comparison.revision));
                TRY(insert_rows(
                    transaction,
                    "INSERT INTO baseline_override (account, baseline, res, kind, first, value_key, hash, "
                    "tags, "
                    "dictionary, packed) VALUES ",
                    10,
                    " ON CONFLICT (account, baseline, res) DO UPDATE SET kind = excluded.kind, first = "
                    "excluded.first, value_key = excluded.value_key, hash = excluded.hash, dictionary = "
                    "excluded.dictionary, packed = excluded.packed",
                    rows, [&](Statement& s, int at, const Row& row) {
                        const auto& item = *row.gained->item;
                        const bool whole = row.packed.empty();
                        s.bind(at + 1, comparison.account)
                            .bind(at + 2, comparison.baseline)
                            .bind(at + 3, item.res);
                        s.bind(at + 4, whole ? 1 : 2)
                            .bind(at + 5, whole ? item.after.first : -item.after.first);
                        s.bind(at + 6, whole ? item.after.key : gained_key(item));
                        s.bind(at + 7, Blob{whole ? std::string_view(item.after.hash) : row.gained->hash});
                        s.bind(at + 8, whole ? "" : std::string_view(item.after.tags));
                        s.bind(at + 9, builtin_dictionary).bind(at + 10, Blob{row.packed});
                    }));
                return revision;
            }));
    }
    return {};
}

Result<void> Drift::accept_slices(DriftComparison& comparison) {
    comparison.revision =
        TRY(database_.write(comparison.tenant, [&](Transaction& transaction) -> Result<std::int64_t> {
            const auto revision =
                TRY(lock_drift_at(transaction, comparison.account, comparison.baseline, comparison.revision));
            // Slices that are read completely now; what is still unread stays a gap.
            TRY(
                transaction.run("INSERT INTO baseline_slice (account, baseline, slice, unknown_paths) SELECT "
                                "account, CAST(?2 "
                                "AS {int64}), slice, unknown_paths FROM coverage WHERE account = ?1 AND last "
                                "= 9000000000 AND "
                                "status = 0 AND first > ?3 ON CONFLICT (account, baseline, slice) DO UPDATE "
                                "SET unknown_paths = "
                                "excluded.unknown_paths",
                                comparison.account, comparison.baseline, comparison.base_seq));
            return revision;
        }));
    return {};
}

}  // namespace patrol::store

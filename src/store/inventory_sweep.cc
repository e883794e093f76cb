// What is deleted from the inventory: old snapshots and whole accounts, always in small transactions.
#include <vector>

#include "store/accounts.h"
#include "store/change_history.h"
#include "store/inventory_key.h"
#include "store/migrations.h"
#include "store/snapshots.h"

namespace patrol::store {
namespace {

constexpr std::int64_t versions_at_once = 5'000;

struct VersionKey {
    std::int64_t res = 0, first = 0, document = 0;
};

Result<void> delete_versions(Transaction& transaction, std::int64_t account,
                             const std::vector<VersionKey>& versions) {
    for (const auto& version : versions) {
        TRY(transaction.run("DELETE FROM version WHERE account = ?1 AND res = ?2 AND first = ?3", account,
                            version.res, version.first));
        TRY(transaction.run(
            "DELETE FROM document WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM version v WHERE "
            "v.account = ?2 AND v.res = ?3 AND v.document = ?1)",
            version.document, account, version.res));
        TRY(transaction.run(
            "DELETE FROM attributes WHERE account = ?1 AND res = ?2 AND NOT EXISTS (SELECT 1 FROM "
            "version v WHERE v.account = ?1 AND v.res = ?2 AND v.attributes = attributes.first)",
            account, version.res));
        TRY(transaction.run(
            "DELETE FROM resource WHERE account = ?1 AND res = ?2 AND NOT EXISTS (SELECT 1 FROM "
            "version v WHERE v.account = ?1 AND v.res = ?2)",
            account, version.res));
    }
    return {};
}

// Terms and mentions of resources that are gone, from (block, text|target, res) on.
template <class Key>
struct Finder {
    std::int64_t block = -1;
    Key key{};
    std::int64_t res = 0;
};

template <class Key>
Result<bool> drop_orphans(Database& database, std::int64_t account, std::string_view table,
                          std::string_view column, Finder<Key>& from) {
    return database.platform().write([&](Transaction& transaction) -> Result<bool> {
        std::vector<Finder<Key>> orphans;
        std::int64_t looked_at = 0;
        auto next = from;
        {
            auto rows = TRY(transaction.query(
                fmt::format("SELECT t.block, t.{1}, t.res, r.res FROM {0} t LEFT JOIN resource r ON "
                            "r.account = t.account AND r.res = t.res WHERE t.account = ?1 AND "
                            "(t.block, t.{1}, t.res) > (?2, ?3, ?4) ORDER BY t.block, t.{1}, t.res LIMIT ?5",
                            table, column),
                account, from.block, from.key, from.res, versions_at_once));
            while (TRY(rows.step())) {
                ++looked_at;
                next.block = rows.integer(0);
                if constexpr (std::is_integral_v<Key>)
                    next.key = rows.integer(1);
                else
                    next.key = rows.text(1);
                next.res = rows.integer(2);
                if (rows.is_null(3)) orphans.push_back(next);
            }
        }
        for (const auto& orphan : orphans)
            TRY(transaction.run(
                fmt::format("DELETE FROM {} WHERE account = ?1 AND block = ?2 AND {} = ?3 AND res = ?4",
                            table, column),
                account, orphan.block, orphan.key, orphan.res));
        from = next;
        return looked_at == versions_at_once;
    });
}

// What is pruned of an account: everything before `first_kept` but what its baseline shows or accepts.
struct Pruning {
    std::int64_t account = 0, first_kept = 0;
    std::int64_t baseline_seq = 0, baseline = 0;  // 0: no baseline
};

Result<bool> drop_some(Database& database, const Pruning& pruning, std::int64_t& dropped) {
    return database.platform().write([&](Transaction& transaction) -> Result<bool> {
        std::vector<VersionKey> versions;
        {
            auto rows =
                TRY(transaction.query("SELECT v.res, v.first, v.document FROM version v WHERE v.account = ?1 "
                                      "AND v.last < ?2 AND v.last < "
                                      "9000000000 AND NOT (v.first <= ?3 AND v.last >= ?3) AND NOT EXISTS "
                                      "(SELECT 1 FROM baseline_override "
                                      "o WHERE o.account = v.account AND o.baseline = ?4 AND o.res = v.res "
                                      "AND o.kind = 1 AND o.first = "
                                      "v.first) LIMIT ?5",
                                      pruning.account, pruning.first_kept, pruning.baseline_seq,
                                      pruning.baseline, versions_at_once));
            while (TRY(rows.step())) versions.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
        }
        TRY(delete_versions(transaction, pruning.account, versions));
        dropped += static_cast<std::int64_t>(versions.size());
        return static_cast<std::int64_t>(versions.size()) == versions_at_once;
    });
}

Result<Pruning> mark_dropped(Transaction& transaction, std::int64_t account, std::int64_t first_kept) {
    Pruning pruning{.account = account};
    // The lock under which baselines are accepted: none is accepted of a snapshot that goes.
    const auto newest =
        TRY(transaction.integer("SELECT newest_seq FROM inventory WHERE account = ?1 {for_update}", account));
    pruning.first_kept = std::min(first_kept, newest.value_or(0));
    {
        auto row = TRY(
            transaction.query("SELECT seq, number FROM baseline WHERE account = ?1 AND active = 1", account));
        if (TRY(row.step())) {
            pruning.baseline_seq = row.integer(0);
            pruning.baseline = row.integer(1);
        }
    }
    // The row stays for its time: first_seen and last_changed of what is kept point to it.
    TRY(transaction.run(
        "UPDATE snapshot SET dropped = 1 WHERE account = ?1 AND seq < ?2 AND dropped = 0 AND seq <> ?3",
        account, pruning.first_kept, pruning.baseline_seq));
    TRY(transaction.run(
        "DELETE FROM coverage WHERE account = ?1 AND last < ?2 AND NOT (first <= ?3 AND last >= ?3)", account,
        pruning.first_kept, pruning.baseline_seq));
    return pruning;
}

}  // namespace

Result<std::int64_t> Snapshots::drop_before(const Viewer& viewer, const AccountId& account,
                                            std::int64_t first_kept) {
    const auto pruning = TRY(database_.write(viewer, [&](Transaction& transaction) -> Result<Pruning> {
        return mark_dropped(transaction, TRY(Accounts::number(transaction, viewer.tenant, account)),
                            first_kept);
    }));
    const auto number = pruning.account;
    for (bool more = true; more;)
        more = TRY(database_.write(viewer, [&](Transaction& transaction) {
            return drop_history(transaction, number, pruning.first_kept, versions_at_once);
        }));
    std::int64_t dropped = 0;
    for (bool more = true; more;) more = TRY(drop_some(database_, pruning, dropped));
    if (dropped == 0) return 0;
    Finder<std::string> term;
    while (TRY(drop_orphans(database_, number, "term", "text", term))) {
    }
    Finder<std::int64_t> mention{.key = INT64_MIN};
    while (TRY(drop_orphans(database_, number, "mention", "target", mention))) {
    }
    return dropped;
}

Result<std::int64_t> erase_inventory(Transaction& transaction, std::int64_t account_number,
                                     std::int64_t limit) {
    std::vector<VersionKey> versions;
    {
        auto rows = TRY(transaction.query(
            "SELECT res, first, document FROM version WHERE account = ?1 LIMIT ?2", account_number, limit));
        while (TRY(rows.step())) versions.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
    }
    for (const auto& version : versions) {
        TRY(transaction.run("DELETE FROM document WHERE id = ?1", version.document));
        TRY(transaction.run("DELETE FROM version WHERE account = ?1 AND res = ?2 AND first = ?3",
                            account_number, version.res, version.first));
    }
    auto deleted = static_cast<std::int64_t>(versions.size());
    struct Table {
        std::string_view name, keys;
    };
    static constexpr Table tables[] = {{"attributes", "res, first"},
                                       {"term", "block, text, res"},
                                       {"mention", "block, target, res"},
                                       {"resource", "res"},
                                       {"coverage", "slice, first"},
                                       {"staged_slice", "slice"},
                                       {"staged_close", "res"},
                                       {"snapshot", "seq"},
                                       {"slice", "id"},
                                       {"baseline_override", "baseline, res"},
                                       {"baseline_slice", "baseline, slice"},
                                       {"drift_change_paths", "number"},
                                       {"change_decision", "number"},
                                       {"drift_change", "number"},
                                       {"change_set", "number"},
                                       {"baseline", "number"},
                                       {"version_change", "seq, res"},
                                       {"inventory", "account"}};
    for (const auto& table : tables) {
        if (deleted >= limit) return deleted;
        deleted += TRY(transaction.run(fmt::format("DELETE FROM {0} WHERE account = ?1 AND ({1}) IN (SELECT "
                                                   "{1} FROM {0} WHERE account = ?1 LIMIT ?2)",
                                                   table.name, table.keys),
                                       account_number, limit - deleted));
    }
    return deleted;
}

}  // namespace patrol::store

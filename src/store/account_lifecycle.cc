// What happens to accounts by time: falling due for a scan, and leaving.
#include <fmt/core.h>

#include "store/accounts.h"
#include "store/migrations.h"

namespace patrol::store {

namespace {

constexpr std::int64_t erase_rows = 5000;

// Everything of the account that is small goes now; the row itself stays, of no tenant, as the mark
// that its inventory is still to be erased.
Result<void> hide(Transaction& tx, const TenantId& tenant, const AccountId& account) {
    const auto number = TRY(Accounts::number(tx, tenant, account));
    for (const auto* table : {"job", "scan", "connect_token"})
        TRY(tx.run(fmt::format("DELETE FROM {} WHERE account = ?1", table), account));
    TRY(
        tx.run("UPDATE cloud_account SET tenant = '', customer_id = NULL, auto_scan = 0, auth = '{}', labels "
               "= '{}', "
               "native_account_id = '' WHERE number = ?1",
               number));
    return {};
}

// One batch; false when nothing is left. The lock makes processes that sweep at a time take turns.
Result<bool> erase_some(Transaction& tx, std::int64_t number) {
    const auto there =
        TRY(tx.integer("SELECT 1 FROM cloud_account WHERE number = ?1 AND tenant = '' {for_update}", number));
    if (!there) return false;
    if (TRY(erase_inventory(tx, number, erase_rows)) > 0) return true;
    TRY(tx.run("DELETE FROM cloud_account WHERE number = ?1 AND tenant = ''", number));
    return false;
}

}  // namespace

Result<void> Accounts::remove(const Viewer& viewer, const AccountId& account) {
    TRY(database_.read(viewer, [&](Transaction& tx) { return number(tx, viewer.tenant, account); }));
    // The row leaves its tenant, which only the platform's door can see through.
    return database_.platform().write([&](Transaction& tx) { return hide(tx, viewer.tenant, account); });
}

Result<void> Accounts::sweep(std::stop_token stop) {
    const auto left = TRY(database_.platform().read([](Transaction& tx) -> Result<std::vector<std::int64_t>> {
        auto row = TRY(tx.query("SELECT number FROM cloud_account WHERE tenant = ''"));
        std::vector<std::int64_t> numbers;
        while (TRY(row.step())) numbers.push_back(row.integer(0));
        return numbers;
    }));
    for (const auto number : left)
        for (bool more = true; more && !stop.stop_requested();)
            more = TRY(database_.platform().write([&](Transaction& tx) { return erase_some(tx, number); }));
    return {};
}

Result<std::vector<Accounts::Due>> Accounts::due_for_scan(Timestamp now, std::size_t limit) {
    return database_.platform().read([&](Transaction& tx) -> Result<std::vector<Due>> {
        auto row = TRY(
            tx.query("SELECT a.tenant, a.id, a.auto_scan_hours, a.next_scan_at FROM cloud_account a "
                     "WHERE a.auto_scan = 1 AND a.next_scan_at <= ?1 AND a.status <> 'paused' "
                     "AND NOT EXISTS (SELECT 1 FROM scan s WHERE s.account = a.id AND s.state = 'queued') "
                     "AND NOT EXISTS (SELECT 1 FROM scan s WHERE s.account = a.id AND s.state = 'running') "
                     "ORDER BY a.next_scan_at, a.number LIMIT ?2",
                     now, limit));
        std::vector<Due> due;
        while (TRY(row.step()))
            due.push_back({.tenant = row.id<TenantId>(0),
                           .account = row.id<AccountId>(1),
                           .auto_scan_hours = static_cast<int>(row.integer(2)),
                           .next_scan_at = row.time(3)});
        return due;
    });
}

Result<std::optional<Timestamp>> Accounts::next_due_at() {
    return database_.platform().read([](Transaction& tx) -> Result<std::optional<Timestamp>> {
        const auto next =
            TRY(tx.integer("SELECT MIN(next_scan_at) FROM cloud_account WHERE auto_scan = 1 "
                           "AND status <> 'paused'"));
        if (!next) return std::nullopt;
        return Timestamp{*next};
    });
}

}  // namespace patrol::store

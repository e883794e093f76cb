#include "store/today.h"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "base/limits.h"
#include "model/cloud_account.h"
#include "store/account_watch.h"
#include "store/today_drift.h"

namespace patrol::store {

namespace {

using model::Severity;
using model::Today;
using model::TodayItem;
using model::TodayKind;

constexpr std::int64_t day_ms = 86'400'000;

struct AccountState {
    TodayItem item;
    model::AccountStatus status = model::AccountStatus::pending;
    std::string reason;
    Timestamp failing_since, last_scan, last_read;
    bool stale = false, has_drift = false;
};

AccountState read_account(const Statement& row) {
    AccountState state;
    state.item.account = row.id<AccountId>(0);
    state.item.account_name = row.text(1);
    state.item.customer = row.optional_id<CustomerId>(2);
    state.item.customer_name = row.text(3);
    state.status = model::parse_account_status(row.view(4)).value_or(model::AccountStatus::pending);
    state.reason = row.text(5);
    state.last_scan = row.time(6);
    state.last_read = row.time(7);
    state.stale = row.truth(8);
    state.has_drift = row.truth(10);
    state.failing_since = row.is_null(9) ? state.last_scan : row.time(9);
    return state;
}

// What is the matter with the account: the worst only, since the others follow from it.
std::optional<TodayItem> matter(AccountState& state) {
    auto item = std::move(state.item);
    item.accounts = 1;
    item.detail = state.reason;
    if (state.status == model::AccountStatus::failing) {
        item.kind = TodayKind::failing;
        item.severity = Severity::high;
        item.title = "The account cannot be read";
        item.since = state.failing_since;
    } else if (state.status == model::AccountStatus::insecure_trust) {
        item.kind = TodayKind::insecure_trust;
        item.severity = Severity::high;
        item.title = "The role opens without the external ID";
        item.since = state.failing_since;
    } else if (state.stale) {
        item.kind = TodayKind::stale;
        item.severity = Severity::high;
        item.title = "Not scanned for too long";
        item.detail = "The newest snapshot is of " + to_rfc3339(state.last_read) + ".";
        item.since = state.last_read;
    } else if (state.status == model::AccountStatus::degraded) {
        item.kind = TodayKind::coverage;
        item.severity = Severity::low;
        item.title = "Something could not be read";
        item.since = state.last_scan;
    } else {
        return std::nullopt;
    }
    return item;
}

bool wanted(const TodayItem& item, const TodayFilter& filter) {
    return item.severity >= filter.min_severity && (!filter.customer || item.customer == filter.customer);
}

void add(Today& today, TodayItem item, const TodayFilter& filter) {
    if (wanted(item, filter)) today.items.push_back(std::move(item));
}

Result<void> read_accounts(Transaction& tx, const TenantId& tenant, const TodayFilter& filter, Timestamp now,
                           Today& today) {
    static const std::string sql = fmt::format(
        "SELECT a.id, a.name, a.customer_id, COALESCE(u.name, ''), a.status, a.status_reason, "
        "a.last_scan_at, {}, "
        "CASE WHEN {} THEN 1 ELSE 0 END, e.opened_at, CASE WHEN {} THEN 1 ELSE 0 END FROM cloud_account a "
        "LEFT JOIN customer u ON u.id = "
        "a.customer_id LEFT JOIN watch_episode e ON e.account = a.id AND e.kind = 'credentials_failing' "
        "WHERE "
        "a.tenant = ?1",
        last_read_sql(), is_stale_sql(2), has_open_drift);
    auto row = TRY(tx.query(sql, tenant, now));
    while (TRY(row.step())) {
        auto state = read_account(row);
        if (filter.customer && state.item.customer != filter.customer) continue;
        today.last_scan = std::max(today.last_scan, state.last_scan);
        const bool connected = state.status == model::AccountStatus::connected;
        if (auto item = matter(state))
            add(today, std::move(*item), filter);
        else if (connected && !state.has_drift)
            ++today.fine_accounts;
    }
    return {};
}

Result<void> read_tokens(Transaction& tx, const TenantId& tenant, const TodayFilter& filter, Timestamp now,
                         Today& today) {
    if (filter.customer) return {};
    auto row =
        TRY(tx.query("SELECT id, name, expires_at FROM api_token WHERE tenant = ?1 AND revoked_at = 0 AND "
                     "expires_at > ?2 AND expires_at < ?3",
                     tenant, now, now + limits::expires_soon));
    while (TRY(row.step()))
        add(today,
            {.kind = TodayKind::expires,
             .severity = Severity::medium,
             .title = fmt::format("The API token {} expires", row.view(1)),
             .detail = fmt::format("It works until {}.", to_rfc3339(row.time(2))),
             .since = row.time(2) - limits::expires_soon,
             .subject = row.text(0)},
            filter);
    return {};
}

Result<void> read_days(Transaction& tx, const TenantId& tenant, Timestamp now, Today& today) {
    const std::int64_t first = now.ms / day_ms - (limits::today_days - 1);
    for (std::int64_t day = 0; day < limits::today_days; ++day)
        today.days.push_back({.day = {(first + day) * day_ms}});
    auto row = TRY(
        tx.query("SELECT created_at / 86400000, state, COUNT(*) FROM scan WHERE tenant = ?1 AND created_at "
                 ">= ?2 GROUP BY 1, 2",
                 tenant, first * day_ms));
    while (TRY(row.step())) {
        const auto at = row.integer(0) - first;
        if (at < 0 || at >= limits::today_days) continue;
        auto& day = today.days[static_cast<std::size_t>(at)];
        if (row.view(1) == "succeeded") day.ok = row.integer(2);
        if (row.view(1) == "partial") day.partial = row.integer(2);
        if (row.view(1) == "failed") day.failed = row.integer(2);
    }
    return {};
}

void sort_and_cut(Today& today, std::int64_t more) {
    today.total = static_cast<std::int64_t>(today.items.size()) + more;
    std::ranges::sort(today.items, [](const TodayItem& a, const TodayItem& b) {
        return std::tuple(b.severity, a.kind, a.since, a.account_name) <
               std::tuple(a.severity, b.kind, b.since, b.account_name);
    });
    if (today.items.size() > limits::today_items) today.items.resize(limits::today_items);
}

}  // namespace

Result<Today> TodayReader::read(const Viewer& viewer, const TodayFilter& filter, Timestamp now) {
    return database_.read(viewer, [&](Transaction& tx) -> Result<Today> {
        Today today;
        const auto more = TRY(read_drift(tx, viewer.tenant, filter, today));
        TRY(read_accounts(tx, viewer.tenant, filter, now, today));
        TRY(read_tokens(tx, viewer.tenant, filter, now, today));
        TRY(read_days(tx, viewer.tenant, now, today));
        sort_and_cut(today, more);
        return today;
    });
}

}  // namespace patrol::store

#include "store/account_watch.h"

#include <vector>

#include <fmt/core.h>

#include "base/limits.h"
#include "store/outbox.h"

namespace patrol::store {

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t found_at_once = 1'000;

struct Found {
    TenantId tenant;
    AccountId account;
    std::string name, reason;
    Timestamp since;  // of the condition; of the episode when it is over
};

Result<std::vector<Found>> find(Transaction& tx, const std::string& sql, std::string_view kind,
                                Timestamp now) {
    auto row = TRY(tx.query(sql, kind, now, found_at_once));
    std::vector<Found> found;
    while (TRY(row.step()))
        found.push_back({row.id<TenantId>(0), row.id<AccountId>(1), row.text(2), row.text(3), row.time(4)});
    return found;
}

struct Watched {
    model::NoticeKind kind;
    std::string condition;  // over cloud_account a; ?2 is now
    std::string since;
};

std::vector<Watched> watched() {
    return {{model::NoticeKind::account_not_scanned, is_stale_sql(2), last_read_sql()},
            {model::NoticeKind::credentials_failing, "a.status IN ('failing', 'insecure_trust') AND ?2 = ?2",
             "?2"}};
}

model::Notice begun(const Watched& watch, const Found& found, Timestamp now) {
    const bool unread = watch.kind == model::NoticeKind::account_not_scanned;
    model::Notice notice{
        .kind = watch.kind,
        .severity = model::Severity::high,
        .account = found.account,
        .title = fmt::format("{} {}", found.name, unread ? "was not scanned for too long" : "cannot be read"),
        .facts = {{"state", "begun"}}};
    if (unread) notice.facts["last_scan"] = to_rfc3339(found.since);
    if (!found.reason.empty()) notice.facts["reason"] = found.reason;
    notice.dedupe = fmt::format("{}:{}:{}", model::to_string(watch.kind), found.account.str(), now.ms);
    return notice;
}

model::Notice over(const Watched& watch, const Found& found) {
    const bool unread = watch.kind == model::NoticeKind::account_not_scanned;
    return {.kind = watch.kind,
            .severity = model::Severity::high,  // whoever heard of its beginning hears of its end
            .account = found.account,
            .title = fmt::format("Resolved: {} {}", found.name,
                                 unread ? "was scanned again" : "can be read again"),
            .facts = {{"state", "resolved"}, {"since", to_rfc3339(found.since)}},
            .dedupe = fmt::format("{}:{}:{}:over", model::to_string(watch.kind), found.account.str(),
                                  found.since.ms)};
}

Result<std::int64_t> tell_begun(Transaction& tx, const Watched& watch, Timestamp now) {
    const auto sql = fmt::format(
        "SELECT a.tenant, a.id, a.name, a.status_reason, {} FROM cloud_account a WHERE a.tenant <> '' AND {} "
        "AND NOT "
        "EXISTS (SELECT 1 FROM watch_episode e WHERE e.account = a.id AND e.kind = ?1) ORDER BY a.number "
        "LIMIT ?3",
        watch.since, watch.condition);
    std::int64_t told = 0;
    for (const auto& found : TRY(find(tx, sql, model::to_string(watch.kind), now))) {
        const auto mine =
            TRY(tx.run("INSERT INTO watch_episode(tenant, account, kind, opened_at) VALUES (?1, ?2, ?3, "
                       "?4) ON CONFLICT (account, kind) DO NOTHING",
                       found.tenant, found.account, model::to_string(watch.kind), now));
        if (mine == 0) continue;
        TRY(Outbox::put(tx, found.tenant, begun(watch, found, now), now));
        ++told;
    }
    return told;
}

// An account that was removed or paused in the meantime is over without a word.
Result<std::int64_t> tell_over(Transaction& tx, const Watched& watch, Timestamp now) {
    const auto sql = fmt::format(
        "SELECT e.tenant, e.account, a.name, a.status, e.opened_at FROM watch_episode e LEFT JOIN "
        "cloud_account a ON "
        "a.id = e.account AND a.tenant = e.tenant WHERE e.kind = ?1 AND (a.id IS NULL OR NOT ({})) LIMIT ?3",
        watch.condition);
    std::int64_t told = 0;
    for (const auto& found : TRY(find(tx, sql, model::to_string(watch.kind), now))) {
        const auto mine = TRY(tx.run("DELETE FROM watch_episode WHERE account = ?1 AND kind = ?2",
                                     found.account, model::to_string(watch.kind)));
        const bool is_well = found.reason == "connected" || found.reason == "degraded";
        if (mine == 0 || found.name.empty() || !is_well) continue;
        TRY(Outbox::put(tx, found.tenant, over(watch, found), now));
        ++told;
    }
    return told;
}

}  // namespace

std::string last_read_sql() {
    return "COALESCE((SELECT s.taken_at FROM inventory i JOIN snapshot s ON s.account = i.account AND "
           "s.seq = i.newest_seq WHERE i.account = a.number), a.created_at)";
}

std::string is_stale_sql(int now) {
    return fmt::format(
        "a.auto_scan = 1 AND a.mode = 'pull' AND {0} < ?{1} - CASE WHEN a.auto_scan_hours * {2} * 3 / 2 "
        "> {3} THEN a.auto_scan_hours * {2} * 3 / 2 ELSE {3} END",
        last_read_sql(), now, hour_ms, Millis(limits::not_scanned_age).count());
}

Result<std::int64_t> AccountWatch::look(Timestamp now) {
    return database_.platform().write([&](Transaction& tx) -> Result<std::int64_t> {
        std::int64_t told = 0;
        for (const auto& watch : watched()) {
            told += TRY(tell_over(tx, watch, now));
            told += TRY(tell_begun(tx, watch, now));
        }
        return told;
    });
}

}  // namespace patrol::store

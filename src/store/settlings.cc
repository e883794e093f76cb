#include "store/settlings.h"

namespace patrol::store {

namespace {

using model::Settling;
using model::SettlingState;

constexpr std::string_view columns =
    "account, tenant, state, snapshots, pause_ms, first_seq, started_by, started_at, ended_at";

Settling read(const Statement& row) {
    return {.account = row.id<AccountId>(0),
            .state = model::parse_settling_state(row.view(2)).value_or(SettlingState::ended),
            .snapshots = row.integer(3),
            .interval = Millis(row.integer(4)),
            .first_seq = row.integer(5),
            .started_by = row.text(6),
            .started_at = row.time(7),
            .ended_at = row.time(8)};
}

Failure conflict(std::string message, std::string hint, std::string code) {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .code = std::move(code)});
}

Result<void> check_account(Transaction& tx, const TenantId& tenant, const AccountId& account) {
    const auto found =
        TRY(tx.integer("SELECT COUNT(*) FROM cloud_account WHERE tenant = ?1 AND id = ?2", tenant, account));
    if (found.value_or(0) == 0) return fail(Error::Kind::not_found, "There is no such cloud account.");
    const auto baselines =
        TRY(tx.integer("SELECT COUNT(*) FROM baseline b JOIN cloud_account c ON c.number = b.account "
                       "WHERE c.tenant = ?1 AND c.id = ?2",
                       tenant, account));
    if (baselines.value_or(0) > 0)
        return conflict("This account has a baseline already.",
                        "Settling is for the first one. Rules can be made from any change.", "has_baseline");
    return {};
}

}  // namespace

Result<void> Settlings::start(const TenantId& tenant, const Settling& settling) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        TRY(check_account(tx, tenant, settling.account));
        const auto rows = TRY(tx.run(
            "INSERT INTO settling(account, tenant, state, snapshots, pause_ms, first_seq, started_by, "
            "started_at, "
            "ended_at) VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT (account) DO UPDATE SET "
            "state = 'running', snapshots = excluded.snapshots, pause_ms = excluded.pause_ms, "
            "first_seq = excluded.first_seq, started_by = excluded.started_by, started_at = "
            "excluded.started_at, "
            "ended_at = 0 WHERE settling.state <> 'running'",
            settling.account, tenant, settling.snapshots, settling.interval.count(), settling.first_seq,
            settling.started_by, settling.started_at));
        if (rows == 0)
            return conflict("This account is being settled already.", "Wait for its scans, or skip them.",
                            "settling");
        return {};
    });
}

Result<Settling> Settlings::get(const TenantId& tenant, const AccountId& account) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<Settling> {
        auto row = TRY(
            tx.query("SELECT " + std::string(columns) + " FROM settling WHERE tenant = ?1 AND account = ?2",
                     tenant, account));
        if (!TRY(row.step())) return Settling{.account = account, .state = SettlingState::none};
        return read(row);
    });
}

Result<bool> Settlings::end(const TenantId& tenant, const AccountId& account, SettlingState state,
                            Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<bool> {
        return TRY(tx.run("UPDATE settling SET state = ?3, ended_at = ?4 "
                          "WHERE tenant = ?1 AND account = ?2 AND state = 'running'",
                          tenant, account, model::to_string(state), now)) > 0;
    });
}

Result<std::vector<Settlings::Running>> Settlings::running(std::size_t limit) {
    return database_.platform().read([&](Transaction& tx) -> Result<std::vector<Running>> {
        auto row =
            TRY(tx.query("SELECT " + std::string(columns) +
                             " FROM settling WHERE state = 'running' ORDER BY started_at, account LIMIT ?1",
                         static_cast<std::int64_t>(limit)));
        std::vector<Running> out;
        while (TRY(row.step())) out.push_back({.tenant = row.id<TenantId>(1), .settling = read(row)});
        return out;
    });
}

}  // namespace patrol::store

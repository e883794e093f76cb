#include "store/drift_notice.h"

#include <fmt/core.h>

#include "store/outbox.h"

namespace patrol::store {
namespace {

using model::NoticeKind;

struct AccountName {
    AccountId id;
    std::string name;
};
Result<AccountName> account_name(Transaction& transaction, std::int64_t account) {
    auto row = TRY(transaction.query("SELECT id, name FROM cloud_account WHERE number = ?1", account));
    if (!TRY(row.step())) return fail(Error::Kind::not_found, "There is no such cloud account.");
    return AccountName{row.id<AccountId>(0), row.text(1)};
}

std::string counted(std::int64_t changes, std::string_view what) {
    return changes == 1 ? fmt::format("1 {}", what) : fmt::format("{} {}s", changes, what);
}

struct Untold {
    std::int64_t changes = 0;
    model::Severity worst = model::Severity::info;
    std::int64_t set = 0;
    json::array examples;
};

Result<Untold> untold(Transaction& transaction, std::int64_t account, std::int64_t told) {
    Untold out;
    {
        auto row =
            TRY(transaction.query("SELECT COUNT(*), MAX(d.severity), MAX(d.change_set) FROM drift_change d "
                                  "JOIN change_set s ON s.account = d.account AND s.number = d.change_set "
                                  "WHERE d.account = ?1 AND d.told = ?2 AND d.told <> 1 AND d.state = "
                                  "'open' AND d.hidden = 0 AND s.kind = 'unexplained'",
                                  account, told));
        if (!TRY(row.step()) || row.integer(0) == 0) return out;
        out.changes = row.integer(0);
        out.worst = static_cast<model::Severity>(row.integer(1));
        out.set = row.integer(2);
    }
    auto rows = TRY(transaction.query(
        "SELECT d.op, d.type, d.name, d.native_id, d.why FROM drift_change d JOIN change_set s ON s.account "
        "= d.account AND s.number = d.change_set WHERE d.account = ?1 AND d.told = ?2 AND d.told <> 1 AND "
        "d.state = 'open' AND d.hidden = 0 AND s.kind = 'unexplained' ORDER BY d.severity DESC, d.number "
        "LIMIT ?3",
        account, told, notice_examples_max));
    while (TRY(rows.step())) {
        const auto name = rows.view(2).empty() ? rows.view(3) : rows.view(2);
        const auto why = rows.view(4);
        out.examples.emplace_back(
            fmt::format("{} {} {}{}{}", rows.view(1), name, rows.view(0), why.empty() ? "" : ": ", why));
    }
    return out;
}

Result<std::optional<ChangeSetId>> set_id(Transaction& transaction, std::int64_t account, std::int64_t set) {
    const auto id =
        TRY(transaction.text("SELECT id FROM change_set WHERE account = ?1 AND number = ?2", account, set));
    if (!id) return std::nullopt;
    return ChangeSetId(*id);
}

}  // namespace

Result<void> tell_opened(Transaction& transaction, const DriftComparison& comparison, Timestamp now) {
    const auto account = TRY(account_name(transaction, comparison.account));
    struct Told {
        std::int64_t state;
        NoticeKind kind;
        std::string_view what;
    };
    for (const auto& told : {Told{0, NoticeKind::drift_opened, "unexplained change"},
                             Told{2, NoticeKind::drift_changed, "open change with a new value"}}) {
        auto found = TRY(untold(transaction, comparison.account, told.state));
        if (found.changes == 0) continue;
        const auto many = told.state == 0 ? counted(found.changes, told.what)
                          : found.changes == 1
                              ? "1 open change with a new value"
                              : fmt::format("{} open changes with new values", found.changes);
        const auto change_set = TRY(set_id(transaction, comparison.account, found.set));
        TRY(Outbox::put(transaction, comparison.tenant,
                        {.kind = told.kind,
                         .severity = found.worst,
                         .account = account.id,
                         .change_set = change_set,
                         .title = fmt::format("{} in {}", many, account.name),
                         .facts = {{"account", account.name},
                                   {"worst", model::to_string(found.worst)},
                                   {"changes", found.changes},
                                   {"examples", std::move(found.examples)}}},
                        now));
    }
    TRY(transaction.run("UPDATE drift_change SET told = 1 WHERE account = ?1 AND told <> 1",
                        comparison.account));
    return {};
}

Result<void> tell_reverted(Transaction& transaction, const DriftComparison& comparison, std::int64_t changes,
                           Timestamp now) {
    if (changes == 0) return {};
    const auto account = TRY(account_name(transaction, comparison.account));
    TRY(Outbox::put(transaction, comparison.tenant,
                    {.kind = NoticeKind::drift_decided,
                     .severity = model::Severity::info,
                     .account = account.id,
                     .title = fmt::format("{} reverted in {}", counted(changes, "change"), account.name),
                     .facts = {{"account", account.name}, {"state", "reverted"}, {"changes", changes}}},
                    now));
    return {};
}

namespace {

// `what`: "3 changes".
Result<void> tell(Transaction& transaction, const TenantId& tenant, std::int64_t account, std::int64_t set,
                  const Decision& decision, const std::string& what, std::int64_t changes, Timestamp now) {
    const auto name = TRY(account_name(transaction, account));
    const auto state = model::to_string(decision.state);
    const auto change_set = TRY(set_id(transaction, account, set));
    TRY(Outbox::put(transaction, tenant,
                    {.kind = NoticeKind::drift_decided,
                     .severity = model::Severity::info,
                     .account = name.id,
                     .change_set = change_set,
                     .title = fmt::format("{} {} in {} by {}", what, state, name.name, decision.by),
                     .facts = {{"account", name.name},
                               {"state", state},
                               {"by", decision.by},
                               {"changes", changes},
                               {"note", decision.note}}},
                    now));
    return {};
}

}  // namespace

Result<void> tell_decided(Transaction& transaction, const TenantId& tenant, std::int64_t account,
                          std::int64_t set, const Decision& decision, std::int64_t changes, Timestamp now) {
    if (changes == 0 || decision.state == model::ChangeState::snoozed) return {};
    return tell(transaction, tenant, account, set, decision, counted(changes, "change"), changes, now);
}

Result<void> tell_part_accepted(Transaction& transaction, const TenantId& tenant, std::int64_t account,
                                std::int64_t set, const Decision& decision, std::int64_t paths,
                                Timestamp now) {
    return tell(transaction, tenant, account, set, decision, counted(paths, "path") + " of 1 change", 1, now);
}

}  // namespace patrol::store

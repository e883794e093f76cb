#include "scan/connection_check.h"

#include "base/limits.h"
#include "base/log.h"
#include "scan/deadline.h"
#include "scan/schedule.h"

namespace patrol::scan {
namespace {

constexpr auto first_retry = Millis(1000);
constexpr auto longest_retry = Millis(8000);

const model::Check* first_failed(const model::TestReport& report) {
    for (const auto& check : report.checks)
        if (check.status == model::CheckStatus::fail) return &check;
    return nullptr;
}

bool is_trust_check(const model::Check& check) {
    return check.id == "external_id_required" || check.id == "wrong_external_id_refused";
}

// A provider of a later version, or a connection that cannot be tried: one failing check that says so.
model::TestReport report_of(const Error& error, Timestamp now) {
    std::string id = error.code == "provider_not_available" ? "not_available" : "connection";
    return {.ok = false,
            .checks = {{.id = std::move(id),
                        .title = "Connection",
                        .status = model::CheckStatus::fail,
                        .detail = error.message,
                        .hint = error.hint}},
            .tested_at = now};
}

}  // namespace

Result<model::TestReport> ConnectionTest::run(const TenantId& tenant, const AccountId& id) {
    auto account = TRY(store_.accounts().get(tenant, id));
    Deadline deadline(clock_, limits::test_time);
    auto provider = connector_.connect(
        {.tenant = tenant, .account = account, .purpose = "test", .proposed_role_arn = ""});
    if (!provider) return report_of(provider.error(), clock_.now());
    auto report = (*provider)->test(deadline.token());
    report.tested_at = clock_.now();
    TRY(record(tenant, account, **provider, report, deadline.token()));
    events_.publish(tenant, "account:" + id.str(), "tested", {{"account_id", id.str()}, {"ok", report.ok}});
    return report;
}

// What the test teaches about the account: its number, its status, and after a pass the auto-scan.
Result<void> ConnectionTest::record(const TenantId& tenant, const model::CloudAccount& account,
                                    inventory::Provider& provider, model::TestReport& report,
                                    std::stop_token stop) {
    auto now = clock_.now();
    if (!report.ok) {
        const auto* failed = first_failed(report);
        auto status = failed != nullptr && is_trust_check(*failed) ? model::AccountStatus::insecure_trust
                                                                   : model::AccountStatus::failing;
        return store_.accounts().set_status(tenant, account.id, status,
                                            failed == nullptr ? "" : failed->detail, now);
    }
    auto identity = TRY(provider.identity(stop));
    auto bound = store_.accounts().bind_native_id(tenant, account.id, identity.account_id, now);
    if (!bound) {
        report.ok = false;
        report.checks.push_back({.id = "account_bound",
                                 .title = "Account number",
                                 .status = model::CheckStatus::fail,
                                 .detail = bound.error().message,
                                 .hint = bound.error().hint});
        return store_.accounts().set_status(tenant, account.id, model::AccountStatus::failing,
                                            bound.error().message, now);
    }
    TRY(store_.accounts().set_status(tenant, account.id, model::AccountStatus::connected, "", now));
    auto next = next_scan_time(account.id, account.auto_scan_hours, now, random_jitter());
    TRY(store_.accounts().switch_on_auto_scan(tenant, account.id, next, now));
    return {};
}

void ConnectionTest::trial(const TenantId& tenant, const AccountId& id, const ConnectTokenId& token,
                           std::stop_token stop) {
    auto outcome = try_role(tenant, id, stop);
    std::string state = outcome                                    ? "passed"
                        : outcome.error().code == "insecure_trust" ? "insecure_trust"
                                                                   : "failed";
    std::string detail = outcome ? "" : outcome.error().message + " " + outcome.error().hint;
    auto kept = store_.connect_tokens().set_trial(tenant, token, state, detail);
    if (!kept) log::warn("trial not recorded", {{"why", describe(kept.error())}});
    events_.publish(tenant, "account:" + id.str(), "connect_trial",
                    {{"account_id", id.str()}, {"state", state}, {"detail", detail}});
}

// A new role is not known everywhere at once: AWS may refuse it for some seconds.
Result<void> ConnectionTest::try_role(const TenantId& tenant, const AccountId& id, std::stop_token stop) {
    Deadline deadline(clock_, limits::connect_trial_time, stop);
    auto wait = first_retry;
    for (;;) {
        auto tried = try_once(tenant, id, deadline.token());
        if (tried || tried.error().code == "insecure_trust" || tried.error().kind == Error::Kind::conflict)
            return tried;
        if (deadline.left() <= wait || stop.stop_requested()) return tried;
        clock_.sleep_for(wait);
        wait = std::min(wait * 2, longest_retry);
    }
}

Result<void> ConnectionTest::try_once(const TenantId& tenant, const AccountId& id, std::stop_token stop) {
    auto account = TRY(store_.accounts().get(tenant, id));
    auto* role = std::get_if<model::RoleAuth>(&account.auth);
    if (role == nullptr || role->proposed_role_arn.empty())
        return fail(Error::Kind::conflict, "This account has no proposed role any more.");
    auto provider = TRY(connector_.connect({.tenant = tenant,
                                            .account = account,
                                            .purpose = "trial",
                                            .proposed_role_arn = role->proposed_role_arn}));
    TRY(provider->verify_trust(stop));
    auto identity = TRY(provider->identity(stop));
    auto now = clock_.now();
    TRY(store_.accounts().bind_native_id(tenant, id, identity.account_id, now));
    // The first role of an account is taken as it is; another one waits for somebody to save it.
    if (!role->role_arn.empty()) return {};
    role->role_arn = role->proposed_role_arn;
    TRY(store_.accounts().set_auth(tenant, id, account.auth, now));
    return store_.accounts().set_status(tenant, id, model::AccountStatus::connected, "", now);
}

}  // namespace patrol::scan

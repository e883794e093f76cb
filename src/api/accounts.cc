#include "api/accounts.h"

#include "api/body.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "api/page.h"

namespace patrol::api::accounts {
namespace {

json::object render_check(const model::Check& check) {
    return {{"id", check.id},
            {"title", check.title},
            {"status", model::to_string(check.status)},
            {"detail", check.detail},
            {"hint", check.hint}};
}

Result<json::object> view_of(Call& call, const model::CloudAccount& account) {
    return TRY(AccountView::of(call, {&account, 1})).render(account);
}

Result<Answer> answer_of(Call& call, const model::CloudAccount& account) {
    return with_etag(answer(TRY(view_of(call, account))), account.revision);
}

// Another kind of access replaces the old one whole; the same kind is merged.
void replace_other_kind(json::object& writable, const json::object& patch) {
    const json::value* after = patch.if_contains("auth");
    const json::value* before = writable.if_contains("auth");
    if (after == nullptr || before == nullptr || !after->is_object() || !before->is_object()) return;
    const std::string_view kind = string_or(*after, "kind");
    if (!kind.empty() && kind != string_or(*before, "kind")) writable["auth"] = nullptr;
}

// What was proven with the old access is not proven with the new one.
Result<void> note_new_access(Call& call, const model::CloudAccount& before,
                             const model::CloudAccount& after) {
    const bool same = before.auth == after.auth && before.endpoint_url == after.endpoint_url &&
                      before.mode == after.mode && before.collector_id == after.collector_id;
    if (same || before.status == model::AccountStatus::pending) return {};
    return call.store().accounts().set_status(call.viewer(), after.id, model::AccountStatus::pending,
                                              "The access was changed: test the connection.", call.now());
}

Result<model::TestReport> test_of(Call& call, const model::CloudAccount& account) {
    const TenantId& tenant = call.viewer().tenant;
    if (account.mode != model::ConnectionMode::collector) return call.services.tests.run(tenant, account.id);
    auto& turns = call.shared.limits.collector_tests;
    if (!turns.try_acquire())
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "Other connections are being tested at their collectors.",
                          .hint = "Try again in a minute.",
                          .code = "too_many_tests",
                          .retry_after_ms = 10'000});
    auto report = call.services.tests.run(tenant, account.id);
    turns.release();
    return report;
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    const auto page = TRY(call.store().accounts().list(call.viewer(), query.request()));
    const auto view = TRY(AccountView::of(call, page.items));
    return answer(
        list_of(page, [&view](const model::CloudAccount& account) { return view.render(account); }));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    model::CloudAccount account = TRY(decode_account(call, body, {}));
    account.status = model::AccountStatus::pending;
    account.status_reason = not_available(account);
    const model::CloudAccount made =
        TRY(call.store().accounts().create(call.viewer(), std::move(account), call.now()));
    call.audited.changed({}, writable_of(made));
    call.services.events.publish(call.viewer().tenant, "account:" + made.id.str(), "created",
                                 {{"account_id", made.id.str()}});
    return with_etag(created(TRY(view_of(call, made)), "/api/v1/cloud-accounts/" + made.id.str()),
                     made.revision);
}

Result<Answer> get(Call& call) {
    const AccountId id = TRY(call.id<AccountId>());
    return answer_of(call, TRY(call.store().accounts().get(call.viewer(), id)));
}

Result<Answer> update(Call& call) {
    const AccountId id = TRY(call.id<AccountId>());
    const model::CloudAccount before = TRY(call.store().accounts().get(call.viewer(), id));
    const auto expected = TRY(call.if_match());
    if (expected && *expected != before.revision)
        return fail(Error::Kind::stale, "This was changed since you read it.");
    const json::object patch = TRY(call.body());
    json::object writable = writable_of(before);
    replace_other_kind(writable, patch);
    writable = TRY(merged(std::move(writable), patch));
    const model::CloudAccount after = TRY(decode_account(call, writable, before));
    TRY(call.store().accounts().update(call.viewer(), after, before.revision, call.now()));
    TRY(note_new_access(call, before, after));
    call.audited.changed(writable_of(before), writable_of(after));
    const model::CloudAccount made = TRY(call.store().accounts().get(call.viewer(), id));
    call.services.events.publish(call.viewer().tenant, "account:" + id.str(), "updated",
                                 {{"account_id", id.str()}});
    return answer_of(call, made);
}

Result<Answer> remove(Call& call) {
    const AccountId id = TRY(call.id<AccountId>());
    call.audited.named(TRY(call.store().accounts().get(call.viewer(), id)).name);
    TRY(call.store().accounts().remove(call.viewer(), id));
    call.services.workers.wake();
    call.services.events.publish(call.viewer().tenant, "account:" + id.str(), "removed",
                                 {{"account_id", id.str()}});
    return no_content();
}

Result<Answer> test(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const AccountId id = TRY(call.id<AccountId>());
    const auto account = TRY(call.store().accounts().get(call.viewer(), id));
    const model::TestReport report = TRY(test_of(call, account));
    json::array checks;
    for (const model::Check& check : report.checks) checks.push_back(render_check(check));
    return answer(
        {{"ok", report.ok}, {"checks", std::move(checks)}, {"tested_at", time_or_null(report.tested_at)}});
}

}  // namespace patrol::api::accounts

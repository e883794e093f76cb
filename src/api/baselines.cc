#include "store/baselines.h"

#include "api/body.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/page.h"

namespace patrol::api::baselines {
namespace {

Failure no_baseline() {
    return fail(Error{.kind = Error::Kind::not_found,
                      .message = "This account has no baseline.",
                      .hint = "Accept one of its snapshots as the baseline.",
                      .code = "no_baseline"});
}

Result<model::Baseline> active(Call& call, const AccountId& account) {
    auto baseline = TRY(call.store().baselines().active(call.viewer(), account));
    if (!baseline) return no_baseline();
    return std::move(*baseline);
}

}  // namespace

Result<Answer> accept(Call& call) {
    const SnapshotId snapshot = TRY(call.id<SnapshotId>());
    const json::object object = TRY(call.body());
    Body body(object);
    const auto note =
        body.text("note", {.min_chars = 0, .max_chars = limits::note_chars, .lines = Lines::many});
    TRY(body.done());
    call.audited.because(note.value_or(""));
    const auto made = TRY(
        call.store().baselines().accept(call.viewer(), snapshot, call.who(), note.value_or(""), call.now()));
    log_decision(call, "accept_baseline", "snapshot", snapshot.str(), 0);
    TRY(scan::update_drift(drift_room(call), call.viewer().tenant, made.account));
    scan::publish_drift(drift_room(call), call.viewer().tenant, made.account, "baseline", 0);
    return created(render_baseline(TRY(active(call, made.account))),
                   "/api/v1/cloud-accounts/" + made.account.str() + "/baseline");
}

Result<Answer> get(Call& call) {
    const AccountId account = TRY(call.id<AccountId>());
    json::object body = render_baseline(TRY(active(call, account)));
    json::array hidden;
    for (const auto& each : TRY(call.store().baselines().hidden(call.viewer(), account)))
        hidden.push_back(
            json::object{{"by", each.by}, {"owner", text_or_null(each.owner)}, {"changes", each.changes}});
    body["hidden_by"] = std::move(hidden);
    return answer(std::move(body));
}

Result<Answer> list(Call& call) {
    const AccountId account = TRY(call.id<AccountId>());
    const ListQuery query = TRY(ListQuery::of(call));
    const auto page = TRY(call.store().baselines().list(call.viewer(), account, query.request()));
    return answer(list_of(page, render_baseline));
}

Result<Answer> accept_visible(Call& call) {
    const AccountId account = TRY(call.id<AccountId>());
    const json::object object = TRY(call.body());
    Body body(object);
    TRY(body.done());
    TRY(active(call, account));
    const auto resources = TRY(scan::accept_newly_visible(drift_room(call), call.viewer().tenant, account));
    log_decision(call, "accept_newly_visible", "account", account.str(), resources);
    return answer(render_baseline(TRY(active(call, account))));
}

}  // namespace patrol::api::baselines

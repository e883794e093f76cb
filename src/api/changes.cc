#include "store/changes.h"

#include "api/body.h"
#include "api/decision_body.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/page.h"
#include "store/decisions.h"

namespace patrol::api::changes {
namespace {

Result<Answer> shown(Call& call, const ChangeId& change) {
    return answer(render_change(TRY(call.store().changes().get(call.viewer(), change))));
}

Result<Answer> decide(Call& call, model::ChangeState state, std::string_view action) {
    const ChangeId change = TRY(call.id<ChangeId>());
    TRY(call.store().changes().get(call.viewer(), change));
    const auto body = TRY(decision_of(call, state, DecisionOn::change));
    const auto done =
        body.paths.empty()
            ? call.store().decisions().decide(call.viewer(), change, body.decision, call.now())
            : scan::accept_paths(drift_room(call), call.viewer().tenant, change, body.paths, body.decision);
    if (!done) return refused(call, done.error(), change);
    log_decision(call, action, "change", change.str(), 1);
    const auto now = TRY(call.store().changes().get(call.viewer(), change));
    scan::publish_drift(drift_room(call), call.viewer().tenant, now.account, "decided", 1);
    return answer(render_change(now));
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().changes().list(call.viewer(), {}, query.request())), render_change));
}

Result<Answer> get(Call& call) { return shown(call, TRY(call.id<ChangeId>())); }

Result<Answer> update(Call& call) {
    const ChangeId change = TRY(call.id<ChangeId>());
    const json::object object = TRY(call.body());
    Body body(object);
    const store::Changes::Edit edit{
        .assignee = body.text("assignee", {.min_chars = 0}),
        .note = body.text("note", {.min_chars = 0, .max_chars = limits::note_chars, .lines = Lines::many})};
    TRY(body.done());
    note_edit(call, edit.assignee, edit.note);
    return answer(render_change(TRY(call.store().changes().update(call.viewer(), change, edit))));
}

Result<Answer> accept(Call& call) { return decide(call, model::ChangeState::accepted, "accept"); }
Result<Answer> reject(Call& call) { return decide(call, model::ChangeState::rejected, "reject"); }
Result<Answer> snooze(Call& call) { return decide(call, model::ChangeState::snoozed, "snooze"); }

Result<Answer> reopen(Call& call) {
    const ChangeId change = TRY(call.id<ChangeId>());
    const json::object object = TRY(call.body());
    Body body(object);
    TRY(body.done());
    const auto account = TRY(call.store().decisions().reopen(call.viewer(), change, call.now()));
    log_decision(call, "reopen", "change", change.str(), 1);
    TRY(scan::update_drift(drift_room(call), call.viewer().tenant, account));
    scan::publish_drift(drift_room(call), call.viewer().tenant, account, "decided", 1);
    return shown(call, change);
}

}  // namespace patrol::api::changes

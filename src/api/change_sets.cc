#include "store/change_sets.h"

#include "api/body.h"
#include "api/decision_body.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/page.h"
#include "store/changes.h"
#include "store/decisions.h"

namespace patrol::api::change_sets {
namespace {

Result<Answer> decide(Call& call, model::ChangeState state, std::string_view action) {
    const ChangeSetId set = TRY(call.id<ChangeSetId>());
    const auto body = TRY(decision_of(call, state, DecisionOn::many));
    const auto done = TRY(call.store().decisions().decide_set(call.viewer(), set, body.decision, call.now()));
    log_decision(call, action, "change_set", set.str(), done.changes);
    scan::publish_drift(drift_room(call), call.viewer().tenant, done.account, "decided", done.changes);
    return answer(render_change_set(TRY(call.store().change_sets().get(call.viewer(), set))));
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().change_sets().list(call.viewer(), query.request())), render_change_set));
}

Result<Answer> get(Call& call) {
    const ChangeSetId set = TRY(call.id<ChangeSetId>());
    auto out = render_change_set(TRY(call.store().change_sets().get(call.viewer(), set)));
    out["owned"] = render_owned(TRY(call.store().change_sets().owned(call.viewer(), set)));
    return answer(std::move(out));
}

Result<Answer> update(Call& call) {
    const ChangeSetId set = TRY(call.id<ChangeSetId>());
    const json::object object = TRY(call.body());
    Body body(object);
    const store::ChangeSets::Edit edit{
        .assignee = body.text("assignee", {.min_chars = 0}),
        .note = body.text("note", {.min_chars = 0, .max_chars = limits::note_chars, .lines = Lines::many})};
    TRY(body.done());
    note_edit(call, edit.assignee, edit.note);
    return answer(render_change_set(TRY(call.store().change_sets().update(call.viewer(), set, edit))));
}

Result<Answer> changes(Call& call) {
    const ChangeSetId set = TRY(call.id<ChangeSetId>());
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().changes().list(call.viewer(), set, query.request())), render_change));
}

Result<Answer> accept(Call& call) { return decide(call, model::ChangeState::accepted, "accept"); }
Result<Answer> reject(Call& call) { return decide(call, model::ChangeState::rejected, "reject"); }

Result<Answer> reopen(Call& call) {
    const ChangeSetId set = TRY(call.id<ChangeSetId>());
    const json::object object = TRY(call.body());
    Body body(object);
    TRY(body.done());
    const auto done = TRY(call.store().decisions().reopen_set(call.viewer(), set, call.now()));
    log_decision(call, "reopen", "change_set", set.str(), done.changes);
    TRY(scan::update_drift(drift_room(call), call.viewer().tenant, done.account));
    scan::publish_drift(drift_room(call), call.viewer().tenant, done.account, "decided", done.changes);
    return answer(render_change_set(TRY(call.store().change_sets().get(call.viewer(), set))));
}

}  // namespace patrol::api::change_sets

#include "store/drift_groups.h"

#include "api/body.h"
#include "api/decision_body.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "api/page.h"
#include "store/decisions.h"

namespace patrol::api::drift_groups {
namespace {

std::string title_of(const store::DriftGroup& group) {
    const auto& change = group.example;
    if (!change.why.empty()) return change.why;
    if (change.op != model::ChangeOp::modified)
        return fmt::format("{} {}", change.name.empty() ? change.native_id : change.name,
                           model::to_string(change.op));
    return change.paths.empty() ? std::string("modified")
                                : fmt::format("{} changed", change.paths.front().path);
}

json::object render(const store::DriftGroup& group) {
    const json::object example = render_change(group.example);
    json::value path = nullptr, before = nullptr, after = nullptr;
    if (const auto& paths = example.at("paths").as_array(); !paths.empty()) {
        path = paths.front().at("path");
        before = paths.front().at("before");
        after = paths.front().at("after");
    }
    json::array ids;
    for (const auto& id : group.ids) ids.emplace_back(id.str());
    const auto& actor = group.example.actor;
    return {{"key", group.key},
            {"title", title_of(group)},
            {"type", group.example.type},
            {"op", model::to_string(group.example.op)},
            {"path", std::move(path)},
            {"before", std::move(before)},
            {"after", std::move(after)},
            {"paths", example.at("paths")},
            {"actor_class", actor ? json::value(model::to_string(actor->kind)) : json::value(nullptr)},
            {"severity", model::to_string(group.severity)},
            {"why", text_or_null(group.example.why)},
            {"changes", group.changes},
            {"accounts", group.accounts},
            {"customers", group.customers},
            {"since", time_or_null(group.since)},
            {"change_ids", std::move(ids)},
            {"allowed", group.changes}};
}

// Roles hold for the whole tenant: who may decide at all may decide in every account.
Result<Answer> decide(Call& call, model::ChangeState state, std::string_view action) {
    const std::string key(call.request.path_parameter("key"));
    const auto body = TRY(decision_of(call, state, DecisionOn::many));
    std::int64_t decided = 0;
    for (const auto& done :
         TRY(call.store().decisions().decide_group(call.viewer(), key, body.decision, call.now()))) {
        decided += done.changes;
        log_decision(call, action, "account", done.account.str(), done.changes);
        scan::publish_drift(drift_room(call), call.viewer().tenant, done.account, "decided", done.changes);
    }
    return answer({{"decided", decided}, {"not_allowed", 0}});
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().drift_groups().list(call.viewer(), query.request())), render));
}

Result<Answer> accept(Call& call) { return decide(call, model::ChangeState::accepted, "accept"); }
Result<Answer> reject(Call& call) { return decide(call, model::ChangeState::rejected, "reject"); }

Result<Answer> reopen(Call& call) {
    const std::string key(call.request.path_parameter("key"));
    const json::object object = TRY(call.body());
    Body body(object);
    TRY(body.done());
    std::int64_t reopened = 0, left = 0;
    for (const auto& done : TRY(call.store().decisions().reopen_group(call.viewer(), key, call.now()))) {
        reopened += done.changes;
        left += done.left;
        log_decision(call, "reopen", "account", done.account.str(), done.changes);
        TRY(scan::update_drift(drift_room(call), call.viewer().tenant, done.account));
        scan::publish_drift(drift_room(call), call.viewer().tenant, done.account, "decided", done.changes);
    }
    return answer({{"reopened", reopened}, {"left", left}});
}

}  // namespace patrol::api::drift_groups

#include "api/drift_render.h"

#include "api/problem.h"
#include "base/log.h"
#include "drift/noise.h"
#include "store/changes.h"

namespace patrol::api {
namespace {

template <class T>
json::value id_or_null(const std::optional<T>& id) {
    return id ? json::value(id->str()) : json::value(nullptr);
}

json::value time_or_null(const std::optional<Timestamp>& time) {
    return time ? api::time_or_null(*time) : json::value(nullptr);
}

// JSON text as it is kept; null where there is none on that side.
json::value value_of(const std::string& text) {
    if (text.empty()) return nullptr;
    auto value = parse_json(text, {.depth = limits::document_json_depth});
    return value ? std::move(*value) : json::value(text);
}

json::array render_paths(const std::vector<model::PathChange>& paths) {
    json::array out;
    for (const auto& path : paths)
        out.push_back(json::object{{"path", path.path},
                                   {"before", value_of(path.before)},
                                   {"after", value_of(path.after)},
                                   {"severity", model::to_string(path.severity)},
                                   {"why", text_or_null(path.why)}});
    return out;
}

json::array render_past(const std::vector<model::PastDecision>& past) {
    json::array out;
    for (const auto& each : past)
        out.push_back(json::object{{"state", model::to_string(each.state)},
                                   {"by", each.by},
                                   {"at", api::time_or_null(each.at)},
                                   {"note", text_or_null(each.note)},
                                   {"paths", json::array(each.paths.begin(), each.paths.end())}});
    return out;
}

json::object render_resource_of(const model::Change& change) {
    json::object out{{"id", change.resource.str()},   {"type", change.type},
                     {"native_id", change.native_id}, {"name", change.name},
                     {"region", change.region},       {"account_id", change.account.str()}};
    if (!change.arn.empty()) out["arn"] = change.arn;
    return out;
}

}  // namespace

json::object render_baseline(const model::Baseline& baseline) {
    return {{"id", baseline.id.str()},
            {"account_id", baseline.account.str()},
            {"snapshot_id", baseline.snapshot.str()},
            {"seq", baseline.seq},
            {"active", baseline.active},
            {"accepted_by", baseline.accepted_by},
            {"accepted_at", api::time_or_null(baseline.accepted_at)},
            {"note", text_or_null(baseline.note)},
            {"resources", baseline.resources},
            {"newly_visible", baseline.newly_visible},
            {"unknown", baseline.unknown},
            {"hidden", baseline.hidden},
            {"overrides", baseline.overrides},
            {"evaluated_at", api::time_or_null(baseline.evaluated_at)}};
}

json::object render_change_set(const model::ChangeSet& set) {
    const auto& c = set.counts;
    return {{"id", set.id.str()},
            {"account_id", set.account.str()},
            {"account_name", set.account_name},
            {"customer_id", id_or_null(set.customer)},
            {"kind", model::to_string(set.kind)},
            {"state", model::to_string(set.state)},
            {"baseline_id", set.baseline.str()},
            {"snapshot_id", set.snapshot.str()},
            {"deployment_id", id_or_null(set.deployment)},
            {"counts", json::object{{"added", c.added},
                                    {"removed", c.removed},
                                    {"modified", c.modified},
                                    {"open", c.open},
                                    {"accepted", c.accepted},
                                    {"rejected", c.rejected},
                                    {"snoozed", c.snoozed},
                                    {"reverted", c.reverted},
                                    {"superseded", c.superseded},
                                    {"critical", c.critical},
                                    {"high", c.high},
                                    {"medium", c.medium},
                                    {"low", c.low},
                                    {"info", c.info}}},
            {"worst", set.worst ? json::value(model::to_string(*set.worst)) : json::value(nullptr)},
            {"created_at", api::time_or_null(set.created_at)},
            {"updated_at", api::time_or_null(set.updated_at)},
            {"assignee", text_or_null(set.assignee)},
            {"note", text_or_null(set.note)}};
}

json::object render_owned(const std::vector<store::OwnedChanges>& owned) {
    std::int64_t changes = 0;
    json::array owners;
    for (const auto& each : owned) {
        changes += each.added + each.removed + each.modified;
        std::vector<drift::Member> members;
        members.reserve(each.first_added.size() + each.first_removed.size());
        for (const auto& id : each.first_added)
            members.push_back({.native_id = id, .op = model::ChangeOp::added});
        for (const auto& id : each.first_removed)
            members.push_back({.native_id = id, .op = model::ChangeOp::removed});
        json::array successors;
        for (const auto& of_one : drift::tally(std::move(members)))
            for (const auto& pair : of_one.replaced)
                successors.push_back(json::object{{"removed", pair.removed}, {"added", pair.added}});
        const auto replaced = std::min(each.added, each.removed);
        owners.push_back(json::object{{"owner_type", text_or_null(each.owner_type)},
                                      {"owner_id", text_or_null(each.owner_id)},
                                      {"type", each.type},
                                      {"region", each.region},
                                      {"added", each.added - replaced},
                                      {"removed", each.removed - replaced},
                                      {"modified", each.modified},
                                      {"replaced", replaced},
                                      {"successors", std::move(successors)}});
    }
    return {{"changes", changes}, {"owners", std::move(owners)}};
}

json::object render_actor(const model::Actor& actor) {
    return {{"name", text_or_null(actor.name)},
            {"class", model::to_string(actor.kind)},
            {"certainty", model::to_string(actor.certainty)},
            {"event_id", text_or_null(actor.event_id)},
            {"event_name", text_or_null(actor.event_name)},
            {"event_time", api::time_or_null(actor.event_time)},
            {"source_ip", text_or_null(actor.source_ip)},
            {"user_agent", text_or_null(actor.user_agent)},
            {"link", text_or_null(actor.link)}};
}

json::object render_change(const model::Change& change) {
    return {{"id", change.id.str()},
            {"change_set_id", change.set.str()},
            {"account_id", change.account.str()},
            {"op", model::to_string(change.op)},
            {"severity", model::to_string(change.severity)},
            {"why", text_or_null(change.why)},
            {"category", change.category},
            {"resource", render_resource_of(change)},
            {"paths", render_paths(change.paths)},
            {"paths_total", change.paths_total},
            {"hash", change.value},
            {"actor", change.actor ? json::value(render_actor(*change.actor)) : json::value(nullptr)},
            {"state", model::to_string(change.state)},
            {"first_seen", api::time_or_null(change.first_seen)},
            {"last_seen", api::time_or_null(change.last_seen)},
            {"unknown_since", time_or_null(change.unknown_since)},
            {"snoozed_until", time_or_null(change.snoozed_until)},
            {"assignee", text_or_null(change.assignee)},
            {"note", text_or_null(change.note)},
            {"decided_by", text_or_null(change.decided_by)},
            {"decided_at", time_or_null(change.decided_at)},
            {"previously", render_past(change.previously)},
            {"group", change.group}};
}

scan::DriftRoom drift_room(Call& call) {
    return {call.services.store, call.services.catalogue, call.services.events, call.services.clock};
}

void log_decision(Call& call, std::string_view action, std::string_view noun, const std::string& id,
                  std::int64_t changes) {
    log::info("decision", {{"actor", call.who()},
                           {"action", std::string(action)},
                           {std::string(noun), id},
                           {"changes", std::to_string(changes)},
                           {"tenant", call.viewer().tenant.str()}});
}

Result<Answer> refused(Call& call, const Error& error, const ChangeId& change) {
    if (error.code != "already_decided") return fail(error);
    const auto now = TRY(call.store().changes().get(call.viewer(), change));
    Answer response = problem(error, call.trace_id);
    auto body = TRY(parse_json(std::get<std::string>(response.body)));
    body.as_object()["state"] = model::to_string(now.state);
    body.as_object()["decided_by"] = text_or_null(now.decided_by);
    body.as_object()["decided_at"] = time_or_null(now.decided_at);
    response.body = to_text(body);
    return response;
}

}  // namespace patrol::api

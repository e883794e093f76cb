// Settling before a first baseline: quick scans, and the rules that they suggest. A suggestion is a body for
// POST /rules: nothing is hidden until somebody makes it one.
#include "scan/settling.h"

#include <fmt/core.h>

#include "api/body.h"
#include "api/drift_render.h"
#include "api/handlers.h"
#include "store/settlings.h"
#include "store/snapshots.h"

namespace patrol::api::settling {
namespace {

constexpr std::int64_t snapshots_default = 3;
constexpr std::int64_t minutes_default = 5;

json::value value_of(std::string_view text) {
    if (text.empty()) return nullptr;
    auto parsed = parse_json(text, {.depth = limits::document_json_depth});
    return parsed ? std::move(*parsed) : json::value(text);
}

std::string evidence(const drift::MovingPath& path, std::size_t intervals) {
    return fmt::format("Moved by itself while the account settled: in {} of {} intervals, in {} {}.",
                       path.intervals, intervals, path.resources,
                       path.resources == 1 ? "resource" : "resources");
}

// Of this account only: what moves here may be somebody's change elsewhere.
json::object suggested_rule(const drift::MovingPath& path, const AccountId& account,
                            const std::string& reason) {
    return {{"name", fmt::format("{} {} moves by itself", path.type, path.path)},
            {"action", "ignore"},
            {"scope", {{"type", path.type}, {"path", path.path}, {"account_id", account.str()}}},
            {"reason", reason}};
}

json::object render(const drift::MovingPath& path, const AccountId& account, std::size_t intervals) {
    json::object out{{"type", path.type},
                     {"path", path.path},
                     {"resources", path.resources},
                     {"intervals", path.intervals},
                     {"sample",
                      {{"resource_id", path.sample.str()},
                       {"name", path.sample_name},
                       {"path", path.sample_path},
                       {"before", value_of(path.before)},
                       {"after", value_of(path.after)}}},
                     {"rule", nullptr}};
    if (drift::moves_by_itself(path)) out["rule"] = suggested_rule(path, account, evidence(path, intervals));
    return out;
}

json::object render(const scan::SettlingReport& report) {
    const auto& settling = report.settling;
    json::array snapshots, moving, objects;
    for (const auto& each : report.snapshots) snapshots.push_back(json::value(each.id.str()));
    const std::size_t intervals = report.snapshots.size() < 2 ? 0 : report.snapshots.size() - 1;
    for (const auto& each : report.moving) moving.push_back(render(each, settling.account, intervals));
    for (const auto& [type, seen] : report.objects)
        objects.push_back(json::object{{"type", type}, {"added", seen.added}, {"removed", seen.removed}});
    return {{"account_id", settling.account.str()},
            {"state", model::to_string(settling.state)},
            {"snapshots_wanted", settling.snapshots},
            {"interval_minutes", std::chrono::duration_cast<std::chrono::minutes>(settling.interval).count()},
            {"snapshots", std::move(snapshots)},
            {"next_scan_at", time_or_null(report.next_scan_at)},
            {"started_by", text_or_null(settling.started_by)},
            {"started_at", time_or_null(settling.started_at)},
            {"ended_at", time_or_null(settling.ended_at)},
            {"moving", std::move(moving)},
            {"left_out", report.left_out},
            {"objects", std::move(objects)}};
}

// The account of the path, as far as the caller may see it.
Result<AccountId> account_of(Call& call) {
    const AccountId id = TRY(call.id<AccountId>());
    return TRY(call.store().accounts().get(call.viewer(), id)).id;
}

Result<json::object> report_of(Call& call, const AccountId& account) {
    return render(TRY(scan::settling_report(drift_room(call), call.viewer().tenant, account)));
}

}  // namespace

Result<Answer> start(Call& call) {
    const AccountId account = TRY(account_of(call));
    const json::object object = TRY(call.body());
    Body body(object);
    const auto snapshots =
        body.integer("snapshots", limits::settling_snapshots_min, limits::settling_snapshots_max);
    const auto minutes = body.integer("interval_minutes", 1, limits::settling_minutes_max);
    TRY(body.done());
    TRY(scan::start_settling(drift_room(call), call.viewer().tenant,
                             {.account = account,
                              .snapshots = snapshots.value_or(snapshots_default),
                              .interval = std::chrono::minutes(minutes.value_or(minutes_default)),
                              .started_by = call.who()}));
    call.services.workers.wake();
    return created(TRY(report_of(call, account)), "/api/v1/cloud-accounts/" + account.str() + "/settling");
}

Result<Answer> get(Call& call) {
    const AccountId account = TRY(account_of(call));
    return answer(TRY(report_of(call, account)));
}

Result<Answer> skip(Call& call) {
    const AccountId account = TRY(account_of(call));
    TRY(call.store().settlings().end(call.viewer().tenant, account, model::SettlingState::ended, call.now()));
    return no_content();
}

}  // namespace patrol::api::settling

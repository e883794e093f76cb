#include "api/accounts.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/render.h"
#include "store/deployments.h"

namespace patrol::api::scans {
namespace {

constexpr std::size_t types_max = 1000;
constexpr std::size_t regions_max = 100;

json::value progress_of(Call& call, const model::Scan& scan) {
    if (scan.state != model::ScanState::running) return nullptr;
    const auto progress = call.services.workers.progress(scan.id);
    if (!progress) return nullptr;
    return json::object{{"slices", progress->slices},
                        {"slices_done", progress->slices_done},
                        {"slices_failed", progress->slices_failed},
                        {"resources", progress->resources},
                        {"calls", progress->calls},
                        {"service", progress->service},
                        {"region", progress->region}};
}

json::value error_of(const model::Scan& scan) {
    if (scan.error_message.empty()) return nullptr;
    return json::object{{"message", scan.error_message}, {"hint", text_or_null(scan.error_hint)}};
}

json::array texts_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

json::object render(Call& call, const model::Scan& scan) {
    json::value duration = nullptr;
    if (scan.started_at.is_set() && scan.finished_at.is_set())
        duration = (scan.finished_at - scan.started_at).count();
    return {
        {"id", scan.id.str()},
        {"account_id", scan.account.str()},
        {"state", model::to_string(scan.state)},
        {"trigger", model::to_string(scan.trigger)},
        {"deployment_id", scan.deployment_id ? json::value(scan.deployment_id->str()) : json::value(nullptr)},
        {"types", texts_of(scan.scope.types)},
        {"regions", texts_of(scan.scope.regions)},
        {"counts", render_counts(scan.counts)},
        {"progress", progress_of(call, scan)},
        {"coverage", coverage_summary(call, scan.snapshot_id)},
        {"error", error_of(scan)},
        {"snapshot_id", scan.snapshot_id ? json::value(scan.snapshot_id->str()) : json::value(nullptr)},
        {"requested_by", scan.requested_by},
        {"cancel_requested", scan.cancel_requested},
        {"created_at", time_or_null(scan.created_at)},
        {"started_at", time_or_null(scan.started_at)},
        {"finished_at", time_or_null(scan.finished_at)},
        {"duration_ms", duration}};
}

json::object render_line(const store::CoverageLine& line) {
    const model::SliceCoverage& slice = line.coverage;
    return {{"type", slice.key.type},
            {"service", slice.service},
            {"scope", slice.key.scope},
            {"status", model::to_string(slice.status)},
            {"count", slice.count},
            {"calls", slice.calls},
            {"reason", text_or_null(slice.reason)},
            {"missing_action", text_or_null(slice.missing_action)},
            {"hint", text_or_null(slice.hint)},
            {"unknown_paths", json::array(slice.unknown_paths.begin(), slice.unknown_paths.end())},
            {"live", line.live},
            {"stale_since", line.stale_since ? time_or_null(*line.stale_since) : json::value(nullptr)},
            {"since", time_or_null(line.since)}};
}

// Who asks decides the default: a person presses a button, a program calls the API.
Result<store::ScanRequest> decode(Call& call, const model::CloudAccount& account) {
    const json::object object = TRY(call.body());
    Body body(object);
    store::ScanRequest request{.account = account.id, .requested_by = call.who()};
    const auto trigger = body.choice("trigger", model::parse_scan_trigger, "manual, api, deployment");
    request.trigger =
        trigger.value_or(call.caller.session ? model::ScanTrigger::manual : model::ScanTrigger::api);
    using enum model::ScanTrigger;
    if (request.trigger != manual && request.trigger != api && request.trigger != deployment)
        body.wrong("trigger", "This trigger is the server's own. Use manual, api or deployment.");
    request.deployment_id = body.id<DeploymentId>("deployment_id");
    if (request.deployment_id && !call.store().deployments().get(call.viewer(), *request.deployment_id))
        body.wrong("deployment_id", "There is no such deployment.");
    request.scope.types = body.texts("types", types_max);
    request.scope.regions = body.texts("regions", regions_max);
    const bool is_aws = account.provider == model::ProviderKind::aws;
    for (const std::string& type : request.scope.types)
        if (is_aws && call.services.catalogue.type(type) == nullptr)
            body.wrong("types", "\"" + type + "\" is not a resource type that Patrol knows.");
    for (const std::string& region : request.scope.regions)
        if (is_aws && region != "global" && call.services.catalogue.partition_of(region) == nullptr)
            body.wrong("regions", "\"" + region + "\" is not the name of an AWS region.");
    TRY(body.done());
    return request;
}

Result<Answer> list_page(Call& call, const std::optional<AccountId>& account) {
    const ListQuery query = TRY(ListQuery::of(call));
    const auto page = TRY(call.store().scans().list(call.viewer(), account, query.request()));
    return answer(list_of(page, [&call](const model::Scan& scan) { return render(call, scan); }));
}

}  // namespace

Result<Answer> enqueue(Call& call) {
    const AccountId account_id = TRY(call.id<AccountId>());
    const auto account = TRY(call.store().accounts().get(call.viewer(), account_id));
    const store::ScanRequest request = TRY(decode(call, account));
    if (account.mode == model::ConnectionMode::collector && !account.collector_id)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "No collector is assigned to this account.",
                          .hint = "Set its collector_id.",
                          .code = "no_collector"});
    const auto queued = TRY(call.store().scans().enqueue(call.viewer(), request, call.now()));
    const std::string id = queued.scan.id.str();
    if (!queued.already_queued) {
        const json::object event{{"scan_id", id}, {"account_id", account.id.str()}, {"state", "queued"}};
        call.services.events.publish(call.viewer().tenant, "scan:" + id, "state", event);
        call.services.events.publish(call.viewer().tenant, "account:" + account.id.str(), "scan", event);
        call.services.workers.wake();
    }
    Answer response = answer(render(call, queued.scan), 202);
    response.headers.push_back({"Location", "/api/v1/scans/" + id});
    return response;
}

Result<Answer> list_of_account(Call& call) {
    const AccountId id = TRY(call.id<AccountId>());
    TRY(call.store().accounts().get(call.viewer(), id));
    return list_page(call, id);
}

Result<Answer> list(Call& call) { return list_page(call, {}); }

Result<Answer> get(Call& call) {
    const ScanId id = TRY(call.id<ScanId>());
    json::object body = render(call, TRY(call.store().scans().get(call.viewer(), id)));
    if (auto* progress = body["progress"].if_object())
        (*progress)["cells"] = scan::to_json(call.services.workers.progress_cells(id));
    return answer(std::move(body));
}

Result<Answer> cancel(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const ScanId id = TRY(call.id<ScanId>());
    const model::Scan scan = TRY(call.store().scans().request_cancel(call.viewer(), id, call.now()));
    call.services.workers.cancel(id);
    call.services.events.publish(call.viewer().tenant, "scan:" + id.str(), "state",
                                 {{"scan_id", id.str()}, {"state", model::to_string(scan.state)}});
    return answer(render(call, scan), 202);
}

Result<Answer> coverage(Call& call) {
    const ScanId id = TRY(call.id<ScanId>());
    const model::Scan scan = TRY(call.store().scans().get(call.viewer(), id));
    const ListQuery query = TRY(ListQuery::of(call));
    if (!scan.snapshot_id) return answer(list_of(store::Page<store::CoverageLine>(), render_line));
    return answer(list_of(
        TRY(call.store().coverage().list(call.viewer(), *scan.snapshot_id, query.request())), render_line));
}

}  // namespace patrol::api::scans

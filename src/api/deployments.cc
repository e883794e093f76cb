// Deployments and planned windows: recorded by the API, the command line or a hook, they explain changes.
#include "store/deployments.h"

#include "api/deployment_body.h"
#include "api/handlers.h"
#include "api/page.h"

namespace patrol::api::deployments {
namespace {

enum class Scan { not_wanted, wanted };

// `scan` is asked for beside the deployment's members and is not one of them.
Result<Scan> take_scan(json::object& object) {
    const auto* value = object.if_contains("scan");
    if (value == nullptr) return Scan::not_wanted;
    if (!value->is_null() && !value->is_bool()) return invalid("scan", "This must be true or false.");
    const bool wanted = value->is_bool() && value->get_bool();
    object.erase("scan");
    return wanted ? Scan::wanted : Scan::not_wanted;
}

Result<void> settle(Call& call, const model::Deployment& deployment, Scan scan) {
    TRY(announce(call, call.viewer().tenant, deployment));
    if (scan == Scan::wanted) TRY(scan_accounts_of(call, call.viewer().tenant, deployment));
    return {};
}

// Refused before anything is written: a scan that names no account.
Result<void> check_scan(const model::Deployment& deployment, Scan scan) {
    if (scan == Scan::not_wanted || deployment.scope.customer || !deployment.scope.accounts.empty())
        return {};
    return invalid("scan", "The deployment names no account that could be scanned.",
                   "Give account_ids or customer_id.");
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().deployments().list(call.viewer(), query.request())), render_deployment));
}

Result<Answer> create(Call& call) {
    json::object body = TRY(call.body());
    const Scan scan = TRY(take_scan(body));
    model::Deployment deployment = TRY(decode_deployment(call, body, {.created_by = call.who()}));
    TRY(check_scan(deployment, scan));
    const auto made =
        TRY(call.store().deployments().create(call.viewer(), std::move(deployment), call.now()));
    TRY(settle(call, made, scan));
    return created(render_deployment(made), "/api/v1/deployments/" + made.id.str());
}

Result<Answer> get(Call& call) {
    const DeploymentId id = TRY(call.id<DeploymentId>());
    return answer(render_deployment(TRY(call.store().deployments().get(call.viewer(), id))));
}

Result<Answer> update(Call& call) {
    const DeploymentId id = TRY(call.id<DeploymentId>());
    const auto before = TRY(call.store().deployments().get(call.viewer(), id));
    json::object patch = TRY(call.body());
    const Scan scan = TRY(take_scan(patch));
    json::object writable = TRY(merged(writable_of(before), patch));
    // An end without a state is the end of an open one.
    if (patch.contains("ended_at") && !patch.contains("state") &&
        before.state == model::DeploymentState::open)
        writable.erase("state");
    const auto after = TRY(decode_deployment(call, writable, before));
    TRY(check_scan(after, scan));
    const auto made = TRY(call.store().deployments().update(call.viewer(), after, call.now()));
    call.audited.changed(writable_of(before), writable_of(made));
    TRY(settle(call, made, scan));
    return answer(render_deployment(made));
}

}  // namespace patrol::api::deployments

#include "api/deployment_body.h"

#include <algorithm>

#include "base/limits.h"
#include "scan/attribute.h"
#include "store/deployments.h"

namespace patrol::api {
namespace {

using model::DeploymentSource;
using model::DeploymentState;

constexpr std::size_t principal_chars_max = 2'048;
constexpr std::size_t commit_chars_max = 100;
constexpr std::size_t url_chars_max = 2'000;
constexpr std::string_view state_names = "open, succeeded, failed, cancelled";

json::array texts_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

json::value exit_code_of(const model::Deployment& deployment) {
    return deployment.exit_code ? json::value(*deployment.exit_code) : json::value(nullptr);
}

std::optional<Timestamp> time_of(Body& body, std::string_view name) {
    const auto text = body.text(name);
    if (!text) return {};
    const auto time = parse_rfc3339(*text);
    if (!time || time->ms <= 0) {
        body.wrong(name, "This must be a time such as 2026-11-22T21:00:00Z.");
        return {};
    }
    return time;
}

// The console shows it as a link: no other scheme may get there.
std::string url_of(Body& body) {
    const auto url = body.text("url", {.max_chars = url_chars_max}).value_or("");
    if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
        body.wrong("url", "This must be an http or https address.");
    return url;
}

DeploymentSource source_of(Body& body, const model::Deployment& before) {
    if (before.created_at.is_set()) return before.source;
    const auto source = body.choice("source", model::parse_deployment_source, "api, cli, window")
                            .value_or(DeploymentSource::api);
    if (source != DeploymentSource::api && source != DeploymentSource::cli &&
        source != DeploymentSource::window)
        body.wrong("source", "This must be one of: api, cli, window.", "The others come by hooks.");
    return source;
}

// What an end says of the state, and a state of the end.
void settle_end(Body& body, model::Deployment& deployment, std::optional<DeploymentState> state,
                Timestamp now) {
    const bool ended = deployment.ended_at.is_set();
    deployment.state = state.value_or(ended ? DeploymentState::succeeded : DeploymentState::open);
    if (deployment.state == DeploymentState::open && ended)
        body.wrong("ended_at", "An open deployment has no end.", "Give its state too.");
    if (deployment.state != DeploymentState::open && !ended)
        deployment.ended_at = std::max(now, deployment.started_at);
}

void check_times(Body& body, const model::Deployment& deployment, Timestamp now) {
    const auto latest = deployment.started_at + limits::planned_window_longest;
    if (deployment.started_at > now + limits::planned_window_longest)
        body.wrong("started_at", "This is too far in the future.");
    if (deployment.until.is_set() && (deployment.until <= deployment.started_at || deployment.until > latest))
        body.wrong("until", "This must be after the start, and at most seven days after it.");
    if (deployment.source == DeploymentSource::window && !deployment.until.is_set())
        body.wrong("until", "A planned window needs its end.");
    if (!deployment.ended_at.is_set()) return;
    if (deployment.ended_at < deployment.started_at || deployment.ended_at > latest)
        body.wrong("ended_at", "This must be after the start, and at most seven days after it.");
    if (deployment.ended_at > now + limits::deployment_clock_skew)
        body.wrong("ended_at", "This is in the future.", "A planned end is `until`.");
}

}  // namespace

model::DeploymentScope decode_scope(Body& body) {
    model::DeploymentScope scope{.customer = body.id<CustomerId>("customer_id")};
    for (const auto& text : body.texts("account_ids", limits::deployment_accounts)) {
        auto id = AccountId::parse(text);
        if (id)
            scope.accounts.push_back(std::move(*id));
        else
            body.wrong("account_ids", "There is no such cloud account: " + text + ".");
    }
    scope.regions = body.texts("regions", limits::deployment_regions);
    scope.tags = body.labels("tags");
    scope.principal = body.text("principal", {.max_chars = principal_chars_max}).value_or("");
    return scope;
}

void render_scope(json::object& into, const model::DeploymentScope& scope) {
    json::array accounts;
    for (const auto& account : scope.accounts) accounts.emplace_back(account.str());
    into["customer_id"] = scope.customer ? json::value(scope.customer->str()) : json::value(nullptr);
    into["account_ids"] = std::move(accounts);
    into["regions"] = texts_of(scope.regions);
    into["tags"] = labels_of(scope.tags);
    into["principal"] = text_or_null(scope.principal);
}

json::object writable_of(const model::Deployment& deployment) {
    json::object object{{"name", deployment.name},
                        {"state", model::to_string(deployment.state)},
                        {"commit", text_or_null(deployment.commit)},
                        {"url", text_or_null(deployment.url)},
                        {"reason", text_or_null(deployment.reason)},
                        {"started_at", time_or_null(deployment.started_at)},
                        {"ended_at", time_or_null(deployment.ended_at)},
                        {"until", time_or_null(deployment.until)},
                        {"exit_code", exit_code_of(deployment)}};
    render_scope(object, deployment.scope);
    return object;
}

json::object render_deployment(const model::Deployment& deployment) {
    json::object object = writable_of(deployment);
    object["id"] = deployment.id.str();
    object["source"] = model::to_string(deployment.source);
    object["changes"] = deployment.changes;
    object["created_by"] = deployment.created_by;
    object["created_at"] = time_or_null(deployment.created_at);
    object["updated_at"] = time_or_null(deployment.updated_at);
    return object;
}

Result<model::Deployment> decode_deployment(Call& call, const json::object& object,
                                            const model::Deployment& before) {
    Body body(object);
    model::Deployment deployment = before;
    deployment.name = body.required_text("name");
    deployment.source = source_of(body, before);
    deployment.scope = decode_scope(body);
    deployment.commit = body.text("commit", {.max_chars = commit_chars_max}).value_or("");
    deployment.url = url_of(body);
    deployment.reason =
        body.text("reason", {.max_chars = limits::note_chars, .lines = Lines::many}).value_or("");
    deployment.started_at = time_of(body, "started_at").value_or(call.now());
    deployment.ended_at = time_of(body, "ended_at").value_or(Timestamp{});
    deployment.until = time_of(body, "until").value_or(Timestamp{});
    deployment.exit_code = body.integer("exit_code", 0, 255);
    settle_end(body, deployment, body.choice("state", model::parse_deployment_state, state_names),
               call.now());
    check_times(body, deployment, call.now());
    TRY(body.done());
    return deployment;
}

Result<void> scan_accounts_of(Call& call, const TenantId& tenant, const model::Deployment& deployment) {
    const auto accounts = TRY(call.store().deployments().accounts_of(tenant, deployment));
    if (accounts.empty())
        return invalid("scan", "The deployment names no account that could be scanned.",
                       "Give account_ids or customer_id.");
    for (const auto& account : accounts)
        TRY(call.store().scans().enqueue(tenant,
                                         {.account = account,
                                          .trigger = model::ScanTrigger::deployment,
                                          .deployment_id = deployment.id,
                                          .requested_by = "deployment " + deployment.name},
                                         call.now()));
    call.services.workers.wake();
    return {};
}

Result<void> announce(Call& call, const TenantId& tenant, const model::Deployment& deployment) {
    for (const auto& account : TRY(call.store().deployments().accounts_with_drift(tenant, deployment)))
        TRY(scan::enqueue_attribution(call.store(), tenant, account, {}, call.now()));
    call.services.workers.wake();
    call.services.events.publish(
        tenant, "drift", "deployment",
        {{"deployment_id", deployment.id.str()}, {"state", model::to_string(deployment.state)}});
    return {};
}

}  // namespace patrol::api

// Hooks by which GitHub, GitLab, HCP Terraform and others report deployments. Address and secret are in
// the answer that makes a hook and nowhere else. A message that is not its sender's, and one for a hook
// that is not there, get one and the same answer.
#include "store/deployment_hooks.h"

#include "api/audit_record.h"
#include "api/authentication.h"
#include "api/deployment_body.h"
#include "api/handlers.h"
#include "api/hook_event.h"
#include "api/hook_signature.h"
#include "api/limits.h"
#include "api/page.h"
#include "base/log.h"
#include "crypto/random.h"
#include "crypto/token.h"
#include "store/deployments.h"

namespace patrol::api::deployment_hooks {
namespace {

using model::DeploymentSource;

constexpr std::string_view kind_names = "github, gitlab, terraform_cloud, generic";

bool is_hook_kind(DeploymentSource kind) {
    return kind == DeploymentSource::github || kind == DeploymentSource::gitlab ||
           kind == DeploymentSource::terraform_cloud || kind == DeploymentSource::generic;
}

json::object render(const model::DeploymentHook& hook) {
    json::object object{{"id", hook.id.str()},
                        {"name", hook.name},
                        {"kind", model::to_string(hook.kind)},
                        {"scan_after", hook.scan_after},
                        {"created_by", hook.created_by},
                        {"created_at", time_or_null(hook.created_at)},
                        {"last_used_at", time_or_null(hook.last_used_at)}};
    render_scope(object, hook.scope);
    return object;
}

Result<model::DeploymentHook> decode(Call& call, const json::object& object) {
    Body body(object);
    model::DeploymentHook hook{.id = crypto::new_id<DeploymentHookId>(), .name = body.required_text("name")};
    const auto kind = body.choice("kind", model::parse_deployment_source, kind_names);
    if (!kind)
        body.wrong("kind", "This field is required: " + std::string(kind_names) + ".");
    else if (!is_hook_kind(*kind))
        body.wrong("kind", "This must be one of: " + std::string(kind_names) + ".");
    hook.kind = kind.value_or(DeploymentSource::generic);
    hook.scope = decode_scope(body);
    hook.scan_after = body.boolean("scan_after").value_or(false);
    if (hook.scan_after && !hook.scope.customer && hook.scope.accounts.empty())
        body.wrong("scan_after", "The hook names no account that could be scanned.",
                   "Give account_ids or customer_id.");
    hook.created_by = call.who();
    TRY(body.done());
    return hook;
}

std::string seal_place(const TenantId& tenant, const DeploymentHookId& hook) {
    return crypto::seal_place(tenant.str(), "deployment_hook", hook.str(), "secret");
}

Error refused() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "There is no such hook, or the message is not signed with its secret.",
            .hint = "Check address and secret of the hook, and the sender's clock.",
            .code = "unauthenticated"};
}

Result<store::DeploymentHooks::Found> find_hook(Call& call) {
    const auto token = call.request.path_parameter("token");
    if (!crypto::check_token(crypto::hook_token_prefix, token)) return fail(refused());
    auto found = call.store().deployment_hooks().by_token_hash(stored_hash(token));
    if (!found && found.error().kind == Error::Kind::not_found) return fail(refused());
    return found;
}

Result<store::DeploymentHooks::Found> authentic_hook(Call& call) {
    auto found = TRY(find_hook(call));
    const auto& keys = found.keys;
    if (keys.secret_hash) {
        if (is_authentic(found.hook.kind, call.request, *keys.secret_hash, call.now())) return found;
        return fail(refused());
    }
    const auto secret = TRY(call.services.master_key.open(keys.sealed_secret.value_or(""),
                                                          seal_place(found.tenant, found.hook.id)));
    if (!is_authentic(found.hook.kind, call.request, secret.expose(), call.now())) return fail(refused());
    return found;
}

// Guesses are counted like those of API tokens.
Result<store::DeploymentHooks::Found> authenticate_hook(Call& call) {
    if (call.request.body.size() > limits::hook_body_bytes)
        return fail(Error::Kind::too_large, "The message of the hook is too large.");
    auto found = authentic_hook(call);
    if (found || found.error().kind != Error::Kind::unauthenticated) return found;
    const auto arrival = arrival_of(call.request, call.services.settings);
    TRY(call.shared.limits.bearer_by_address.attempt(arrival.address));
    return found;
}

Answer taken(const model::Deployment* deployment, std::string_view ignored, std::string_view outcome) {
    return answer(
        {{"outcome", outcome},
         {"deployment_id", deployment ? json::value(deployment->id.str()) : json::value(nullptr)},
         {"state", deployment ? json::value(model::to_string(deployment->state)) : json::value(nullptr)},
         {"ignored", text_or_null(ignored)}});
}

Result<void> settle(Call& call, const store::DeploymentHooks::Found& found,
                    const store::Deployments::Reported& reported) {
    TRY(announce(call, found.tenant, reported.deployment));
    if (!reported.ended_now || !found.hook.scan_after) return {};
    auto scans = scan_accounts_of(call, found.tenant, reported.deployment);
    // The customer may have no account left; the deployment is recorded all the same.
    if (!scans) log::warn("no scan after a deployment", {{"why", describe(scans.error())}});
    return {};
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().deployment_hooks().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    const model::DeploymentHook hook = TRY(decode(call, body));
    const std::string token = crypto::make_token(crypto::hook_token_prefix);
    std::string secret = make_hook_secret(hook.kind);
    store::HookKeys keys{.token_hash = stored_hash(token)};
    if (shows_secret(hook.kind))
        keys.secret_hash = stored_hash(secret);
    else
        keys.sealed_secret = call.services.master_key.seal(secret, seal_place(call.tenant(), hook.id));
    const auto made = TRY(call.store().deployment_hooks().create(call.tenant(), hook, keys, call.now()));
    json::object object = render(made);
    object["secret"] = secret;
    object["url"] = call.services.settings.public_url + "/api/v1/hooks/deployments/" + token;
    crypto::wipe(secret.data(), secret.size());
    return created(std::move(object), "/api/v1/deployments/hooks/" + made.id.str());
}

Result<Answer> remove(Call& call) {
    const DeploymentHookId id = TRY(call.id<DeploymentHookId>());
    TRY(call.store().deployment_hooks().remove(call.tenant(), id));
    return no_content();
}

Result<Answer> receive(Call& call) {
    const auto found = TRY(authenticate_hook(call));
    call.audited.by(found.tenant, {model::ActorKind::hook, found.hook.id.str(), found.hook.name});
    TRY(announce(call));
    TRY(call.store().deployment_hooks().note_use(found.tenant, found.hook.id, call.now()));
    const json::object body = TRY(call.body());
    const HookEvent event = TRY(read_hook_event(found.hook.kind, call.request, body, call.now()));
    if (!event.run) return taken(nullptr, event.ignored, "ignored");
    const auto reported =
        TRY(call.store().deployments().report(found.tenant, found.hook, *event.run, call.now()));
    if (!reported) return taken(nullptr, "The run changed nothing.", "ignored");
    call.audited.about("deployment", reported->deployment.id.str(), reported->deployment.name);
    if (reported->repeated) return taken(&reported->deployment, "", "repeated");
    TRY(settle(call, found, *reported));
    return taken(&reported->deployment, "", "recorded");
}

}  // namespace patrol::api::deployment_hooks

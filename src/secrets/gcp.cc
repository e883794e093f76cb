#include "secrets/gcp.h"

#include "base/encoding.h"
#include "secrets/crc32c.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view title = "Google Secret Manager";
constexpr std::string_view own_settings =
    "Set GOOGLE_APPLICATION_CREDENTIALS, or PATROL_GCP_AUTH=metadata on Google's machines, and restart the "
    "server.";

std::string base_of(const GcpSettings& settings, const GcpReference& ref) {
    if (!settings.endpoint.empty()) return settings.endpoint;
    if (ref.location.empty()) return "https://secretmanager.googleapis.com";
    return fmt::format("https://secretmanager.{}.rep.googleapis.com", ref.location);
}

// google.rpc.ErrorInfo's reason, or nothing.
std::string reason_of(const WipedJson& answer) {
    const auto* details = answer.at({"error", "details"});
    if (details == nullptr || !details->is_array()) return {};
    for (const auto& each : details->get_array())
        if (each.is_object() && !string_or(each, "reason").empty())
            return std::string(string_or(each, "reason"));
    return {};
}

Failure explain(Answer& answer, const GcpReference& ref) {
    const int status = answer.status;
    const auto body = answer.json();
    const std::string reason = body ? reason_of(*body) : std::string();
    const auto state = body ? body->text({"error", "status"}) : std::string_view();
    if (reason == "SERVICE_DISABLED")
        return refused("The Secret Manager API is switched off in the project of Patrol's credentials.",
                       "Enable secretmanager.googleapis.com there.");
    if (reason == "SECURITY_POLICY_VIOLATED")
        return refused("A VPC service perimeter keeps Patrol out.",
                       "Let Patrol's service account into the perimeter.");
    if (status == 401)
        return login_failed("Google refused Patrol's login.",
                            "Check that its service account and key are enabled.");
    if (status == 403)
        return refused(
            "Google did not let Patrol read this secret.",
            fmt::format("Grant roles/secretmanager.secretAccessor on {} to Patrol's service account.",
                        ref.secret));
    if (status == 404)
        return missing(fmt::format("{} has no {}.", title, ref.resource()),
                       "Check the project, the name and the version.");
    if (status == 400 && state == "FAILED_PRECONDITION")
        return missing("This version of the secret is disabled or destroyed.",
                       "Enable it, or name another version.");
    if (status == 400)
        return invalid("ref", fmt::format("{} does not take this reference.", title),
                       "Check the project, the name and the version.");
    return not_usable(title, status);
}

}  // namespace

GcpManager::GcpManager(GcpSettings settings, const Confinement& confinement, Outside outside)
    : settings_(std::move(settings)), confinement_(confinement), outside_(outside), logins_(outside.clock) {}

Result<GcpReference> GcpManager::parse(const TenantId& tenant, std::string_view ref) const {
    if (settings_.auth == GcpSettings::Auth::none) return not_configured(title, std::string(own_settings));
    auto out = TRY(parse_gcp_reference(ref));
    // Letters' cases differ in names here, but the prefix is in lower case unless the operator wrote it so.
    TRY(confinement_.check(tenant, out.secret, Confinement::Form::dashed));
    return out;
}

Result<void> GcpManager::check(const TenantId& tenant, std::string_view ref) const {
    TRY(parse(tenant, ref));
    return {};
}

Result<crypto::Secret> GcpManager::resolve(const TenantId& tenant, std::string_view ref) const {
    const auto reference = TRY(parse(tenant, ref));
    return logins_.with_token([this] { return gcp_login(settings_, outside_); },
                              [&](std::string_view token) { return read(reference, token); });
}

Result<crypto::Secret> GcpManager::read(const GcpReference& ref, std::string_view token) const {
    net::HttpRequest request{
        .url = fmt::format("{}/v1/{}:access", base_of(settings_, ref), ref.resource()),
        .headers = {{"Authorization", fmt::format("Bearer {}", token)}},
        .trust = {.proxy = net::ProxyUse::environment, .destination = net::Destination::operator_chosen}};
    auto answer = TRY(send(outside_, {.manager = std::string(title), .http = std::move(request)}));
    if (answer.status != 200) return explain(answer, ref);
    const auto content = TRY(answer.json());
    auto bytes = from_base64(content.text({"payload", "data"}));
    if (!bytes) bytes.emplace();
    const Wiped wiped(*bytes);
    // A 64-bit number travels as text in Google's JSON.
    if (content.text({"payload", "dataCrc32c"}) != std::to_string(crc32c(*bytes)))
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The value arrived damaged: its checksum differs.",
                          .hint = "Try again. If it stays so, something on the way changes answers.",
                          .code = "bad_answer"});
    return secret_of(*bytes, "The secret in Google Secret Manager");
}

}  // namespace patrol::secrets

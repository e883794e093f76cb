#include "secrets/azure.h"

#include "net/url.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view title = "Azure Key Vault";
constexpr std::string_view api_version = "7.4";
constexpr std::string_view placeholder = "{vault}";
constexpr std::string_view own_settings =
    "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, or "
    "PATROL_AZURE_AUTH=managed_identity on Azure's machines, and restart the server.";

Failure explain_refusal(const WipedJson* body, const AzureReference& ref) {
    const auto inner = body == nullptr ? std::string_view() : body->text({"error", "innererror", "code"});
    if (inner == "ForbiddenByFirewall")
        return refused(fmt::format("The firewall of the vault {} keeps Patrol's server out.", ref.vault),
                       "Allow the server's address or its private endpoint in the vault's networking.");
    if (inner == "SecretDisabled")
        return missing("The secret is disabled in the vault.", "Enable it, or name another version.");
    if (inner == "ForbiddenByPolicy" || inner == "AccessDenied")
        return refused("The access policies of the vault do not let Patrol read this secret.",
                       "Add an access policy with the secret permission Get for Patrol's application.");
    return refused(
        "Azure did not let Patrol read this secret.",
        "Grant the role Key Vault Secrets User on the vault or the secret to Patrol's application.");
}

Failure explain(Answer& answer, const AzureReference& ref) {
    const int status = answer.status;
    const auto body = answer.json();
    if (status == 401)
        return login_failed("The vault refused Patrol's login.",
                            "Check that AZURE_TENANT_ID is the tenant that the vault belongs to.");
    if (status == 403) return explain_refusal(body ? &*body : nullptr, ref);
    if (status == 404)
        return missing(fmt::format("The vault {} has no secret {}.", ref.vault, ref.name),
                       ref.version.empty() ? "Check the name. A deleted secret can be recovered in the vault."
                                           : "Check the version, or leave it out for the newest.");
    if (status == 400)
        return invalid("ref", "The vault does not take this reference.", "Check the name and the version.");
    return not_usable(title, status);
}

// "vault.azure.net" covers "acme.vault.azure.net" and nothing that merely ends in the same letters.
bool covers(std::string_view suffix, std::string_view host) {
    return host == suffix || (host.size() > suffix.size() + 1 && host.ends_with(suffix) &&
                              host[host.size() - suffix.size() - 1] == '.');
}

}  // namespace

std::string vault_resource(std::string_view vault_url) {
    std::string text(vault_url);
    if (const auto at = text.find(placeholder); at != std::string::npos) text.erase(at, placeholder.size());
    if (const auto host = text.find("://."); host != std::string::npos) text.erase(host + 3, 1);
    const auto url = net::parse_url(text);
    return url ? fmt::format("{}://{}", url->scheme, url->authority()) : std::string();
}

std::string challenge_parameter(std::string_view header, std::string_view name) {
    const std::string start = fmt::format("{}=\"", name);
    const auto at = header.find(start);
    if (at == std::string_view::npos) return {};
    const auto rest = header.substr(at + start.size());
    const auto end = rest.find('"');
    return end == std::string_view::npos ? std::string() : std::string(rest.substr(0, end));
}

AzureManager::AzureManager(AzureSettings settings, const Confinement& confinement,
                           const crypto::Variables& variables, Outside outside)
    : settings_(std::move(settings)),
      confinement_(confinement),
      variables_(variables),
      outside_(outside),
      logins_(outside.clock) {}

Result<AzureReference> AzureManager::parse(const TenantId& tenant, std::string_view ref) const {
    if (settings_.auth == AzureSettings::Auth::none) return not_configured(title, std::string(own_settings));
    auto out = TRY(parse_azure_reference(ref));
    TRY(confinement_.check(tenant, out.name, Confinement::Form::dashed));
    return out;
}

Result<void> AzureManager::check(const TenantId& tenant, std::string_view ref) const {
    TRY(parse(tenant, ref));
    return {};
}

Result<crypto::Secret> AzureManager::resolve(const TenantId& tenant, std::string_view ref) const {
    const auto reference = TRY(parse(tenant, ref));
    TRY(check_challenge(reference));
    const std::string resource = vault_resource(settings_.vault_url);
    return logins_.with_token([&] { return azure_login(settings_, variables_, resource, outside_); },
                              [&](std::string_view token) { return read(reference, token); });
}

Result<Answer> AzureManager::ask(const AzureReference& ref, std::string_view token) const {
    std::string url = settings_.vault_url;
    if (const auto at = url.find(placeholder); at != std::string::npos)
        url.replace(at, placeholder.size(), ref.vault);
    url += fmt::format("/secrets/{}{}{}?api-version={}", ref.name, ref.version.empty() ? "" : "/",
                       ref.version, api_version);
    net::HttpRequest request{
        .url = std::move(url),
        .trust = {.proxy = net::ProxyUse::environment, .destination = net::Destination::operator_chosen}};
    if (!token.empty()) request.headers.push_back({"Authorization", fmt::format("Bearer {}", token)});
    return send(outside_, {.manager = fmt::format("The vault {}", ref.vault), .http = std::move(request)});
}

Result<void> AzureManager::check_challenge(const AzureReference& ref) const {
    auto answer = TRY(ask(ref, {}));
    if (answer.status != 401) return explain(answer, ref);
    const std::string named = challenge_parameter(answer.header("WWW-Authenticate"), "resource");
    const auto resource = net::parse_url(named);
    const auto expected = net::parse_url(vault_resource(settings_.vault_url));
    std::string host = settings_.vault_url;
    if (const auto at = host.find(placeholder); at != std::string::npos)
        host.replace(at, placeholder.size(), ref.vault);
    const auto vault = net::parse_url(host);
    const bool fits = resource && expected && vault && resource->scheme == expected->scheme &&
                      resource->authority() == expected->authority() && covers(resource->host, vault->host);
    if (fits) return {};
    return login_failed("The vault asks for a login of another cloud, so Patrol sent it none.",
                        "Check PATROL_AZURE_CLOUD and the vault's name.");
}

Result<crypto::Secret> AzureManager::read(const AzureReference& ref, std::string_view token) const {
    auto answer = TRY(ask(ref, token));
    if (answer.status != 200) return explain(answer, ref);
    const auto content = TRY(answer.json());
    return secret_of(content.text({"value"}), "The secret in the vault");
}

}  // namespace patrol::secrets

// The ways to a Microsoft Entra access token: a service principal with its secret or a federated token, and
// the managed identity of the machine. Error codes: Microsoft Entra authentication error codes (AADSTS…).
#include <array>
#include <charconv>

#include "base/encoding.h"
#include "secrets/azure.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view issuer = "Microsoft Entra";

struct Remedy {
    std::int64_t code;
    std::string_view message, hint;
};
constexpr std::array remedies{
    Remedy{7000215, "Microsoft Entra refused the client secret.",
           "AZURE_CLIENT_SECRET takes the secret's value, not its ID."},
    Remedy{7000222, "The client secret has expired.", "Make a new one and set AZURE_CLIENT_SECRET."},
    Remedy{700016, "The tenant has no application with this client ID.",
           "Check AZURE_CLIENT_ID and AZURE_TENANT_ID."},
    Remedy{90002, "There is no such tenant.", "Check AZURE_TENANT_ID and PATROL_AZURE_CLOUD."},
    Remedy{70021, "The application trusts no such federated token.",
           "Check issuer, subject and audience of its federated credential; new ones take some minutes."},
    Remedy{700211, "The application does not trust the federated token's issuer.",
           "Check issuer, subject and audience of its federated credential; new ones take some minutes."},
    Remedy{700213, "The application does not trust the federated token's subject.",
           "Check issuer, subject and audience of its federated credential; new ones take some minutes."},
    Remedy{500011, "The tenant knows no such resource.", "Check PATROL_AZURE_CLOUD."},
    Remedy{53003, "Conditional access keeps Patrol's application out.",
           "Let the server's address into the policy for workload identities."},
};

Result<Login> login_in(Answer& answer) {
    const auto content = TRY(answer.json());
    const auto token = content.text({"access_token"});
    if (token.empty()) return login_failed("Azure's login gave no token.", "Check the credentials.");
    // The instance metadata writes the number as text.
    std::int64_t lease = int_or(content.value(), "expires_in");
    if (lease == 0) {
        const auto text = content.text({"expires_in"});
        std::from_chars(text.data(), text.data() + text.size(), lease);
    }
    return Login{.token = crypto::Secret(token), .lease = std::chrono::seconds(lease)};
}

Failure explain(Answer& answer) {
    const auto body = answer.json();
    const auto* codes = body ? body->at({"error_codes"}) : nullptr;
    if (codes != nullptr && codes->is_array())
        for (const auto& code : codes->get_array())
            for (const auto& remedy : remedies)
                if (code.is_int64() && code.get_int64() == remedy.code)
                    return login_failed(std::string(remedy.message), std::string(remedy.hint));
    return login_failed("Microsoft Entra refused Patrol's login.",
                        "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or token file.");
}

Result<Login> as_application(const AzureSettings& settings, std::string form, const Outside& outside) {
    net::HttpRequest request{
        .method = "POST",
        .url = fmt::format("{}/{}/oauth2/v2.0/token", settings.login_url, percent_encode(settings.tenant)),
        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
        .body = std::move(form),
        .trust = {.proxy = net::ProxyUse::environment, .destination = net::Destination::operator_chosen}};
    auto answer = TRY(send(outside, {.manager = std::string(issuer), .http = std::move(request)}));
    if (answer.status == 200) return login_in(answer);
    if (answer.status == 400 || answer.status == 401 || answer.status == 403) return explain(answer);
    return not_usable(issuer, answer.status);
}

Result<Login> with_secret(const AzureSettings& settings, const crypto::Variables& variables,
                          std::string_view resource, const Outside& outside) {
    const auto* secret = variables.find("AZURE_CLIENT_SECRET");
    if (secret == nullptr)
        return login_failed("Patrol has no client secret for Azure.", "Set AZURE_CLIENT_SECRET and restart.");
    return as_application(settings,
                          form_body({{"client_id", settings.client},
                                     {"scope", fmt::format("{}/.default", resource)},
                                     {"grant_type", "client_credentials"},
                                     {"client_secret", secret->expose()}}),
                          outside);
}

Result<Login> with_federated_token(const AzureSettings& settings, std::string_view resource,
                                   const Outside& outside) {
    const auto assertion = TRY(read_credential(settings.federated_token_file, "AZURE_FEDERATED_TOKEN_FILE"));
    return as_application(
        settings,
        form_body({{"client_id", settings.client},
                   {"scope", fmt::format("{}/.default", resource)},
                   {"grant_type", "client_credentials"},
                   {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                   {"client_assertion", assertion.expose()}}),
        outside);
}

Result<Login> as_machine(const AzureSettings& settings, const crypto::Variables& variables,
                         std::string_view resource, const Outside& outside) {
    const bool app_service = !settings.identity_endpoint.empty();
    const std::string client = settings.client.empty() ? "" : "&client_id=" + percent_encode(settings.client);
    net::HttpRequest request{.connect_timeout = std::chrono::seconds(2),
                             .trust = {.destination = net::Destination::operator_chosen}};
    if (app_service) {
        request.url = fmt::format("{}?api-version=2019-08-01&resource={}{}", settings.identity_endpoint,
                                  percent_encode(resource), client);
        if (const auto* header = variables.find("IDENTITY_HEADER"))
            request.headers.push_back({"X-IDENTITY-HEADER", std::string(header->expose())});
    } else {
        request.url = fmt::format("{}/metadata/identity/oauth2/token?api-version=2018-02-01&resource={}{}",
                                  settings.instance_metadata, percent_encode(resource), client);
        request.headers.push_back({"Metadata", "true"});
    }
    auto answer = TRY(send(outside, {.manager = "Azure's identity endpoint", .http = std::move(request)}));
    if (answer.status == 200) return login_in(answer);
    if (answer.status >= 400 && answer.status < 500 && answer.status != 429)
        return login_failed("This machine has no such managed identity.",
                            "Assign one to it, and check AZURE_CLIENT_ID where it has several.");
    return not_usable("Azure's identity endpoint", answer.status);
}

}  // namespace

Result<Login> azure_login(const AzureSettings& settings, const crypto::Variables& variables,
                          std::string_view resource, const Outside& outside) {
    using Auth = AzureSettings::Auth;
    if (settings.auth == Auth::managed_identity) return as_machine(settings, variables, resource, outside);
    if (settings.auth == Auth::workload_identity) return with_federated_token(settings, resource, outside);
    return with_secret(settings, variables, resource, outside);
}

}  // namespace patrol::secrets

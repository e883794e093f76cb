// The ways to a Google access token: a service account's key (a JWT signed here), a user's refresh token,
// the metadata server.
#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/sign_rs256.h"
#include "net/url.h"
#include "secrets/gcp.h"

namespace patrol::secrets {
namespace {

constexpr std::string_view issuer = "Google's token service";
constexpr std::string_view file_setting = "GOOGLE_APPLICATION_CREDENTIALS";
constexpr std::string_view scope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view token_url = "https://oauth2.googleapis.com/token";
constexpr auto assertion_age = std::chrono::hours(1);

Result<Login> login_in(Answer& answer) {
    const auto content = TRY(answer.json());
    const auto token = content.text({"access_token"});
    if (token.empty()) return login_failed("Google's login gave no token.", "Check the credentials.");
    return Login{.token = crypto::Secret(token),
                 .lease = std::chrono::seconds(int_or(content.value(), "expires_in", 300))};
}

Result<Login> exchange(const std::string& url, std::string form, const Outside& outside) {
    net::HttpRequest request{
        .method = "POST",
        .url = url,
        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
        .body = std::move(form),
        .trust = {.proxy = net::ProxyUse::environment, .destination = net::Destination::operator_chosen}};
    auto answer = TRY(send(outside, {.manager = std::string(issuer), .http = std::move(request)}));
    if (answer.status == 200) return login_in(answer);
    if (answer.status != 400 && answer.status != 401 && answer.status != 403)
        return not_usable(issuer, answer.status);
    const auto body = answer.json();
    const auto code = body ? body->text({"error"}) : std::string_view();
    if (code == "invalid_grant")
        return login_failed("Google refused the server's credentials.",
                            "The key was deleted, the account is disabled, or the server's clock is wrong.");
    return login_failed("Google refused the server's credentials.",
                        fmt::format("Check the file that {} names.", file_setting));
}

std::string json_text(std::string_view text) { return to_text(json::value(json::string(text))); }

Result<Login> as_service_account(const WipedJson& file, const Outside& outside) {
    const auto mail = file.text({"client_email"});
    std::string url(file.text({"token_uri"}));
    if (url.empty()) url = token_url;
    if (mail.empty() || !net::parse_url(url))
        return login_failed(fmt::format("The file that {} names is damaged.", file_setting),
                            "Download the service account's key again.");
    const auto now = outside.clock.now().ms / 1000;
    const std::string head =
        fmt::format(R"({{"alg":"RS256","typ":"JWT","kid":{}}})", json_text(file.text({"private_key_id"})));
    const std::string claims =
        fmt::format(R"({{"iss":{},"scope":{},"aud":{},"iat":{},"exp":{}}})", json_text(mail),
                    json_text(scope), json_text(url), now, now + std::chrono::seconds(assertion_age).count());
    std::string assertion =
        fmt::format("{}.{}", to_base64url(as_bytes(head)), to_base64url(as_bytes(claims)));
    const auto signature = crypto::sign_rs256(file.text({"private_key"}), assertion);
    if (!signature)
        return login_failed(fmt::format("The key in the file that {} names cannot be used.", file_setting),
                            "Download the service account's key again.");
    assertion.append(".").append(to_base64url(as_bytes(*signature)));
    const Wiped wiped(assertion);
    return exchange(
        url,
        form_body({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", assertion}}),
        outside);
}

Result<Login> as_user(const WipedJson& file, const Outside& outside) {
    return exchange(std::string(token_url),
                    form_body({{"grant_type", "refresh_token"},
                               {"client_id", file.text({"client_id"})},
                               {"client_secret", file.text({"client_secret"})},
                               {"refresh_token", file.text({"refresh_token"})}}),
                    outside);
}

Result<Login> from_file(const GcpSettings& settings, const Outside& outside) {
    const auto text = TRY(read_credential(settings.credential_file, file_setting));
    const auto file = WipedJson::parse(text);
    const auto type = file ? file->text({"type"}) : std::string_view();
    if (type == "service_account") return as_service_account(*file, outside);
    if (type == "authorized_user") return as_user(*file, outside);
    return login_failed(
        fmt::format("The file that {} names is of a kind that Patrol cannot use.", file_setting),
        "Use a service account's key or a user's application default credentials, or "
        "PATROL_GCP_AUTH=metadata.");
}

Result<Login> from_metadata(const GcpSettings& settings, const Outside& outside) {
    net::HttpRequest request{
        .url = settings.metadata_url + "/computeMetadata/v1/instance/service-accounts/default/token",
        .headers = {{"Metadata-Flavor", "Google"}},
        .connect_timeout = std::chrono::seconds(2),
        .trust = {.destination = net::Destination::operator_chosen}};
    auto answer = TRY(send(outside, {.manager = "Google's metadata server", .http = std::move(request)}));
    if (answer.status == 200) return login_in(answer);
    if (answer.status == 404)
        return login_failed("This machine has no service account.", "Attach one to it.");
    return not_usable("Google's metadata server", answer.status);
}

}  // namespace

Result<Login> gcp_login(const GcpSettings& settings, const Outside& outside) {
    return settings.auth == GcpSettings::Auth::metadata ? from_metadata(settings, outside)
                                                        : from_file(settings, outside);
}

}  // namespace patrol::secrets

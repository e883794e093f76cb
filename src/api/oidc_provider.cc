#include "api/oidc_provider.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "net/url.h"

namespace patrol::api {
namespace {

constexpr std::size_t answer_bytes_max = 256 * 1024;
constexpr auto call_time = std::chrono::seconds(10);
constexpr auto discovery_age = std::chrono::hours(1);
constexpr auto keys_pause = std::chrono::seconds(30);  // between two looks for newer keys
constexpr std::size_t secret_bytes_max = 4096;

Failure unavailable(std::string_view why) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "The identity provider cannot be asked at the moment.",
                      .hint = "Sign in with your password, or try again later.",
                      .detail = std::string(why),
                      .code = "oidc_provider"});
}

Failure code_refused(std::string_view why) {
    return fail(Error{.kind = Error::Kind::unauthenticated,
                      .message = "The identity provider did not confirm this sign-in.",
                      .hint = "Try to sign in again.",
                      .detail = std::string(why),
                      .code = "oidc_code"});
}

std::string url_text(std::string_view bytes) { return to_base64url(as_bytes(bytes)); }

void add(std::string& form, std::string_view name, std::string_view value) {
    if (!form.empty()) form += '&';
    form += name;
    form += '=';
    form += percent_encode(value);
}

// An endpoint of the provider: https, or http where its issuer is http too (listed by the operator).
bool is_endpoint(const std::string& text, std::string_view issuer) {
    const auto url = net::parse_url(text);
    return url && text.find('#') == std::string::npos &&
           (text.starts_with("https://") || (text.starts_with("http://") && issuer.starts_with("http://")));
}

bool has_text(const json::value& list, std::string_view wanted) {
    const auto* array = list.if_array();
    return array != nullptr && std::ranges::any_of(*array, [&](const json::value& each) {
               return each.is_string() && each.get_string() == wanted;
           });
}

Result<crypto::Secret> read_secret(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (!in.good() && text.empty()) return unavailable("the client secret file cannot be read");
    if (text.empty() || text.size() > secret_bytes_max)
        return unavailable("the client secret file holds no secret");
    return crypto::Secret::take(std::move(text));
}

net::HttpRequest request_to(const std::string& url, const OidcSettings& settings) {
    return {.url = url,
            .headers = {{"Accept", "application/json"}},
            .timeout = call_time,
            .max_body_bytes = answer_bytes_max,
            .trust = {.ca_bundle = settings.ca_bundle, .destination = net::Destination::user_supplied}};
}

}  // namespace

OidcAttempt OidcProvider::new_attempt() {
    return {.state = url_text(crypto::random_bytes(32)),
            .nonce = url_text(crypto::random_bytes(32)),
            .verifier = url_text(crypto::random_bytes(32))};
}

Result<json::value> OidcProvider::get(const std::string& url) {
    const auto answer = http_.send(request_to(url, settings_));
    if (!answer) return unavailable(describe(answer.error()));
    if (answer->status != 200)
        return unavailable("status " + std::to_string(answer->status) + " from " + url);
    auto value = parse_json(answer->body);
    if (!value || !value->is_object()) return unavailable("no JSON object from " + url);
    return std::move(*value);
}

Result<OidcProvider::Discovered> OidcProvider::discover() {
    const std::lock_guard lock(mutex_);
    if (discovered_ && clock_.now() < discovered_at_ + Millis(discovery_age)) return *discovered_;
    std::string base = settings_.issuer;
    while (base.ends_with('/')) base.pop_back();
    const json::value document = TRY(get(base + "/.well-known/openid-configuration"));
    if (string_or(document, "issuer") != settings_.issuer)
        return unavailable("the discovery document names another issuer: " +
                           std::string(string_or(document, "issuer")));
    Discovered found{.authorization_endpoint = std::string(string_or(document, "authorization_endpoint")),
                     .token_endpoint = std::string(string_or(document, "token_endpoint")),
                     .keys_endpoint = std::string(string_or(document, "jwks_uri"))};
    for (const std::string* endpoint :
         {&found.authorization_endpoint, &found.token_endpoint, &found.keys_endpoint})
        if (!is_endpoint(*endpoint, settings_.issuer))
            return unavailable("the discovery document has an unusable address: " + *endpoint);
    if (const auto* methods = find(document, "token_endpoint_auth_methods_supported"))
        if (!has_text(*methods, "client_secret_basic") && has_text(*methods, "client_secret_post"))
            found.auth = Discovered::ClientAuth::post;
    discovered_ = found;
    discovered_at_ = clock_.now();
    return found;
}

Result<std::string> OidcProvider::authorization_url(const OidcAttempt& attempt,
                                                    std::string_view redirect_uri) {
    const auto provider = TRY(discover());
    std::string query;
    add(query, "response_type", "code");
    add(query, "client_id", settings_.client_id);
    add(query, "redirect_uri", redirect_uri);
    add(query, "scope", "openid email");
    add(query, "state", attempt.state);
    add(query, "nonce", attempt.nonce);
    add(query, "code_challenge", url_text(crypto::as_text(crypto::sha256(attempt.verifier))));
    add(query, "code_challenge_method", "S256");
    const auto& endpoint = provider.authorization_endpoint;
    return endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") + query;
}

Result<std::string> OidcProvider::id_token_for(const Discovered& provider, const OidcAttempt& attempt,
                                               std::string_view code, std::string_view redirect_uri) {
    auto request = request_to(provider.token_endpoint, settings_);
    request.method = "POST";
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    add(request.body, "grant_type", "authorization_code");
    add(request.body, "code", code);
    add(request.body, "redirect_uri", redirect_uri);
    add(request.body, "code_verifier", attempt.verifier);
    const bool is_public = settings_.client_secret_file.empty();
    if (is_public || provider.auth == Discovered::ClientAuth::post)
        add(request.body, "client_id", settings_.client_id);
    if (!is_public) {
        const auto secret = TRY(read_secret(settings_.client_secret_file));
        if (provider.auth == Discovered::ClientAuth::post) {
            add(request.body, "client_secret", secret.expose());
        } else {
            std::string pair = percent_encode(settings_.client_id) + ":" + percent_encode(secret.expose());
            request.headers.push_back({"Authorization", "Basic " + to_base64(as_bytes(pair))});
            crypto::wipe(pair.data(), pair.size());
        }
    }
    const auto answer = http_.send(request);
    crypto::wipe(request.body.data(), request.body.size());
    if (!answer) return unavailable(describe(answer.error()));
    if (answer->status >= 500) return unavailable("status " + std::to_string(answer->status));
    if (answer->status != 200) return code_refused("status " + std::to_string(answer->status));
    const auto value = parse_json(answer->body);
    const auto token = value ? string_or(*value, "id_token") : std::string_view();
    if (token.empty()) return code_refused("no ID token in the answer");
    return std::string(token);
}

Result<void> OidcProvider::fetch_keys(const Discovered& provider) {
    auto keys = crypto::JwkSet::parse(to_text(TRY(get(provider.keys_endpoint))));
    if (!keys) return unavailable("the provider's keys cannot be read");
    keys_ = std::move(*keys);
    keys_at_ = clock_.now();
    return {};
}

Result<json::object> OidcProvider::open(const Discovered& provider, std::string_view token) {
    const std::lock_guard lock(mutex_);
    const bool fresh = !keys_;
    if (fresh) TRY(fetch_keys(provider));
    auto claims = keys_->open(token);
    const bool is_known = claims || claims.error().code != "jwt_key";
    if (!is_known && !fresh && clock_.now() >= keys_at_ + Millis(keys_pause)) {
        TRY(fetch_keys(provider));
        claims = keys_->open(token);
    }
    if (claims) return claims;
    return fail(Error{.kind = Error::Kind::unauthenticated,
                      .message = "The identity provider's answer is not valid.",
                      .hint = "Try to sign in again.",
                      .detail = claims.error().detail,
                      .code = "id_token"});
}

Result<ProvenIdentity> OidcProvider::redeem(const OidcAttempt& attempt, std::string_view code,
                                            std::string_view redirect_uri) {
    const auto provider = TRY(discover());
    const auto token = TRY(id_token_for(provider, attempt, code, redirect_uri));
    const auto claims = TRY(open(provider, token));
    return check_id_token(claims, {.issuer = settings_.issuer,
                                   .client_id = settings_.client_id,
                                   .nonce = attempt.nonce,
                                   .now = clock_.now()});
}

}  // namespace patrol::api

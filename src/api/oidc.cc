// Signing in with an identity provider: the browser is sent there with what proves that it comes back from
// this very attempt (state, nonce, PKCE), kept in a sealed cookie and nowhere else. Only people who are users
// already may come in.
#include "api/authentication.h"
#include "api/browser.h"
#include "api/first_run.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "api/oidc_provider.h"
#include "api/problem.h"
#include "api/sessions.h"
#include "base/encoding.h"
#include "base/log.h"
#include "store/user_identities.h"

namespace patrol::api::oidc {
namespace {

constexpr std::string_view callback_path = "/api/v1/session/oidc/callback";
constexpr std::size_t code_bytes_max = 4096;

Result<OidcProvider*> provider_of(Call& call) {
    if (call.services.oidc == nullptr) return fail(Call::not_found());
    return call.services.oidc;
}

std::string redirect_uri(const Call& call) {
    return call.services.settings.public_url + std::string(callback_path);
}

// ---- the cookie of an attempt

std::string attempt_cookie_name(const Arrival& arrival) {
    return std::string(cookie_name(arrival)) + "-oidc";
}
std::string attempt_place() { return crypto::seal_place("", "session", "oidc", "attempt"); }

net::Header attempt_cookie(const Arrival& arrival, std::string_view value, std::chrono::seconds age) {
    std::string text = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}",
                                   attempt_cookie_name(arrival), value, age.count());
    if (arrival.transport == Transport::tls) text += "; Secure";
    return {"Set-Cookie", std::move(text)};
}

std::string sealed(const Call& call, const OidcAttempt& attempt) {
    const json::object text{{"state", attempt.state},
                            {"nonce", attempt.nonce},
                            {"verifier", attempt.verifier},
                            {"until", (call.now() + Millis(limits::oidc_attempt_age)).ms}};
    return to_base64url(as_bytes(call.services.master_key.seal(to_text(text), attempt_place())));
}

Error unknown_attempt() {
    return {.kind = Error::Kind::denied,
            .message = "This sign-in was not begun in this browser, or it took too long.",
            .hint = "Begin again on the sign-in page.",
            .code = "oidc_state"};
}

Result<OidcAttempt> opened(const Call& call, const Arrival& arrival) {
    const auto bytes = from_base64url(cookie_value(call.request, attempt_cookie_name(arrival)));
    if (!bytes || bytes->empty()) return fail(unknown_attempt());
    const auto text = call.services.master_key.open(*bytes, attempt_place());
    const auto value = text ? parse_json(text->expose()) : Result<json::value>(Failure(unknown_attempt()));
    if (!value || Timestamp{int_or(*value, "until")} <= call.now()) return fail(unknown_attempt());
    return OidcAttempt{.state = std::string(string_or(*value, "state")),
                       .nonce = std::string(string_or(*value, "nonce")),
                       .verifier = std::string(string_or(*value, "verifier"))};
}

// ---- who it is

Error nobody_here() {
    return {.kind = Error::Kind::denied,
            .message =
                "There is no user here with an e-mail address that the identity provider has verified "
                "as yours.",
            .hint = "Ask an administrator to invite you under the address of that account.",
            .code = "oidc_no_user"};
}

Result<model::User> enabled(Call& call, const model::User& user) {
    call.audited.by(user);
    if (user.disabled) return fail(nobody_here());
    return user;
}

// The first sign-in: by the address, which the provider must have verified.
Result<model::User> linked_now(Call& call, const ProvenIdentity& identity, std::string_view issuer) {
    const auto email = normal_email(identity.email);
    if (!email || identity.email_verified != Verified::yes) return fail(nobody_here());
    auto found = call.store().users().by_email(*email);
    if (!found && found.error().kind == Error::Kind::not_found) return fail(nobody_here());
    const model::User known = TRY(std::move(found));
    model::User user = TRY(enabled(call, known));
    const model::AuditEntry entry{.at = call.now(),
                                  .actor = {model::ActorKind::user, user.id.str(), user.email},
                                  .address = arrival_of(call.request, call.services.settings).address,
                                  .action = "identity.link",
                                  .object = {"user", user.id.str(), user.email},
                                  .after = {{"issuer", issuer}, {"subject", identity.subject}},
                                  .trace_id = call.trace_id};
    TRY(call.store().user_identities().link(user.tenant, user.id, issuer, identity.subject, entry));
    return user;
}

Result<model::User> user_of(Call& call, const ProvenIdentity& identity, std::string_view issuer) {
    call.audited.by_nobody(identity.email);
    const auto known = TRY(call.store().user_identities().find(issuer, identity.subject));
    if (known) return enabled(call, *known);
    return linked_now(call, identity, issuer);
}

Result<std::string> code_of(const Call& call, const OidcAttempt& attempt, std::string_view issuer) {
    if (!crypto::constant_time_equal(call.query("state").value_or(""), attempt.state))
        return fail(unknown_attempt());
    // RFC 9207: the answer of another provider must not pass for this one's.
    if (const auto named = call.query("iss"); named && *named != issuer) return fail(unknown_attempt());
    const auto code = call.query("code");
    if (call.query("error") || !code || code->size() > code_bytes_max)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = "The identity provider did not let you in.",
                          .hint = "Try again, or sign in with your password.",
                          .detail = call.query("error").value_or("no code").substr(0, limits::name_chars),
                          .code = "oidc_denied"});
    return *code;
}

Result<Answer> signed_in(Call& call, OidcProvider& provider, const Arrival& arrival) {
    TRY(check_sign_in_allowed(arrival, call.services.settings));
    TRY(call.shared.limits.login_by_address.attempt(arrival.address));
    const auto attempt = TRY(opened(call, arrival));
    const auto& issuer = provider.settings().issuer;
    const auto code = TRY(code_of(call, attempt, issuer));
    const auto identity = TRY(provider.redeem(attempt, code, redirect_uri(call)));
    const auto user = TRY(user_of(call, identity, issuer));
    call.shared.limits.login_by_address.give_back(arrival.address);
    return sessions::sign_in(call, user, arrival, 200, sessions::Vouched::by_provider);
}

Answer redirect(std::string location) {
    return {.status = 303, .headers = {{"Location", std::move(location)}}, .body = std::string()};
}

// People are shown the sign-in page with what went wrong, programs the problem.
Result<Answer> refused(Call& call, const Error& error, const Arrival& arrival) {
    if (status_of(error.kind) >= 500 || !error.detail.empty())
        log::warn("a sign-in with the identity provider failed",
                  {{"why", describe(error)}, {"trace_id", call.trace_id}});
    if (call.request.header("Accept").find("text/html") == std::string_view::npos) return fail(error);
    call.audited.refused(type_of(error));
    Answer answer = redirect("/login?problem=" + type_of(error));
    answer.headers.push_back(attempt_cookie(arrival, "", std::chrono::seconds(0)));
    return answer;
}

}  // namespace

Result<Answer> about(Call& call) {
    const auto* provider = call.services.oidc;
    const bool enabled = provider != nullptr;
    return answer(
        {{"enabled", enabled}, {"name", enabled ? json::value(provider->settings().name) : nullptr}});
}

Result<Answer> start(Call& call) {
    auto* provider = TRY(provider_of(call));
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    TRY(check_sign_in_allowed(arrival, call.services.settings));
    TRY(call.shared.limits.login_by_address.attempt(arrival.address));
    const auto attempt = OidcProvider::new_attempt();
    Answer answer = redirect(TRY(provider->authorization_url(attempt, redirect_uri(call))));
    call.shared.limits.login_by_address.give_back(arrival.address);
    constexpr auto age = std::chrono::duration_cast<std::chrono::seconds>(limits::oidc_attempt_age);
    answer.headers.push_back(attempt_cookie(arrival, sealed(call, attempt), age));
    return answer;
}

Result<Answer> finish(Call& call) {
    auto* provider = TRY(provider_of(call));
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    auto session = signed_in(call, *provider, arrival);
    if (!session) return refused(call, session.error(), arrival);
    Answer answer = redirect("/");
    for (auto& header : session->headers)
        if (net::equal_without_case(header.name, "Set-Cookie")) answer.headers.push_back(std::move(header));
    answer.headers.push_back(attempt_cookie(arrival, "", std::chrono::seconds(0)));
    return answer;
}

}  // namespace patrol::api::oidc

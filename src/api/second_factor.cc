#include "api/second_factor.h"

#include <algorithm>

#include "api/authentication.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "api/sessions.h"
#include "crypto/random.h"
#include "crypto/totp.h"

namespace patrol::api {
namespace {

using store::SecondFactors;

// 120 bits: no guess finds one, so that a plain hash keeps it. Six groups of four.
constexpr std::size_t recovery_code_chars = 24;
constexpr std::size_t recovery_group_chars = 4;

std::string place_of(const model::User& user) {
    return crypto::seal_place(user.tenant.str(), "second_factor", user.id.str(), "sealed_secret");
}

// As people type it: with spaces, hyphens and capitals.
std::string normal_code(std::string_view text) {
    std::string code;
    for (const char c : text)
        if (c != ' ' && c != '-') code.push_back(c >= 'A' && c <= 'Z' ? char(c + 32) : c);
    return code;
}

bool is_totp(std::string_view code) {
    return code.size() == crypto::totp_digits &&
           std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

std::string recovery_hash(const model::User& user, std::string_view code) {
    return stored_hash("recovery|" + user.id.str() + "|" + std::string(code));
}

std::string in_groups(std::string_view code) {
    std::string text;
    for (std::size_t at = 0; at < code.size(); at += recovery_group_chars)
        text += (at == 0 ? "" : "-") + std::string(code.substr(at, recovery_group_chars));
    return text;
}

// The step that the code is good for, not spent yet.
Result<std::optional<std::int64_t>> matching_step(Call& call, const model::User& user,
                                                  const SecondFactors::Factor& factor,
                                                  std::string_view code) {
    auto secret = call.services.master_key.open(factor.sealed_secret, place_of(user));
    if (!secret)
        return fail(Error{.kind = Error::Kind::internal,
                          .message = "The stored second factor cannot be read.",
                          .detail = secret.error().message});
    return crypto::match_totp(secret->expose(), code, call.now(), factor.last_step);
}

Result<bool> spend(Call& call, const model::User& user, std::string_view code) {
    SecondFactors& factors = call.store().second_factors();
    if (!is_totp(code)) return factors.spend_recovery_code(user.tenant, user.id, recovery_hash(user, code));
    const auto factor = TRY(factors.get(user.tenant, user.id));
    if (!factor) return false;
    const auto step = TRY(matching_step(call, user, *factor, code));
    if (!step) return false;
    return factors.spend_step(user.tenant, user.id, *step);
}

Error unauthenticated(std::string message, std::string hint, std::string code) {
    return {.kind = Error::Kind::unauthenticated,
            .message = std::move(message),
            .hint = std::move(hint),
            .code = std::move(code)};
}

Failure nothing_to_confirm() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is no new authenticator app to confirm.",
                      .hint = "Begin with POST /me/totp.",
                      .code = "no_second_factor"});
}

// The body of a request that only repeats the caller's password.
Result<void> confirm_by_password(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    const std::string password = body.required_text("password", {.max_chars = limits::password_max_chars});
    TRY(body.done());
    TRY(sessions::require_session(call));
    TRY(sessions::check_own_password(call, password, "password"));
    call.audited.about("user", call.caller.user.id.str(), call.caller.user.email);
    return {};
}

std::vector<std::string> new_recovery_codes() {
    std::vector<std::string> codes(limits::recovery_codes);
    for (std::string& code : codes) code = crypto::random_base32(recovery_code_chars);
    return codes;
}

std::vector<std::string> hashes_of(const model::User& user, const std::vector<std::string>& codes) {
    std::vector<std::string> hashes;
    hashes.reserve(codes.size());
    for (const std::string& each : codes) hashes.push_back(recovery_hash(user, each));
    return hashes;
}

json::object shown(const std::vector<std::string>& codes) {
    json::array texts;
    for (const std::string& code : codes) texts.emplace_back(in_groups(code));
    return {{"recovery_codes", std::move(texts)}};
}

// Everybody else is out: what they signed in with is no longer enough.
Result<Answer> confirmed(Call& call, const std::vector<std::string>& codes) {
    const model::User& user = call.caller.user;
    TRY(call.store().sessions().remove_of_user(user.tenant, user.id));
    const auto started = TRY(sessions::start(call, user, arrival_of(call.request, call.services.settings)));
    call.audited.about("user", user.id.str(), user.email);
    Answer response = answer(shown(codes));
    response.headers.push_back(started.cookie);
    return response;
}

}  // namespace

Result<void> check_second_factor(Call& call, const model::User& user,
                                 const std::optional<std::string>& code) {
    if (!user.mfa) return {};
    if (!code)
        return fail(unauthenticated("A code of your authenticator app is needed.",
                                    "Send it as totp; a recovery code will do too.", "totp_required"));
    AttemptLimiter& limiter = call.shared.limits.second_factor_by_user;
    TRY(limiter.attempt(user.id.str()));
    if (!TRY(spend(call, user, normal_code(*code))))
        return fail(unauthenticated("The code is wrong or was used already.", "", "wrong_totp"));
    limiter.give_back(user.id.str());
    return {};
}

bool lacks_second_factor(const model::User& user, const model::Session& session,
                         model::SecondFactorRule rule) {
    return rule == model::SecondFactorRule::required && !user.mfa && !session.by_provider;
}

Result<void> check_second_factor_rule(const Call& call) {
    const Caller& caller = call.caller;
    if (!caller.session || !lacks_second_factor(caller.user, *caller.session, caller.second_factor))
        return {};
    const std::string_view path = call.request.path;
    const auto is_below = [path](std::string_view root) {
        return path == root || (path.starts_with(root) && path[root.size()] == '/');
    };
    if (is_below("/api/v1/me") || path == "/api/v1/session") return {};
    return fail(Error{.kind = Error::Kind::denied,
                      .message = "Your organisation asks for a second factor, and you have none yet.",
                      .hint = "Set up an authenticator app: POST /me/totp.",
                      .code = "second_factor_required"});
}

namespace second_factor {

Result<Answer> begin(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    TRY(sessions::require_session(call));
    const model::User& user = call.caller.user;
    call.audited.about("user", user.id.str(), user.email);
    const crypto::Secret secret = crypto::Secret::take(crypto::random_bytes(crypto::totp_secret_bytes));
    TRY(call.store().second_factors().begin(user.tenant, user.id,
                                            call.services.master_key.seal(secret.expose(), place_of(user))));
    return answer(
        {{"secret", crypto::totp_secret_text(secret.expose())},
         {"otpauth_uri", crypto::totp_uri(call.services.settings.server_name, user.email, secret.expose())}});
}

Result<Answer> confirm(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    const std::string code = normal_code(body.required_text("code"));
    TRY(body.done());
    TRY(sessions::require_session(call));
    const model::User& user = call.caller.user;
    SecondFactors& factors = call.store().second_factors();
    const auto factor = TRY(factors.get(user.tenant, user.id));
    if (!factor || factor->confirmed) return nothing_to_confirm();
    TRY(call.shared.limits.second_factor_by_user.attempt(user.id.str()));
    const auto step = TRY(matching_step(call, user, *factor, code));
    if (!step) return invalid("code", "This is not the code that the app shows now.");
    call.shared.limits.second_factor_by_user.give_back(user.id.str());
    const std::vector<std::string> codes = new_recovery_codes();
    if (!TRY(factors.confirm(user.tenant, user.id, *factor, *step, hashes_of(user, codes))))
        return nothing_to_confirm();
    return confirmed(call, codes);
}

Result<Answer> renew_recovery_codes(Call& call) {
    TRY(confirm_by_password(call));
    const model::User& user = call.caller.user;
    const std::vector<std::string> codes = new_recovery_codes();
    if (TRY(call.store().second_factors().replace_recovery_codes(user.tenant, user.id,
                                                                 hashes_of(user, codes))))
        return answer(shown(codes));
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "There is no authenticator app that they would stand in for.",
                      .hint = "Begin with POST /me/totp.",
                      .code = "no_second_factor"});
}

Result<Answer> remove(Call& call) {
    TRY(confirm_by_password(call));
    TRY(call.store().second_factors().remove(call.tenant(), call.caller.user.id));
    return no_content();
}

}  // namespace second_factor

}  // namespace patrol::api

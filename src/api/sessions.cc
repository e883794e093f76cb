#include "api/sessions.h"

#include "api/authentication.h"
#include "api/body.h"
#include "api/first_run.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "crypto/random.h"
#include "crypto/token.h"

namespace patrol::api::sessions {
namespace {

Result<json::object> me_of(Call& call, const model::User& user, model::Role role, bool platform_owner) {
    const model::Tenant tenant = TRY(call.store().tenants().get(user.tenant));
    return json::object{{"id", user.id.str()},
                        {"email", user.email},
                        {"name", user.name},
                        {"role", model::to_string(role)},
                        {"platform_owner", platform_owner},
                        {"tenant", {{"id", tenant.id.str()}, {"name", tenant.name}}}};
}

Error wrong_password() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "The e-mail address or the password is wrong.",
            .code = "wrong_password"};
}

// Unknown and disabled users cost the same time as a wrong password.
Result<model::User> verified_user(Call& call, std::string_view email, std::string_view password) {
    auto user = call.store().users().by_email(email);
    if (!user && user.error().kind != Error::Kind::not_found) return user;
    user ? call.audited.by(*user) : call.audited.by_nobody(std::string(email));
    if (!user || user->disabled) {
        TRY(call.services.passwords.verify_nobody(password));
        return fail(wrong_password());
    }
    if (!TRY(call.services.passwords.verify(user->password_hash, password))) return fail(wrong_password());
    return user;
}

// Who is locked out is told to the tenant's administrators.
Result<void> count_attempt(Call& call, const std::string& email, const std::string& key) {
    auto counted = call.shared.limits.login_by_user.attempt(key);
    if (counted) return counted;
    const auto user = call.store().users().by_email(email);
    user ? call.audited.by(*user) : call.audited.by_nobody(email);
    return counted;
}

// A cookie that was there before never becomes the new session's.
Result<void> end_old_session(Call& call, const Arrival& arrival) {
    const std::string_view cookie = session_cookie(call.request, arrival);
    if (!crypto::check_token(crypto::session_token_prefix, cookie)) return {};
    const auto old = call.store().sessions().by_token_hash(stored_hash(cookie), call.now());
    if (old) TRY(call.store().sessions().remove(old->session.tenant, old->session.id));
    return {};
}

}  // namespace

Result<Answer> sign_in(Call& call, const model::User& user, const Arrival& arrival, int status) {
    TRY(end_old_session(call, arrival));
    const std::string token = crypto::make_token(crypto::session_token_prefix);
    const model::Session session =
        TRY(call.store().sessions().create(user.tenant,
                                           {.tenant = user.tenant,
                                            .user = user.id,
                                            .token_hash = stored_hash(token),
                                            .csrf_token = crypto::random_base32(26)},
                                           call.now()));
    call.audited.by(user);
    call.audited.about("session", session.id.str(), user.email);
    json::object body = TRY(me_of(call, user, user.role, user.platform_owner));
    body["auth"] = "session";
    body["expires_at"] = time_or_null(session.expires_at);
    Answer response = answer(std::move(body), status);
    response.headers.push_back(set_session_cookie(arrival, token));
    return response;
}

Result<Answer> create(Call& call) {
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    TRY(check_sign_in_allowed(arrival, call.services.settings));
    const json::object object = TRY(call.body());
    Body body(object);
    const std::string email = body.required_text("email", {.max_chars = 254});
    const std::string password = body.required_text("password", {.max_chars = limits::password_max_chars});
    TRY(body.done());
    Limits& limits = call.shared.limits;
    const auto address = TRY(normal_email(email));
    const std::string key = arrival.address + " " + address;
    TRY(limits.login_by_address.attempt(arrival.address));
    TRY(count_attempt(call, address, key));
    const model::User user = TRY(verified_user(call, address, password));
    limits.login_by_address.give_back(arrival.address);
    limits.login_by_user.give_back(key);
    return sign_in(call, user, arrival, 200);
}

Result<Answer> remove(Call& call) {
    if (call.caller.kind != Caller::Kind::session)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "An API token is not a session.",
                          .hint = "Revoke a token with DELETE /tokens/{id}.",
                          .code = "not_a_session"});
    TRY(call.store().sessions().remove(call.tenant(), call.caller.session->id));
    Answer response = no_content();
    response.headers.push_back(clear_session_cookie(arrival_of(call.request, call.services.settings)));
    return response;
}

Result<Answer> me(Call& call) {
    json::object body = TRY(me_of(call, call.caller.user, call.caller.role, call.caller.platform_owner));
    const bool is_session = call.caller.kind == Caller::Kind::session;
    body["auth"] = is_session ? "session" : "api_token";
    body["expires_at"] =
        time_or_null(is_session ? call.caller.session->expires_at : call.caller.api_token->expires_at);
    return answer(std::move(body));
}

}  // namespace patrol::api::sessions

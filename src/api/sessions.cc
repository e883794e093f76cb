#include "api/sessions.h"

#include "api/audit_record.h"
#include "api/authentication.h"
#include "api/body.h"
#include "api/first_run.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "api/page.h"
#include "api/person_body.h"
#include "api/second_factor.h"
#include "crypto/random.h"
#include "crypto/token.h"

namespace patrol::api::sessions {
namespace {

struct Standing {
    model::Role role;
    bool platform_owner;
    model::CustomerScope customers;
    const model::Session* session;  // none for a token
};

Result<json::object> me_of(Call& call, const model::User& user, const Standing& standing) {
    const model::Tenant tenant = TRY(call.store().tenants().get(user.tenant));
    const bool needs_factor =
        standing.session != nullptr && lacks_second_factor(user, *standing.session, tenant.second_factor);
    return json::object{{"id", user.id.str()},
                        {"email", user.email},
                        {"name", user.name},
                        {"role", model::to_string(standing.role)},
                        {"platform_owner", standing.platform_owner},
                        {"customers", customers_of(standing.customers)},
                        {"mfa", user.mfa},
                        {"second_factor_needed", needs_factor},
                        {"tenant", {{"id", tenant.id.str()}, {"name", tenant.name}}}};
}

Error wrong_password() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "The e-mail address or the password is wrong.",
            .code = "wrong_password"};
}

// Unknown and disabled users, and those who have not accepted their invitation, cost the same time as a
// wrong password.
Result<model::User> verified_user(Call& call, std::string_view email, std::string_view password) {
    auto user = call.store().users().by_email(email);
    if (!user && user.error().kind != Error::Kind::not_found) return user;
    user ? call.audited.by(*user) : call.audited.by_nobody(std::string(email));
    if (!user || user->disabled || user->password_hash.empty()) {
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

// For a list that people read: what a browser claims to be, without anything but plain letters.
std::string user_agent_of(const net::ServerRequest& request) {
    std::string text(request.header("User-Agent").substr(0, limits::user_agent_chars));
    std::erase_if(text, [](char c) { return c < ' ' || c > '~'; });
    return text;
}

json::object render(const model::Session& session, const model::Session* current) {
    return {{"id", session.id.str()},
            {"address", session.address},
            {"user_agent", session.user_agent},
            {"created_at", time_or_null(session.created_at)},
            {"last_seen_at", time_or_null(session.last_seen_at)},
            {"expires_at", time_or_null(session.expires_at)},
            {"current", current != nullptr && session.id == current->id}};
}

Answer signed_out(Call& call) {
    Answer response = no_content();
    response.headers.push_back(clear_session_cookie(arrival_of(call.request, call.services.settings)));
    return response;
}

}  // namespace

Result<Started> start(Call& call, const model::User& user, const Arrival& arrival, Vouched vouched) {
    call.audited.by(user);
    TRY(announce(call));
    TRY(end_old_session(call, arrival));
    const std::string token = crypto::make_token(crypto::session_token_prefix);
    const model::Session session =
        TRY(call.store().sessions().create(user.tenant,
                                           {.tenant = user.tenant,
                                            .user = user.id,
                                            .token_hash = stored_hash(token),
                                            .csrf_token = crypto::random_base32(26),
                                            .address = arrival.address,
                                            .user_agent = user_agent_of(call.request),
                                            .by_provider = vouched == Vouched::by_provider},
                                           call.now()));
    call.audited.about("session", session.id.str(), user.email);
    return Started{session, set_session_cookie(arrival, token)};
}

Result<Answer> sign_in(Call& call, const model::User& user, const Arrival& arrival, int status,
                       Vouched vouched) {
    const Started started = TRY(start(call, user, arrival, vouched));
    json::object body =
        TRY(me_of(call, user, {user.role, user.platform_owner, user.customers, &started.session}));
    body["auth"] = "session";
    body["expires_at"] = time_or_null(started.session.expires_at);
    Answer response = answer(std::move(body), status);
    response.headers.push_back(started.cookie);
    return response;
}

Result<void> require_session(const Call& call) {
    if (call.caller.kind == Caller::Kind::session) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "An API token is not a session.",
                      .hint = "Sign in to the console for this; a token is revoked with DELETE /tokens/{id}.",
                      .code = "not_a_session"});
}

Result<void> check_own_password(Call& call, std::string_view password, std::string_view field) {
    const model::User& user = call.caller.user;
    AttemptLimiter& limiter = call.shared.limits.login_by_user;
    TRY(limiter.attempt(user.id.str()));
    if (!TRY(call.services.passwords.verify(user.password_hash, password)))
        return invalid(std::string(field), "This is not your password.");
    limiter.give_back(user.id.str());
    return {};
}

Result<Answer> create(Call& call) {
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    TRY(check_sign_in_allowed(arrival, call.services.settings));
    const json::object object = TRY(call.body());
    Body body(object);
    const std::string email = body.required_text("email", {.max_chars = 254});
    const std::string password = body.required_text("password", {.max_chars = limits::password_max_chars});
    const auto totp = body.text("totp");
    TRY(body.done());
    Limits& limits = call.shared.limits;
    const auto address = TRY(normal_email(email));
    const std::string key = arrival.address + " " + address;
    TRY(limits.login_by_address.attempt(arrival.address));
    TRY(count_attempt(call, address, key));
    const model::User user = TRY(verified_user(call, address, password));
    const auto second = check_second_factor(call, user, totp);
    if (!second && totp) return Failure(second.error());
    limits.login_by_address.give_back(arrival.address);
    limits.login_by_user.give_back(key);
    if (!second) return Failure(second.error());
    return sign_in(call, user, arrival, 200);
}

Result<Answer> remove(Call& call) {
    TRY(require_session(call));
    TRY(call.store().sessions().remove(call.tenant(), call.caller.session->id));
    return signed_out(call);
}

Result<Answer> list(Call& call) {
    const auto sessions =
        TRY(call.store().sessions().of_user(call.tenant(), call.caller.user.id, call.now()));
    const model::Session* current = call.caller.session ? &*call.caller.session : nullptr;
    return answer(whole_list_of(sessions, [current](const auto& each) { return render(each, current); }));
}

Result<Answer> revoke(Call& call) {
    const SessionId id = TRY(call.id<SessionId>());
    TRY(call.store().sessions().revoke(call.tenant(), call.caller.user.id, id));
    return call.caller.session && call.caller.session->id == id ? signed_out(call) : no_content();
}

Result<Answer> revoke_others(Call& call) {
    call.audited.about("user", call.caller.user.id.str(), call.caller.user.email);
    std::optional<SessionId> kept;
    if (call.caller.session) kept = call.caller.session->id;
    TRY(call.store().sessions().revoke_others(call.tenant(), call.caller.user.id, kept));
    return no_content();
}

Result<Answer> me(Call& call) {
    const Caller& caller = call.caller;
    const bool is_session = call.caller.kind == Caller::Kind::session;
    json::object body = TRY(me_of(
        call, caller.user,
        {caller.role, caller.platform_owner, caller.customers, is_session ? &*caller.session : nullptr}));
    body["auth"] = is_session ? "session" : "api_token";
    body["expires_at"] =
        time_or_null(is_session ? call.caller.session->expires_at : call.caller.api_token->expires_at);
    return answer(std::move(body));
}

}  // namespace patrol::api::sessions

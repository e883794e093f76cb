// Passwords that people set themselves: by a link, or knowing the present one.
#include "api/body.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "api/one_time_link.h"
#include "api/sessions.h"
#include "crypto/password_rules.h"

namespace patrol::api {

namespace invitations {

Result<Answer> accept(Call& call) {
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    TRY(check_sign_in_allowed(arrival, call.services.settings));
    const json::object object = TRY(call.body());
    Body body(object);
    const LinkUse use{.purpose = model::LinkPurpose::invitation,
                      .token = body.required_text("token"),
                      .name = body.text("name").value_or(""),
                      .password = body.required_text("password", {.max_chars = limits::password_max_chars})};
    TRY(body.done());
    const model::User user = TRY(use_link(call, use));
    Answer signed_in = TRY(sessions::sign_in(call, user, arrival, 201));
    call.audited.about("user", user.id.str(), user.email);
    return signed_in;
}

}  // namespace invitations

namespace passwords {

// No sign-in: a second factor is still asked for.
Result<Answer> reset(Call& call) {
    TRY(check_sign_in_allowed(arrival_of(call.request, call.services.settings), call.services.settings));
    const json::object object = TRY(call.body());
    Body body(object);
    const LinkUse use{.purpose = model::LinkPurpose::password_reset,
                      .token = body.required_text("token"),
                      .password = body.required_text("password", {.max_chars = limits::password_max_chars})};
    TRY(body.done());
    TRY(use_link(call, use));
    return no_content();
}

Result<Answer> change(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    const TextRule rule{.max_chars = limits::password_max_chars};
    const std::string current = body.required_text("current_password", rule);
    const std::string password = body.required_text("password", rule);
    TRY(body.done());
    TRY(sessions::require_session(call));
    const model::User& user = call.caller.user;
    TRY(sessions::check_own_password(call, current, "current_password"));
    TRY(crypto::check_password_rules(password, {.email = user.email, .name = user.name}));
    if (password == current) return invalid("password", "This is the password that you have already.");
    const std::string hash = TRY(call.services.passwords.hash(password));
    TRY(call.store().users().set_password(user.tenant, user.id, hash));
    Answer signed_in =
        TRY(sessions::sign_in(call, user, arrival_of(call.request, call.services.settings), 200));
    call.audited.about("user", user.id.str(), user.email);
    return signed_in;
}

}  // namespace passwords

}  // namespace patrol::api

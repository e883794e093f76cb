// The first run. Until a user exists, whoever holds the setup token from the server's console makes the
// tenant and its owner; afterwards both paths only say that it is done.
#include "api/authentication.h"
#include "api/body.h"
#include "api/first_run.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "api/sessions.h"
#include "crypto/token.h"

namespace patrol::api::setup {
namespace {

Error wrong_setup_token() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "This setup token is unknown or has expired.",
            .hint = "Run `patrol server setup-token` on the server for a new one.",
            .code = "setup_token"};
}

}  // namespace

Result<Answer> status(Call& call) {
    const bool needed = TRY(call.store().tenants().count_users()) == 0;
    return answer({{"needed", needed}});
}

Result<Answer> run(Call& call) {
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    if (TRY(call.store().tenants().count_users()) != 0)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "Patrol is set up already.",
                          .hint = "Sign in instead.",
                          .code = "already_set_up"});
    TRY(check_sign_in_allowed(arrival, call.services.settings));
    const json::object object = TRY(call.body());
    Body body(object);
    const std::string token = body.required_text("setup_token");
    FirstOwner owner{.email = body.required_text("email", {.max_chars = 254}),
                     .name = body.text("name").value_or(""),
                     .organisation = body.text("organisation").value_or(""),
                     .password = body.required_text("password", {.max_chars = limits::password_max_chars})};
    TRY(body.done());
    TRY(call.shared.limits.setup_by_address.attempt(arrival.address));
    const std::string hash = stored_hash(token);
    const bool known = crypto::check_token(crypto::setup_token_prefix, token) &&
                       TRY(call.store().tenants().is_setup_token(hash, call.now()));
    if (!known) return fail(wrong_setup_token());
    const FirstRunTools tools{call.store(), call.services.master_key, call.services.passwords,
                              call.services.clock};
    auto first = set_up(tools, owner, hash);
    if (!first && first.error().kind == Error::Kind::unauthenticated) return fail(wrong_setup_token());
    if (!first) return fail(std::move(first).error());
    auto answer = TRY(sessions::sign_in(call, first->owner, arrival, 201));
    call.audited.about("tenant", first->tenant.id.str(), first->tenant.name);
    return answer;
}

}  // namespace patrol::api::setup

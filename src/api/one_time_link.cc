#include "api/one_time_link.h"

#include "api/audit_record.h"
#include "api/authentication.h"
#include "api/browser.h"
#include "api/limits.h"
#include "crypto/password_rules.h"
#include "crypto/token.h"

namespace patrol::api {
namespace {

std::string_view prefix_of(model::LinkPurpose purpose) {
    return purpose == model::LinkPurpose::invitation ? crypto::invitation_token_prefix
                                                     : crypto::reset_token_prefix;
}

Millis age_of(model::LinkPurpose purpose) {
    return purpose == model::LinkPurpose::invitation ? limits::invitation_age : limits::password_reset_age;
}

// Of an unknown, a spent and an expired one: one and the same.
Error dead_link() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "This link is unknown, was used already or has expired.",
            .hint = "Ask an administrator of your organisation for a new one.",
            .code = "one_time_link"};
}

Error hide_reason(const Error& error) {
    return error.kind == Error::Kind::unauthenticated ? dead_link() : error;
}

}  // namespace

NewLink new_link(model::LinkPurpose purpose, Timestamp now) {
    std::string token = crypto::make_token(prefix_of(purpose));
    return {
        .token = token,
        .kept = {.purpose = purpose, .token_hash = stored_hash(token), .expires_at = now + age_of(purpose)}};
}

std::string link_url(std::string_view public_url, const NewLink& link) {
    const bool invitation = link.kept.purpose == model::LinkPurpose::invitation;
    return fmt::format("{}/{}#token={}", public_url, invitation ? "invitation" : "password-reset",
                       link.token);
}

void add_link(json::object& answer, const Settings& settings, const NewLink& link) {
    const std::string name = link.kept.purpose == model::LinkPurpose::invitation ? "invite" : "reset";
    answer[name + "_token"] = link.token;
    answer[name + "_url"] = link_url(settings.public_url, link);
    answer[name + "_expires_at"] = time_or_null(link.kept.expires_at);
}

Result<model::User> link_holder(Call& call, model::LinkPurpose purpose, std::string_view token) {
    const Arrival arrival = arrival_of(call.request, call.services.settings);
    TRY(call.shared.limits.link_by_address.attempt(arrival.address));
    if (!crypto::check_token(prefix_of(purpose), token)) return fail(dead_link());
    auto user = call.store().one_time_links().holder(purpose, stored_hash(token), call.now());
    if (!user) return fail(hide_reason(std::move(user).error()));
    call.shared.limits.link_by_address.give_back(arrival.address);
    return user;
}

Result<model::User> use_link(Call& call, const LinkUse& use) {
    const model::User user = TRY(link_holder(call, use.purpose, use.token));
    const std::string_view name = use.name.empty() ? user.name : use.name;
    TRY(crypto::check_password_rules(use.password, {.email = user.email, .name = name}));
    const store::OneTimeLinks::NewPassword password{.hash = TRY(call.services.passwords.hash(use.password)),
                                                    .name = use.name};
    call.audited.by(user);
    call.audited.about("user", user.id.str(), user.email);
    TRY(announce(call));
    auto done =
        call.store().one_time_links().spend(use.purpose, stored_hash(use.token), password, call.now());
    if (!done) return fail(hide_reason(std::move(done).error()));
    return done;
}

}  // namespace patrol::api

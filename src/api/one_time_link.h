// Links that a person is sent to set a password. The token stands behind the # of the address, which browsers
// send to no server; the address is made from the configured public URL, never from a request.
#pragma once

#include <string>

#include "api/call.h"

namespace patrol::api {

struct NewLink {
    std::string token;  // in the answer that makes it and nowhere else
    model::OneTimeLink kept;
};
NewLink new_link(model::LinkPurpose purpose, Timestamp now);
// What the person opens; the token is in it.
std::string link_url(std::string_view public_url, const NewLink& link);

// invite_token, invite_url and invite_expires_at; reset_… for a password reset.
void add_link(json::object& answer, const Settings& settings, const NewLink& link);

// Whose token it is; guesses are limited by address. Kind::unauthenticated, Kind::throttled.
Result<model::User> link_holder(Call& call, model::LinkPurpose purpose, std::string_view token);

// Spends the token for a password that keeps the rules.
struct LinkUse {
    model::LinkPurpose purpose = model::LinkPurpose::invitation;
    std::string token;
    std::string name;  // empty: as it is
    std::string password;
};
Result<model::User> use_link(Call& call, const LinkUse& use);

}  // namespace patrol::api

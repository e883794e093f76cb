// Signing in, and what only a session may do.
#pragma once

#include "api/browser.h"
#include "api/call.h"

namespace patrol::api::sessions {

struct Started {
    model::Session session;
    net::Header cookie;
};
// Who vouched for the user: his password, or the identity provider, whose own second factor counts.
enum class Vouched { by_password, by_provider };
// A new session for `user`. Any session the request came with ends.
Result<Started> start(Call& call, const model::User& user, const Arrival& arrival,
                      Vouched vouched = Vouched::by_password);
// The same, and the answer of GET /me with its cookie.
Result<Answer> sign_in(Call& call, const model::User& user, const Arrival& arrival, int status,
                       Vouched vouched = Vouched::by_password);

// Kind::conflict "not_a_session" for an API token.
Result<void> require_session(const Call& call);
// That the caller knows his password: Kind::invalid naming `field`, Kind::throttled.
Result<void> check_own_password(Call& call, std::string_view password, std::string_view field);

}  // namespace patrol::api::sessions

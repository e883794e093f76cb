// Signing in. Shared by POST /session and the end of POST /setup.
#pragma once

#include "api/browser.h"
#include "api/call.h"

namespace patrol::api::sessions {

// A new session for `user`, its cookie on the answer. Any session the request came with ends.
Result<Answer> sign_in(Call& call, const model::User& user, const Arrival& arrival, int status);

}  // namespace patrol::api::sessions

// The second factor at sign-in: a code of an authenticator app, or one of the recovery codes.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"

namespace patrol::api {

// For a user whose password was right. Kind::unauthenticated: "totp_required" without a code where one is
// needed, "wrong_totp" for a wrong or used one; Kind::throttled after too many wrong ones from anywhere.
Result<void> check_second_factor(Call& call, const model::User& user, const std::optional<std::string>& code);

}  // namespace patrol::api

// The second factor at sign-in: a code of an authenticator app, or one of the recovery codes.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"

namespace patrol::api {

// For a user whose password was right. Kind::unauthenticated: "totp_required" without a code where one is
// needed, "wrong_totp" for a wrong or used one; Kind::throttled after too many wrong ones from anywhere.
Result<void> check_second_factor(Call& call, const model::User& user, const std::optional<std::string>& code);

// Whether the tenant asks for a second factor and this session has none.
bool lacks_second_factor(const model::User& user, const model::Session& session,
                         model::SecondFactorRule rule);
// Who lacks it may only make one, and see and end his sessions. Kind::denied "second_factor_required".
Result<void> check_second_factor_rule(const Call& call);

}  // namespace patrol::api

// The one decision on what a caller may do: the role that it takes, the scopes that a token was made for, and
// the person it is done to. What customers somebody sees is decided where rows are read.
#pragma once

#include <string_view>

#include "api/call.h"
#include "api/routes.h"

namespace patrol::api {

// What something is done to, as far as the decision hangs on it.
struct Object {
    Access access = Access::viewer;  // the least role, viewer and above
    const model::User* person =
        nullptr;  // whose rights are made, changed or taken: nobody reaches above himself
};

// `action` as routes.cc names it ("scan.start"); empty for reads. Kind::denied with code "role", "scope" or
// "platform_owner_only".
Result<void> authorize(const Caller& caller, std::string_view action, const Object& object);

// What a token must have been made for to do it.
model::TokenScope scope_of(std::string_view action);

}  // namespace patrol::api

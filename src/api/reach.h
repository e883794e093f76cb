// What a caller who is limited to customers may do with a route. The default is nothing: a route of the
// whole tenant (secrets, people, notifications …) answers 403 to him, and so does every route that is not
// in the list in reach.cc yet.
#pragma once

#include <string_view>

#include "net/router.h"

namespace patrol::api {

enum class Reach {
    whole,      // only callers who see all customers
    customers,  // everybody, as far as his customers go: the handler asks the store as call.viewer()
    own,        // the caller's own session and the like: everybody
};

Reach reach_of(net::Method method, std::string_view path);

}  // namespace patrol::api

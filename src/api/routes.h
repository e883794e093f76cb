// The whole surface of the API as data. api/openapi.yaml describes the same list; tests/contract
// compares the two.
#pragma once

#include <span>
#include <string_view>

#include "api/call.h"
#include "net/router.h"

namespace patrol::api {

// Who may call. `collector`: a request signed by one (relay/signature.h). From `viewer` on: a session or API
// token with at least that role (api/authorize.h).
enum class Access {
    anyone,
    sign_in,
    connect_token,
    collector,
    viewer,
    operator_,
    admin,
    owner,
    platform_owner
};

using RouteFunction = Result<Answer> (*)(Call&);

struct Route {
    net::Method method;
    std::string_view path;
    Access access;
    std::string_view query;  // allowed query parameters, separated by spaces
    RouteFunction handler;
    // What the audit log calls it (model/audit.h). Empty only for reads: routes_test.cc walks the table.
    std::string_view action = {};
};

// For the few POSTs that change nothing.
inline constexpr std::string_view not_recorded = "-";

std::span<const Route> routes();

}  // namespace patrol::api

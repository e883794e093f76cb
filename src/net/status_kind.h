// What a status of a Patrol server means to its own clients: base/error.h says which status each kind has.
#pragma once

#include "base/error.h"

namespace patrol::net {

inline Error::Kind kind_of_status(int status) {
    using Kind = Error::Kind;
    switch (status) {
        case 400:
            return Kind::malformed;
        case 401:
            return Kind::unauthenticated;
        case 403:
            return Kind::denied;
        case 404:
            return Kind::not_found;
        case 409:
            return Kind::conflict;
        case 410:
            return Kind::gone;
        case 412:
            return Kind::stale;
        case 413:
            return Kind::too_large;
        case 422:
            return Kind::invalid;
        case 429:
            return Kind::throttled;
        case 503:
            return Kind::unavailable;
        default:
            return Kind::internal;
    }
}

}  // namespace patrol::net

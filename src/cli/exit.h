// Exit codes that scripts can use (docs/reference/cli.md).
#pragma once

#include "base/error.h"

namespace patrol::cli {

enum Exit : int {
    exit_done = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_not_authorised = 3,
    exit_not_found = 4,
    exit_drift = 10,    // with --exit-code
    exit_partial = 11,  // with --exit-code
};

inline int exit_of(const Error& error) {
    switch (error.kind) {
        case Error::Kind::unauthenticated:
        case Error::Kind::denied:
        case Error::Kind::gone:
            return exit_not_authorised;
        case Error::Kind::not_found:
            return exit_not_found;
        default:
            return exit_failed;
    }
}

}  // namespace patrol::cli

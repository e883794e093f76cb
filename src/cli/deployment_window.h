// `patrol deployment open --until 22:00 --reason …`: a planned window in which changes are expected,
// without a command. The hour is the local one of this machine.
#pragma once

#include <string>

#include "base/time.h"
#include "cli/deployment_scope.h"

namespace patrol::cli {

struct WindowOptions {
    std::string name, reason, until;
    ScopeOptions scope;
};

// The window as the server made it. Kind::invalid for a time that is none.
Result<json::value> open_window(ApiClient& api, const Clock& clock, const WindowOptions& options);

}  // namespace patrol::cli

// `patrol doctor`: looks at everything a server needs before somebody wonders why it does not work.
// Changes nothing.
#pragma once

#include <string>
#include <vector>

#include "model/check.h"
#include "server/configuration.h"

namespace patrol::server {

std::vector<model::Check> examine(const Configuration& configuration);

}  // namespace patrol::server

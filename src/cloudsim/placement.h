// Puts values where a path would find them: "Reservations[].Instances[]" becomes one reservation per
// instance. The reverse of catalogue::Path::select.
#pragma once

#include <vector>

#include "base/json.h"
#include "catalogue/path.h"

namespace patrol::cloudsim {

void place(json::object& output, const catalogue::Path& path, std::vector<json::value> values);

}  // namespace patrol::cloudsim

// How bad a change is before anything is known about its paths: by what happened and by the category of
// the resource.
#pragma once

#include <string_view>

#include "model/resource.h"
#include "model/severity.h"

namespace patrol::drift {

model::Severity default_severity(model::ChangeOp op, std::string_view category);

}  // namespace patrol::drift

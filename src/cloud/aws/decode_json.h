// JSON answers made into documents: member names, timestamps and nulls by the shapes. Internal to the
// protocols.
#pragma once

#include "base/json.h"
#include "model/api_model.h"

namespace patrol::aws::wire {

// In place. `value` comes from the reader, whose depth limit bounds the recursion.
void shape_json(const model::Service& service, const model::Shape& shape, json::value& value);

}  // namespace patrol::aws::wire

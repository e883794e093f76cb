// Reads the generated API table: catalogue/aws/shapes.json and endpoints.json, whose compact form
// tools/aws_shapes/table.mjs describes.
#pragma once

#include <vector>

#include "base/json.h"
#include "catalogue/catalogue.h"
#include "model/api_model.h"

namespace patrol::catalogue {

// Kind::malformed where the table is not of that form.
Result<model::ApiModel> api_from(const json::value& shapes, const json::value& endpoints);
Result<std::vector<Partition>> partitions_from(const json::value& endpoints);

}  // namespace patrol::catalogue

// JSON and XML request bodies from a typed document. Internal to the protocols.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "model/api_model.h"

namespace patrol::aws::wire {

// Only members for which `wanted` holds are written; nested structures are written whole.
using Wanted = std::function<bool(const model::Member&)>;

Result<json::value> json_body(const model::Service& service, const model::Shape& shape,
                              const json::value& value, const Wanted& wanted);
Result<std::string> xml_body(const model::Service& service, std::string_view root, const model::Shape& shape,
                             const json::value& value, const Wanted& wanted);

}  // namespace patrol::aws::wire

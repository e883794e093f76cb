// Query and EC2 requests: "Filter.1.Name=x" back to {"Filters":[{"Name":"x"}]}, by the shapes.
#pragma once

#include "base/json.h"
#include "model/api_model.h"
#include "net/url.h"

namespace patrol::cloudsim {

json::object read_form_input(const model::Service& service, const model::Operation& operation,
                             const net::QueryPairs& form);

}  // namespace patrol::cloudsim

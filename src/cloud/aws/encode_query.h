// The form-encoded bodies of the query and EC2 query protocols. Internal to the protocols.
#pragma once

#include <string>

#include "base/error.h"
#include "base/json.h"
#include "model/api_model.h"

namespace patrol::aws::wire {

// "Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-1"
Result<std::string> query_body(const model::Service& service, const model::Operation& operation,
                               const json::value& input);

}  // namespace patrol::aws::wire

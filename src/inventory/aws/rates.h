// How fast AWS lets a customer's account be read, per region: the starting rates of the budgets. They
// are shared with everything else that calls the account, so they stay below what is published.
#pragma once

#include <string>
#include <string_view>

#include "inventory/budget.h"

namespace patrol::inventory {

struct CallRate {
    std::string bucket;  // calls of one bucket (in one region) share the rate: "lambda", "ec2.DescribeVpcs"
    Rate rate;
};

CallRate rate_of(std::string_view service, std::string_view operation);

}  // namespace patrol::inventory

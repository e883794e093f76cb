// What a refused or failed call means for a slice, in words for the user. Pure.
#pragma once

#include <string>

#include "catalogue/resource_type.h"
#include "cloud/aws/client.h"
#include "model/scan.h"

namespace patrol::inventory {

struct Verdict {
    model::SliceStatus status = model::SliceStatus::failed;
    std::string reason;
    std::string missing_action;
    std::string hint;
};

// Of the listing (or the detail call, without which an item cannot be told).
Verdict verdict_of(const aws::CallError& error, const catalogue::ResourceType& type,
                   const catalogue::Call& call);

// "ec2:DescribeVpcs" as the answer names it, else as the catalogue knows it.
std::string missing_action(const aws::CallError& error, const catalogue::Call& call);
bool is_denial(aws::ErrorClass error_class);

}  // namespace patrol::inventory

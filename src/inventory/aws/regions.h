// The regions of an AWS account: ec2:DescribeRegions says which it has enabled. Where that is denied
// the known regions of the partition are tried one by one.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "inventory/aws/caller.h"
#include "inventory/planner.h"

namespace patrol::inventory {

// Fails only where no call works at all (credentials, network).
Result<std::vector<RegionState>> discover_regions(AwsCaller& caller, const catalogue::Partition& partition,
                                                  std::stop_token stop);

}  // namespace patrol::inventory

// What an inventory client may sign: the catalogue's reads plus the short list of reads that testing a
// connection and finding regions need. There is no operation here that changes anything in an account;
// sts:AssumeRole only makes a session.
#pragma once

#include <array>
#include <string_view>

#include "catalogue/catalogue.h"
#include "cloud/aws/allowed_actions.h"

namespace patrol::inventory {

inline constexpr std::array<std::string_view, 12> named_reads = {
    "sts.AssumeRole",
    "sts.GetCallerIdentity",
    "ec2.DescribeRegions",
    "resourcegroupstaggingapi.GetResources",
    "iam.GetRole",
    "iam.ListAttachedRolePolicies",
    "iam.ListRolePolicies",
    "iam.GetRolePolicy",
    "iam.GetPolicy",
    "iam.GetPolicyVersion",
    "iam.SimulatePrincipalPolicy",
    "cloudtrail.LookupEvents",
};

// All that attribution needs.
inline constexpr std::string_view lookup_events = "cloudtrail.LookupEvents";

// For Patrol's own credentials: becoming the customer's role, and nothing else.
aws::AllowedActions session_actions();
aws::AllowedActions inventory_actions(const catalogue::Catalogue& catalogue);

}  // namespace patrol::inventory

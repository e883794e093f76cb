// The checks of "Test connection" for an AWS account, in the order in which they make sense. Ids are
// stable and described in docs/reference/checks.md. All calls together keep within the deadline.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "catalogue/catalogue.h"
#include "cloud/aws/sts.h"
#include "inventory/aws/provider.h"
#include "inventory/aws/role_door.h"
#include "model/check.h"

namespace patrol::inventory {

struct CheckContext {
    const AwsConnection& connection;
    const catalogue::Catalogue& catalogue;
    Clock& clock;
    std::string region;                     // where global services and STS are asked
    std::shared_ptr<RoleDoor> door;         // null for access keys, or where Patrol has no identity
    std::shared_ptr<aws::Client> customer;  // in the customer's account
    std::stop_token stop;
    std::chrono::steady_clock::time_point deadline;
};

model::TestReport run_checks(const CheckContext& context);

// The caller in the customer's account; fails with a sentence for the user.
Result<Identity> identity_of(const CheckContext& context);
// The bound account is the one the credentials belong to.
Result<void> check_account(const AwsConnection& connection, const Identity& identity);

}  // namespace patrol::inventory

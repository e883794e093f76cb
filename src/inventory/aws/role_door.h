// All that an AWS scan does with Patrol's own credentials: saying who Patrol is, becoming the customer's
// role, and trying the role's lock (does it open without the right external ID?). A provider in a process of
// its own asks for these over a pipe; everything else it does with the session that it is given.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "cloud/aws/credentials.h"

namespace patrol::inventory {

struct AwsConnection;
struct AwsOutside;

// Whether the role opens without the external ID, or with another one.
enum class TrustProbe { refused, opened, unknown };
struct TrustAnswer {
    TrustProbe probe = TrustProbe::unknown;
    std::string detail;
};

struct DoorCall {
    std::stop_token stop;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

class RoleDoor {
public:
    virtual ~RoleDoor() = default;
    // The ARN of Patrol's own identity.
    virtual Result<std::string> patrol_arn(const DoorCall& call) = 0;
    // A session in the role, of at most an hour.
    virtual Result<aws::Credentials> assume(const DoorCall& call) = 0;
    virtual TrustAnswer try_without_external_id(const DoorCall& call) = 0;
    virtual TrustAnswer try_wrong_external_id(const DoorCall& call) = 0;
};

// With Patrol's own credentials. Null where the connection has no role, or Patrol no identity.
std::shared_ptr<RoleDoor> open_role_door(const AwsOutside& outside, const AwsConnection& connection);

// Fails unless both tries are refused: code "insecure_trust" or "trust_unknown".
Result<void> check_lock(RoleDoor& door, const DoorCall& call);

}  // namespace patrol::inventory

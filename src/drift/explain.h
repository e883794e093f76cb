// Does a deployment explain a change? By time (the interval in which the change can have happened meets
// the deployment's window), by scope (customer, account, region, tags) and by who did it, where the audit
// log knows it: an actor that is not the deployer's principal is never explained by him.
// An exact event time beats the interval between two readings.
#pragma once

#include <chrono>
#include <span>

#include "base/time.h"
#include "model/deployment.h"

namespace patrol::drift {

struct Subject;

// Added to both sides of a deployment: clocks of a build machine and of a cloud differ a little, and a
// cloud goes on with what was asked of it after the command has ended.
inline constexpr auto clock_skew = std::chrono::minutes(2);
inline constexpr auto deployment_grace = std::chrono::minutes(10);
// A run whose end was never told explains nothing that is later than this after its start.
inline constexpr auto deployment_longest = std::chrono::hours(24);

// After `after` (the last complete reading without the change; unset where there is none), up to `until`
// (the reading that shows it).
struct ChangeInterval {
    Timestamp after;
    Timestamp until;
};

// The deployment's window with skew and grace: both ends belong to it.
ChangeInterval window_of(const model::Deployment& deployment);

// `actor` may be null, or one that was not found: then only time and scope decide.
bool explains(const model::Deployment& deployment, const Subject& subject, const ChangeInterval& when,
              const model::Actor* actor);

// Of those that explain the change the one with the narrowest scope, and of these the one that began
// last; nullptr when it is unexplained.
const model::Deployment* explanation(std::span<const model::Deployment> deployments, const Subject& subject,
                                     const ChangeInterval& when, const model::Actor* actor);

}  // namespace patrol::drift

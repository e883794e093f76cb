// Does a deployment explain a change? By time (the interval in which the change can have happened meets
// the deployment's window), by scope (customer, account, region, tags) and by who did it, where the audit
// log knows it: an actor that is not the deployer's principal is never explained by him.
// An exact event time beats the interval between two readings. The margins are limits::deployment_*.
#pragma once

#include <span>

#include "base/time.h"
#include "model/deployment.h"

namespace patrol::drift {

struct Subject;

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

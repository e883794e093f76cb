// Does a deployment explain a change? By time, by scope (customer, account, region, tags) and by who did it,
// where the audit log knows it: an actor that is not the deployer's principal is never explained by him.
// Time: where the event's own time is certain, it lies in the deployment's window, which is wider than the
// deployment by limits::deployment_clock_skew and _grace. Otherwise the interval of two readings in which
// it happened meets the deployment itself: what was there before the start, or was not there yet after the
// end, is none of its doing.
#pragma once

#include <span>

#include "base/time.h"
#include "model/deployment.h"

namespace patrol::drift {

struct Subject;

// After `after` (the beginning of the last complete reading without the change; unset where there is none),
// up to `until` (the end of the reading that shows it).
struct ChangeInterval {
    Timestamp after;
    Timestamp until;
};

// The deployment from its start to its end (planned, or the latest possible, where it has none yet).
ChangeInterval time_of(const model::Deployment& deployment);
// The same with skew and grace. Both ends belong to both.
ChangeInterval window_of(const model::Deployment& deployment);

// `actor` may be null, or one that was not found: then only time and scope decide.
bool explains(const model::Deployment& deployment, const Subject& subject, const ChangeInterval& when,
              const model::Actor* actor);

// Of those that explain the change the one with the narrowest scope, and of these the one that began
// last; nullptr when it is unexplained.
const model::Deployment* explanation(std::span<const model::Deployment> deployments, const Subject& subject,
                                     const ChangeInterval& when, const model::Actor* actor);

}  // namespace patrol::drift

#include "scan/explanations.h"

#include "base/limits.h"
#include "store/deployments.h"

namespace patrol::scan {

Result<Explanations> Explanations::in(store::Store& store, const TenantId& tenant, const AccountId& account,
                                      const drift::ChangeInterval& when) {
    // Wider by what the window of an event is widened by, and by what a reading may take.
    const auto from = when.after - limits::deployment_grace - limits::scan_time;
    const auto until = when.until + limits::deployment_clock_skew;
    return Explanations(store, tenant, account,
                        TRY(store.deployments().overlapping(tenant, account, from, until)));
}

Result<Timestamp> Explanations::reading_began(Timestamp taken_at) {
    auto known = began_.find(taken_at);
    if (known == began_.end()) {
        const auto began = TRY(store_.deployments().reading_began(tenant_, account_, taken_at));
        known = began_.emplace(taken_at, began).first;
    }
    return known->second;
}

Result<std::optional<DeploymentId>> Explanations::of(const drift::Subject& subject,
                                                     const drift::ChangeInterval& when,
                                                     const model::Actor* actor) {
    if (deployments_.empty()) return std::nullopt;
    // The snapshot before was read from its scan's beginning on: what came after that may be missing in it.
    auto exact = when;
    if (when.after.is_set()) exact.after = TRY(reading_began(when.after));
    const auto* found = drift::explanation(deployments_, subject, exact, actor);
    return found == nullptr ? std::nullopt : std::optional(found->id);
}

}  // namespace patrol::scan

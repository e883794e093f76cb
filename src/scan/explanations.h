// The deployments of one account in one interval, read once, to ask which of them explains a change.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "drift/explain.h"
#include "drift/subject.h"
#include "store/store.h"

namespace patrol::scan {

class Explanations {
public:
    // Those whose window may meet `when`.
    static Result<Explanations> in(store::Store& store, const TenantId& tenant, const AccountId& account,
                                   const drift::ChangeInterval& when);

    // Of a change between two snapshots within the interval. `actor` may be null.
    Result<std::optional<DeploymentId>> of(const drift::Subject& subject, const drift::ChangeInterval& when,
                                           const model::Actor* actor);
    [[nodiscard]] bool empty() const { return deployments_.empty(); }

private:
    Explanations(store::Store& store, TenantId tenant, AccountId account,
                 std::vector<model::Deployment> deployments)
        : store_(store),
          tenant_(std::move(tenant)),
          account_(std::move(account)),
          deployments_(std::move(deployments)) {}
    Result<Timestamp> reading_began(Timestamp taken_at);

    store::Store& store_;
    TenantId tenant_;
    AccountId account_;
    std::vector<model::Deployment> deployments_;
    std::map<Timestamp, Timestamp> began_;  // of readings, by when their snapshot was taken
};

}  // namespace patrol::scan

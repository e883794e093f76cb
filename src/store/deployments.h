// Deployments and planned windows of a tenant: what explains changes. Kind::not_found for everything of
// another tenant. A deployment that has ended never opens again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/deployment.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

// What a hook's event says about one run of its tool.
struct ReportedRun {
    std::string run_key;   // the tool's own name of the run: its events meet in one deployment
    std::string delivery;  // of the message: a second one with the same id changes nothing
    std::string name, commit, url, reason;
    model::DeploymentState state = model::DeploymentState::open;
    Timestamp started_at;  // unset: not told; then the first event's time
    Timestamp ended_at;    // likewise
    // An end that says something only about a run whose beginning was told: a plan without an apply, a
    // skipped workflow.
    bool only_if_known = false;
};

class Deployments {
public:
    Deployments(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Fills in id (when empty) and times. Kind::invalid "customer_id" and "account_ids" for what the
    // tenant does not have.
    Result<model::Deployment> create(const Viewer& viewer, model::Deployment deployment, Timestamp now);
    Result<model::Deployment> get(const Viewer& viewer, const DeploymentId& deployment);
    // Newest first. Sort: started_at, ended_at, name, state. Filter fields: id, name, source, state,
    // customer (id or name), commit, created_by, started_at, ended_at.
    Result<Page<model::Deployment>> list(const Viewer& viewer, const PageRequest& request);
    // Writes what people and tools may change; source, created_by and created_at stay. Kind::conflict
    // "deployment_ended" for one that has ended and should be open.
    Result<model::Deployment> update(const Viewer& viewer, const model::Deployment& deployment,
                                     Timestamp now);

    // Those of the account (by its own name, its customer or without a restriction) whose time from
    // start to end, planned end or limits::deployment_longest meets from … until. Newest first, at most
    // `overlapping_max`.
    static constexpr std::size_t overlapping_max = 1'000;
    Result<std::vector<model::Deployment>> overlapping(const TenantId& tenant, const AccountId& account,
                                                       Timestamp from, Timestamp until);

    // When the reading began that became the snapshot taken at `taken_at`; `taken_at` where it is not known.
    Result<Timestamp> reading_began(const TenantId& tenant, const AccountId& account, Timestamp taken_at);

    struct Reported {
        model::Deployment deployment;
        bool repeated = false;  // the delivery was known: nothing changed
        bool ended_now = false;
    };
    // Makes or continues the run's deployment with the hook's scope. Events may come in any order: an
    // ended run stays ended. nullopt: nothing to record.
    Result<std::optional<Reported>> report(const TenantId& tenant, const model::DeploymentHook& hook,
                                           const ReportedRun& run, Timestamp now);

    // The accounts that a deployment names, by itself or by its customer; none for one that names
    // neither.
    Result<std::vector<AccountId>> accounts_of(const TenantId& tenant, const model::Deployment& deployment);

    // The accounts with live changes that the deployment may explain.
    Result<std::vector<AccountId>> accounts_with_drift(const TenantId& tenant,
                                                       const model::Deployment& deployment);

    // Of all tenants: planned windows whose end has come, and runs that are open for longer than
    // limits::deployment_longest. Forgets old delivery ids. How many were closed.
    Result<std::int64_t> close_overdue(Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

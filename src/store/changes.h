// Changes: one resource whose newest state is not the accepted one. Hidden ones are never listed.
// Kind::not_found for everything of another tenant.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/drift.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class Changes {
public:
    Changes(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Of one set or of all accounts. Sort: severity (own order, worst first), first_seen, type. Filter
    // fields: id, state, severity (also as severity_rank 0…4), op, category, type, region, account,
    // customer, set, kind (of the set), path, actor, actor_class, resource, native_id, name, assignee,
    // first_seen. Items hold their first paths.
    Result<Page<model::Change>> list(const Viewer& viewer, const std::optional<ChangeSetId>& set,
                                     const PageRequest& request);
    // With all paths.
    Result<model::Change> get(const Viewer& viewer, const ChangeId& change);

    struct Edit {
        std::optional<std::string> assignee, note;
    };
    Result<model::Change> update(const Viewer& viewer, const ChangeId& change, const Edit& edit);

    // Who made it, once the audit log was asked. A change that is gone meanwhile is no error.
    Result<void> set_actor(const TenantId& tenant, const ChangeId& change, const model::Actor& actor);
    // Open changes that a deployment explains leave the unexplained set for the deployment's own. Answers
    // how many moved.
    Result<std::int64_t> move_to_deployment(const TenantId& tenant, std::span<const ChangeId> changes,
                                            const DeploymentId& deployment, Timestamp now);
    // The way back: what no deployment explains any more.
    Result<std::int64_t> move_to_unexplained(const TenantId& tenant, std::span<const ChangeId> changes,
                                             Timestamp now);

    // For judging anew: the live changes of the tenant with the values that they compare.
    struct Judged {
        model::Change change;
        std::int64_t account = 0, number = 0;
        std::string hidden_by;
        Timestamp value_at;    // the reading that first showed the value it has now
        Timestamp seen_after;  // the reading before that; unset where there is none
    };
    using Visit = std::function<bool(Judged&&)>;
    Result<void> each_live(const TenantId& tenant, const std::optional<AccountId>& account,
                           const Visit& visit);

private:
    Result<std::int64_t> move(const TenantId& tenant, std::span<const ChangeId> changes,
                              const std::optional<DeploymentId>& deployment, Timestamp now);
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

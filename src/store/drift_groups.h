// The same change in many places: open changes of equal type, paths, values and kind of actor, over all
// accounts of a tenant, as one group with one decision.
#pragma once

#include <string>
#include <vector>

#include "model/drift.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

struct DriftGroup {
    std::string key;
    model::Change example;                               // the oldest one; its first paths
    model::Severity severity = model::Severity::medium;  // the worst
    std::int64_t changes = 0, accounts = 0, customers = 0;
    Timestamp since;
    std::vector<ChangeId> ids;  // the first ids_max
};

class DriftGroups {
public:
    static constexpr std::int64_t ids_max = 500;

    DriftGroups(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Worst first, then the largest. Filter fields: type, op, category, account, customer, severity,
    // region, actor_class.
    Result<Page<DriftGroup>> list(const Viewer& viewer, const PageRequest& request);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

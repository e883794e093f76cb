// Change sets: changes of one account with one cause.
// Kind::not_found for everything of another tenant.
#pragma once

#include <optional>
#include <string>

#include "model/drift.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class ChangeSets {
public:
    ChangeSets(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Sort: created_at (own order, newest first), updated_at, severity. Filter fields: id, account, customer,
    // kind, state, severity (the worst), deployment, assignee, created_at, updated_at.
    Result<Page<model::ChangeSet>> list(const TenantId& tenant, const PageRequest& request);
    Result<model::ChangeSet> get(const TenantId& tenant, const ChangeSetId& set);

    struct Edit {
        std::optional<std::string> assignee, note;
    };
    Result<model::ChangeSet> update(const TenantId& tenant, const ChangeSetId& set, const Edit& edit);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

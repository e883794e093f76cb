// Change sets: changes of one account with one cause.
// Kind::not_found for everything of another tenant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/drift.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

// What moved under one owner in one region: members that came, went or changed, counted and not listed.
struct OwnedChanges {
    static constexpr std::int64_t members_shown = 10;  // of each kind, by their ids

    std::string owner_type, owner_id;  // the type is empty where the cloud itself owns them
    std::string type, region;          // of the members
    std::int64_t added = 0, removed = 0, modified = 0;
    std::vector<std::string> first_added, first_removed;
};

class ChangeSets {
public:
    ChangeSets(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Sort: created_at (own order, newest first), updated_at, severity. Filter fields: id, account, customer,
    // kind, state, severity (the worst), deployment, assignee, created_at, updated_at.
    Result<Page<model::ChangeSet>> list(const Viewer& viewer, const PageRequest& request);
    Result<model::ChangeSet> get(const Viewer& viewer, const ChangeSetId& set);

    // Of the account's open unexplained set; every other one has none. The owners with the most first.
    static constexpr std::size_t owners_max = 200;
    Result<std::vector<OwnedChanges>> owned(const Viewer& viewer, const ChangeSetId& set);

    struct Edit {
        std::optional<std::string> assignee, note;
    };
    Result<model::ChangeSet> update(const Viewer& viewer, const ChangeSetId& set, const Edit& edit);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

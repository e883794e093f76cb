// Baselines: which snapshot of an account somebody accepted, with the history of those before.
// Kind::not_found for everything of another tenant.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/drift.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class Baselines {
public:
    Baselines(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // The snapshot becomes the account's active baseline; the one before it is history, and its live
    // changes and open sets are superseded.
    Result<model::Baseline> accept(const Viewer& viewer, const SnapshotId& snapshot, std::string_view by,
                                   std::string_view note, Timestamp now);
    Result<std::optional<model::Baseline>> active(const Viewer& viewer, const AccountId& account);
    // Newest first. Filter fields: id, active, accepted_by, accepted_at.
    Result<Page<model::Baseline>> list(const Viewer& viewer, const AccountId& account,
                                       const PageRequest& request);

    struct OpenChanges {
        std::int64_t of[5]{};  // by severity
    };
    // Open changes of these accounts, all in one query.
    Result<std::map<AccountId, OpenChanges>> open_changes(const Viewer& viewer,
                                                          std::span<const AccountId> accounts);

    // What rules hide in this account now, by what hides it and under which owner it is counted.
    struct Hidden {
        std::string by, owner;
        std::int64_t changes = 0;
    };
    Result<std::vector<Hidden>> hidden(const Viewer& viewer, const AccountId& account);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

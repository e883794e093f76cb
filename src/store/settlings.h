// Settling of accounts before their first baseline: what was asked for and how it ended. Which snapshots it
// compares follows from their numbers.
// Kind::not_found for everything of another tenant.
#pragma once

#include <vector>

#include "model/settling.h"
#include "store/sql.h"

namespace patrol::store {

class Settlings {
public:
    explicit Settlings(Database& database) : database_(database) {}

    // Takes the place of one that has ended. Kind::conflict "settling" while one runs, "has_baseline" where
    // there is nothing to settle any more.
    Result<void> start(const TenantId& tenant, const model::Settling& settling);
    // State none where the account was never settled, or is not there.
    Result<model::Settling> get(const TenantId& tenant, const AccountId& account);
    // Only a running one ends: true when this call ended it.
    Result<bool> end(const TenantId& tenant, const AccountId& account, model::SettlingState state,
                     Timestamp now);

    struct Running {
        TenantId tenant;
        model::Settling settling;
    };
    // Of all tenants, oldest first.
    Result<std::vector<Running>> running(std::size_t limit);

private:
    Database& database_;
};

}  // namespace patrol::store

// The scope columns that deployments and hooks share: customer_id, accounts, regions, tags, principal.
#pragma once

#include "model/deployment.h"
#include "store/sql.h"

namespace patrol::store {

inline constexpr int scope_columns = 5;

// The five columns from `first` on.
Result<model::DeploymentScope> read_scope(const Statement& row, int first);
std::string accounts_text(const std::vector<AccountId>& accounts);
// Kind::invalid naming the field for a customer or an account that the viewer does not see; one who sees
// only some customers must name something of theirs.
Result<void> check_scope(Transaction& transaction, const Viewer& viewer, const model::DeploymentScope& scope);

}  // namespace patrol::store

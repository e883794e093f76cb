#include "store/deployment_scope.h"

#include "store/json_columns.h"

namespace patrol::store {

Result<model::DeploymentScope> read_scope(const Statement& row, int first) {
    model::DeploymentScope scope{.customer = row.optional_id<CustomerId>(first)};
    for (auto& id : TRY(parse_strings(row.view(first + 1)))) scope.accounts.emplace_back(std::move(id));
    scope.regions = TRY(parse_strings(row.view(first + 2)));
    scope.tags = TRY(parse_labels(row.view(first + 3)));
    scope.principal = row.text(first + 4);
    return scope;
}

std::string accounts_text(const std::vector<AccountId>& accounts) {
    std::vector<std::string> ids;
    ids.reserve(accounts.size());
    for (const auto& account : accounts) ids.push_back(account.str());
    return strings_text(ids);
}

Result<void> check_scope(Transaction& tx, const Viewer& viewer, const model::DeploymentScope& scope) {
    if (viewer.is_limited() && !scope.customer && scope.accounts.empty())
        return invalid("customer_id", "You see only some customers: name one of them.",
                       "Give customer_id or account_ids.");
    if (scope.customer && !TRY(tx.text("SELECT id FROM customer WHERE tenant = ?1 AND id = ?2", viewer.tenant,
                                       *scope.customer)))
        return invalid("customer_id", "There is no such customer.");
    for (const auto& account : scope.accounts)
        if (!TRY(tx.text("SELECT id FROM cloud_account WHERE tenant = ?1 AND id = ?2", viewer.tenant,
                         account)))
            return invalid("account_ids", "There is no such cloud account: " + account.str() + ".");
    return {};
}

}  // namespace patrol::store

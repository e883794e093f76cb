// The customers of a tenant, each with the number of its cloud accounts.
#pragma once

#include <cstdint>
#include <optional>

#include "model/tenant.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

// Kind::invalid "customer_id" for a customer that the viewer does not have, and for none where the viewer is
// limited to some.
Result<void> check_customer(Transaction& transaction, const Viewer& viewer,
                            const std::optional<CustomerId>& customer);

class Customers {
public:
    Customers(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // An empty id is filled in; revision starts at 1. Kind::conflict "customer_exists" for a name
    // that the tenant has already.
    Result<model::Customer> create(const TenantId& tenant, model::Customer customer, Timestamp now);
    // Kind::not_found.
    Result<model::Customer> get(const Viewer& viewer, const CustomerId& customer);
    // Sort: name (own order), created_at, updated_at. Filter fields: id, name, notes, label.KEY, created_at.
    Result<Page<model::Customer>> list(const Viewer& viewer, const PageRequest& request);
    // Name, labels and notes. Kind::stale when `expected_revision` is given and is not the row's.
    Result<model::Customer> update(const Viewer& viewer, const model::Customer& customer,
                                   std::optional<std::int64_t> expected_revision, Timestamp now);
    // Kind::conflict "customer_has_accounts", "customer_has_collectors", Kind::not_found.
    Result<void> remove(const Viewer& viewer, const CustomerId& customer);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

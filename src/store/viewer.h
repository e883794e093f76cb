// Whose eyes a transaction looks through: a tenant, and of its customers all or some. The program itself
// (scans, the schedule, notices) looks as the whole tenant; a caller of the API as far as he is let.
#pragma once

#include <utility>

#include "model/customer_scope.h"
#include "model/ids.h"

namespace patrol::store {

struct Viewer {
    // Sees everything of the tenant. Implicit: most of the program does.
    Viewer(TenantId whole) : tenant(std::move(whole)) {}  // NOLINT(google-explicit-constructor)
    Viewer(TenantId of, model::CustomerScope seen) : tenant(std::move(of)), customers(std::move(seen)) {}

    [[nodiscard]] bool is_limited() const { return !customers.is_all(); }

    TenantId tenant;
    model::CustomerScope customers;
};

}  // namespace patrol::store

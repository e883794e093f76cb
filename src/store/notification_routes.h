// Notification routes: which notices go to which channel. Kind::not_found for everything of another
// tenant; Kind::invalid "channel_id" or "customer_id" for one that the tenant does not have.
#pragma once

#include <optional>
#include <vector>

#include "model/notification.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class NotificationRoutes {
public:
    NotificationRoutes(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // Fills in id (when empty), times and revision 1. A digest's hour counts from the hour that runs now.
    Result<model::NotificationRoute> create(const TenantId& tenant, model::NotificationRoute route,
                                            Timestamp now);
    Result<model::NotificationRoute> get(const TenantId& tenant, const RouteId& route);
    // Sort: created_at (own order). Filter fields: id, channel (its id or name), customer, enabled.
    Result<Page<model::NotificationRoute>> list(const TenantId& tenant, const PageRequest& request);
    Result<model::NotificationRoute> update(const TenantId& tenant, const model::NotificationRoute& route,
                                            std::optional<std::int64_t> expected_revision, Timestamp now);
    Result<void> remove(const TenantId& tenant, const RouteId& route);

    // Of all tenants: enabled routes whose digest is due.
    struct DueDigest {
        TenantId tenant;
        model::NotificationRoute route;
        Timestamp due_at;  // the hour of the day that it is for
    };
    Result<std::vector<DueDigest>> due_digests(Timestamp now);
    // Writes the digest of `due` and notes it as done. False when another process was faster.
    Result<bool> put_digest(const DueDigest& due, model::Notice notice, Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

// Notification channels: where notices can be sent. Kind::not_found for everything of another tenant;
// Kind::conflict "channel_exists" for a name that the tenant has already.
#pragma once

#include <optional>
#include <string_view>

#include "model/notification.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class NotificationChannels {
public:
    NotificationChannels(Database& database, const Cursors& cursors)
        : database_(database), cursors_(cursors) {}

    // Fills in id (when empty), times and revision 1. Kind::invalid where a sealed secret of the target is
    // one that a cloud account uses: a channel would send it to somebody else.
    Result<model::NotificationChannel> create(const TenantId& tenant, model::NotificationChannel channel,
                                              Timestamp now);
    Result<model::NotificationChannel> get(const TenantId& tenant, const ChannelId& channel);
    // Sort: name (own order), created_at, updated_at. Filter fields: id, name, kind, enabled.
    Result<Page<model::NotificationChannel>> list(const TenantId& tenant, const PageRequest& request);
    // Writes name, target (of the same kind) and enabled. Kind::stale as for accounts. A changed target is
    // tried at once, without the pause after the failures of the old one.
    Result<model::NotificationChannel> update(const TenantId& tenant,
                                              const model::NotificationChannel& channel,
                                              std::optional<std::int64_t> expected_revision, Timestamp now);
    // With its routes and deliveries.
    Result<void> remove(const TenantId& tenant, const ChannelId& channel);

    // What a try outside of the queue ("send test") taught; an empty error is a success.
    Result<void> note_outcome(const TenantId& tenant, const ChannelId& channel, std::string_view error,
                              Timestamp now);

    // The name of a channel that uses this sealed secret (by id or name), or nullopt.
    static Result<std::optional<std::string>> user_of_secret(Transaction& transaction, const TenantId& tenant,
                                                             std::string_view id, std::string_view name);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

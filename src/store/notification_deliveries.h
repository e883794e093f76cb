// Deliveries: one notice on its way through one channel. Made from new notices by route_new(); taken by
// claim(), which lends the delivery and its channel for limits::delivery_lease, so that a channel serves
// one delivery at a time; ended by mark_sent() or mark_failed(). A sender that was killed leaves its
// delivery to the next claim: at least once. Given up after limits::delivery_attempts or
// limits::delivery_age, it is dead: kept, listed, and sent again by retry().
#pragma once

#include <optional>
#include <string_view>

#include "model/notification.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

// What a sender needs for one attempt.
struct ClaimedDelivery {
    TenantId tenant;
    DeliveryId id;
    std::int64_t fence = 0;  // names this attempt
    int attempt = 1;
    Timestamp give_up_at;
    model::Notice notice;
    std::string account_name;  // empty where there is none any more
    std::string customer_name;
    model::NotificationChannel channel;
    int channel_failures = 0;  // in a row, before this attempt
};

// How a failed attempt goes on.
struct DeliveryFailure {
    std::string_view error;   // one sentence without secrets
    Timestamp next_at;        // of the next attempt; unset: it is dead
    Timestamp channel_until;  // the channel rests until then
};

class NotificationDeliveries {
public:
    NotificationDeliveries(Database& database, const Cursors& cursors)
        : database_(database), cursors_(cursors) {}

    // Writes the deliveries of at most `limit` new notices of all tenants. How many notices.
    Result<std::int64_t> route_new(Timestamp now, std::int64_t limit = 100);

    // The delivery that waits longest, of a channel that may be used now; nullopt when there is none.
    Result<std::optional<ClaimedDelivery>> claim(Timestamp now);
    // Kind::conflict "lease_lost" when another sender has taken the delivery over.
    Result<void> mark_sent(const ClaimedDelivery& claimed, Timestamp now);
    Result<void> mark_failed(const ClaimedDelivery& claimed, const DeliveryFailure& failure, Timestamp now);

    // Sort: created_at (own order, newest first). Filter fields: id, state, channel (its id or name), kind,
    // account, notice, created_at.
    Result<Page<model::NotificationDelivery>> list(const TenantId& tenant, const PageRequest& request);
    // A dead delivery goes out again, with its old idempotency key. Kind::conflict "delivery_not_dead".
    Result<model::NotificationDelivery> retry(const TenantId& tenant, const DeliveryId& delivery,
                                              Timestamp now);

    // Forgets notices older than limits::notice_age with their deliveries.
    Result<std::int64_t> sweep(Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

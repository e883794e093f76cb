// The collectors of a tenant, their keys and the tokens that enrol them (pce_…, by SHA-256). A collector has
// one token that counts: a new one takes the place of the old one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/collector.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

struct EnrolmentToken {
    std::string hash;
    Timestamp expires_at;
};

class Collectors {
public:
    Collectors(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // An empty id is filled in. Kind::conflict "collector_exists" for a name that the tenant has already,
    // "too_many_collectors"; Kind::invalid "customer_id".
    Result<model::Collector> create(const Viewer& viewer, model::Collector collector,
                                    const EnrolmentToken& token, Timestamp now);
    // Kind::not_found.
    Result<model::Collector> get(const Viewer& viewer, const CollectorId& collector);
    // Sort: name (own order), created_at, last_seen_at. Filter fields: id, name, customer, host, version.
    Result<Page<model::Collector>> list(const Viewer& viewer, const PageRequest& request);
    // Kind::stale when `expected_revision` is given and is not the row's.
    Result<model::Collector> rename(const Viewer& viewer, const CollectorId& collector, std::string_view name,
                                    std::optional<std::int64_t> expected_revision);
    // Kind::conflict "collector_has_accounts".
    Result<void> remove(const Viewer& viewer, const CollectorId& collector);
    // Kind::conflict "collector_revoked".
    Result<void> renew_token(const Viewer& viewer, const CollectorId& collector, const EnrolmentToken& token);
    // From then its key opens nothing. Again: nothing happens.
    Result<model::Collector> revoke(const Viewer& viewer, const CollectorId& collector, Timestamp now);

    struct Found {
        TenantId tenant;
        model::Collector collector;
    };
    // Whom the token enrols; the errors of enrol().
    Result<Found> by_token_hash(std::string_view token_hash, Timestamp now);
    // Spends the token and takes the key: the old one stops here. Of many at once one succeeds.
    // Kind::unauthenticated for unknown, expired and replaced tokens alike, Kind::gone for a spent one.
    Result<Found> enrol(std::string_view token_hash, std::string_view public_key,
                        const model::CollectorFacts& facts, Timestamp now);
    // Whoever signs as this collector. Kind::unauthenticated where it is not, is not enrolled or is revoked.
    Result<Found> by_id(const CollectorId& collector);
    struct Sighting {
        Timestamp at;
        std::int64_t clock_skew_ms = 0;
        std::string version;
        std::int64_t protocol = 0;
    };
    Result<void> note_seen(const TenantId& tenant, const CollectorId& collector, const Sighting& sighting);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store

// A collector: Patrol's agent on a customer's site, which reads what the server cannot reach and uploads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/ids.h"

namespace patrol::model {

// waiting: enrolled by nobody yet. offline: not seen for collector_offline_after.
enum class CollectorState { waiting, online, offline, revoked };
inline constexpr auto collector_offline_after = Millis(90'000);

struct Collector {
    CollectorId id;
    std::string name;                       // unique in the tenant
    std::optional<CustomerId> customer_id;  // serves accounts of this customer only; none: of all
    std::string public_key;                 // Ed25519, 32 bytes; empty until it is enrolled
    std::string version;
    std::int64_t protocol = 0;
    std::string host, os, arch;
    Timestamp created_at, enrolled_at, last_seen_at, revoked_at;
    std::int64_t clock_skew_ms = 0;  // its clock before the server's, when it was last seen
    std::int64_t accounts = 0;
    std::int64_t revision = 1;
};

// What it says of itself.
struct CollectorFacts {
    std::string host, version, os, arch;
    std::int64_t protocol = 0;
};

CollectorState state_of(const Collector& collector, Timestamp now);
std::string_view to_string(CollectorState state);

}  // namespace patrol::model

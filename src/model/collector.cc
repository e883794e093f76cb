#include "model/collector.h"

namespace patrol::model {

CollectorState state_of(const Collector& collector, Timestamp now) {
    if (collector.revoked_at.is_set()) return CollectorState::revoked;
    if (collector.public_key.empty()) return CollectorState::waiting;
    return collector.last_seen_at.is_set() && now - collector.last_seen_at < collector_offline_after
               ? CollectorState::online
               : CollectorState::offline;
}

std::string_view to_string(CollectorState state) {
    switch (state) {
        case CollectorState::waiting:
            return "waiting";
        case CollectorState::online:
            return "online";
        case CollectorState::offline:
            return "offline";
        case CollectorState::revoked:
            return "revoked";
    }
    return {};
}

}  // namespace patrol::model

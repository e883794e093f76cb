#include "store/snapshot_slices.h"

#include <algorithm>

#include "model/scan.h"

namespace patrol::store {
namespace {

Result<std::vector<LiveSlice>> read(Transaction& transaction, std::int64_t account, std::int64_t seq) {
    std::vector<LiveSlice> slices;
    auto rows =
        TRY(transaction.query("SELECT s.id, c.live, s.type, s.scope, s.category, s.service, "
                              "c.status FROM coverage c CROSS JOIN slice s "
                              "WHERE c.account = ?1 AND c.last >= ?2 AND {plus}c.first <= ?2 "
                              "AND c.live > 0 AND s.account = c.account AND s.id = c.slice "
                              "ORDER BY s.id",
                              account, seq));
    while (TRY(rows.step()))
        slices.push_back(
            {.id = rows.integer(0),
             .live = rows.integer(1),
             .type = rows.integer(2),
             .scope = rows.integer(3),
             .category = rows.integer(4),
             .service = rows.integer(5),
             .complete = rows.integer(6) == static_cast<std::int64_t>(model::SliceStatus::complete)});
    return slices;
}

}  // namespace

const LiveSlice* find_slice(const std::vector<LiveSlice>& slices, std::int64_t id) {
    const auto at = std::ranges::lower_bound(slices, id, {}, &LiveSlice::id);
    return at != slices.end() && at->id == id ? &*at : nullptr;
}

Result<LiveSlices> SnapshotSlices::of(Transaction& transaction, std::int64_t account, std::int64_t seq) {
    const Key key{account, seq};
    {
        const std::lock_guard lock(mutex_);
        if (const auto at = known_.find(key); at != known_.end()) return at->second;
    }
    auto slices = std::make_shared<const std::vector<LiveSlice>>(TRY(read(transaction, account, seq)));
    const std::lock_guard lock(mutex_);
    // An empty list counts too: it takes room in the map.
    if (held_ + slices->size() + 1 > most_) {
        known_.clear();
        held_ = 0;
    }
    if (known_.emplace(key, slices).second) held_ += slices->size() + 1;
    return slices;
}

}  // namespace patrol::store

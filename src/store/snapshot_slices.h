// The slices that hold resources in a snapshot, remembered: what a published snapshot says of its slices
// stays as it is for as long as somebody can see the snapshot (a later one closes coverage lines, it never
// changes what they say). Who may see a snapshot is asked before, in the transaction. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/sql.h"

namespace patrol::store {

enum class Match { no, perhaps, yes };

// A slice of an account that holds live resources in a snapshot.
struct LiveSlice {
    std::int64_t id = 0, live = 0;
    std::int64_t type = 0, scope = 0, category = 0, service = 0;  // words
    bool complete = false;
    Match match = Match::yes;  // of a filter; `yes` without one
};
using LiveSlices = std::shared_ptr<const std::vector<LiveSlice>>;  // sorted by id

const LiveSlice* find_slice(const std::vector<LiveSlice>& slices, std::int64_t id);  // nullptr: none

class SnapshotSlices {
public:
    static constexpr std::size_t remembered_max = 100'000;  // slices of all snapshots: some 6 MB
    explicit SnapshotSlices(std::size_t most = remembered_max) : most_(most) {}

    // Of snapshot `seq`, which the transaction sees as published.
    Result<LiveSlices> of(Transaction& transaction, std::int64_t account, std::int64_t seq);

private:
    struct Key {
        std::int64_t account = 0, seq = 0;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const {
            return std::hash<std::int64_t>{}(key.account * 1'000'003 + key.seq);
        }
    };

    std::size_t most_;
    std::mutex mutex_;
    std::unordered_map<Key, LiveSlices, Hash> known_;
    std::size_t held_ = 0;  // slices in `known_`
};

}  // namespace patrol::store

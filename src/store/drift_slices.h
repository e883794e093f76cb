// What was read of a slice in a snapshot, as drift asks it; remembered for the life of one transaction.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/drift.h"
#include "store/sql.h"
#include "store/words.h"

namespace patrol::store {

struct SliceReading {
    bool complete = false;
    std::vector<std::string> unknown_paths;
};

class DriftSlices {
public:
    DriftSlices(Transaction& transaction, Words& words, const DriftComparison& comparison)
        : transaction_(transaction), words_(words), comparison_(comparison) {}

    Result<const SliceReading*> at(std::int64_t slice, std::int64_t seq);
    // In the snapshot that was accepted for this slice.
    Result<const SliceReading*> accepted(std::int64_t slice);
    Result<std::string> type(std::int64_t slice);
    Result<Timestamp> time(std::int64_t seq);
    // Of the last snapshot before `seq` that read the slice completely; unset where there is none.
    Result<Timestamp> last_complete_before(std::int64_t slice, std::int64_t seq);
    // Live resources in slices that the newest snapshot did not read completely.
    Result<std::int64_t> unread_resources();

private:
    Result<void> load_accepted_later();

    Transaction& transaction_;
    Words& words_;
    const DriftComparison& comparison_;
    std::map<std::pair<std::int64_t, std::int64_t>, SliceReading> readings_;
    std::map<std::int64_t, SliceReading> accepted_later_;                 // by slice
    std::map<std::int64_t, Timestamp> times_;                             // by seq
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> last_;  // (slice, seq) → seq, 0 none
    bool loaded_ = false;
};

}  // namespace patrol::store

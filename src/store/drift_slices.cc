#include "store/drift_slices.h"

#include "model/scan.h"
#include "store/snapshot_rows.h"

namespace patrol::store {
namespace {

constexpr auto complete = static_cast<std::int64_t>(model::SliceStatus::complete);

}  // namespace

Result<const SliceReading*> DriftSlices::at(std::int64_t slice, std::int64_t seq) {
    auto [place, made] = readings_.try_emplace({slice, seq});
    auto& reading = place->second;
    if (!made) return &reading;
    std::int64_t unknown_paths = 0;
    {
        auto row = TRY(
            transaction_.query("SELECT status, unknown_paths FROM coverage WHERE account = ?1 AND slice = "
                               "?2 AND first <= ?3 AND last >= ?3",
                               comparison_.account, slice, seq));
        if (!TRY(row.step())) return &reading;
        reading.complete = row.integer(0) == complete;
        unknown_paths = row.integer(1);
    }
    reading.unknown_paths = lines_of(TRY(words_.text(transaction_, unknown_paths)));
    return &reading;
}

Result<const SliceReading*> DriftSlices::accepted(std::int64_t slice) {
    if (!loaded_) TRY(load_accepted_later());
    const auto later = accepted_later_.find(slice);
    if (later != accepted_later_.end()) return &later->second;
    return at(slice, comparison_.base_seq);
}

Result<void> DriftSlices::load_accepted_later() {
    std::map<std::int64_t, std::int64_t> words;
    {
        auto rows = TRY(transaction_.query(
            "SELECT slice, unknown_paths FROM baseline_slice WHERE account = ?1 AND baseline = ?2",
            comparison_.account, comparison_.baseline));
        while (TRY(rows.step())) words.emplace(rows.integer(0), rows.integer(1));
    }
    for (const auto& [slice, word] : words)
        accepted_later_.emplace(
            slice,
            SliceReading{.complete = true, .unknown_paths = lines_of(TRY(words_.text(transaction_, word)))});
    loaded_ = true;
    return {};
}

Result<std::string> DriftSlices::type(std::int64_t slice) {
    const auto word = TRY(transaction_.integer("SELECT type FROM slice WHERE account = ?1 AND id = ?2",
                                               comparison_.account, slice));
    return words_.text(transaction_, word.value_or(0));
}

Result<Timestamp> DriftSlices::time(std::int64_t seq) {
    auto [place, made] = times_.try_emplace(seq);
    if (made) place->second = TRY(snapshot_time(transaction_, comparison_.account, seq));
    return place->second;
}

Result<Timestamp> DriftSlices::last_complete_before(std::int64_t slice, std::int64_t seq) {
    auto [place, made] = last_.try_emplace({slice, seq});
    if (made) {
        auto row = TRY(
            transaction_.query("SELECT last FROM coverage WHERE account = ?1 AND slice = ?2 AND first < ?3 "
                               "AND status = ?4 ORDER BY first DESC LIMIT 1",
                               comparison_.account, slice, seq, complete));
        if (TRY(row.step())) place->second = std::min(row.integer(0), seq - 1);
    }
    if (place->second == 0) return Timestamp{};
    return time(place->second);
}

Result<std::int64_t> DriftSlices::unread_resources() {
    return TRY(transaction_.integer(
                   "SELECT SUM(live) FROM coverage WHERE account = ?1 AND last = 9000000000 AND live > 0 "
                   "AND status <> ?2",
                   comparison_.account, complete))
        .value_or(0);
}

}  // namespace patrol::store

#include <algorithm>

#include "store/snapshot_rows.h"

namespace patrol::store {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

Result<Timestamp> SliceLines::time(std::int64_t account, std::int64_t seq) {
    const auto key = std::pair(account, seq);
    if (auto at = times_.find(key); at != times_.end()) return at->second;
    const auto time = TRY(snapshot_time(transaction_, account, seq));
    times_.emplace(key, time);
    return time;
}

Result<SliceLines::Line> SliceLines::line(std::int64_t account, std::int64_t slice, std::int64_t seq) {
    const auto key = std::tuple(account, slice, seq);
    if (auto at = lines_.find(key); at != lines_.end()) return at->second;
    Line line;
    auto rows = TRY(transaction_.query(
        "SELECT last, status FROM coverage WHERE account = ?1 AND slice = ?2 AND first <= ?3 "
        "ORDER BY first DESC",
        account, slice, seq));
    while (TRY(rows.step())) {
        if (rows.integer(1) != static_cast<std::int64_t>(model::SliceStatus::complete)) continue;
        line.last_complete = std::min(rows.integer(0), seq);
        line.complete = line.last_complete == seq;
        break;
    }
    lines_.emplace(key, line);
    return line;
}

Result<bool> SliceLines::complete(std::int64_t account, std::int64_t slice, std::int64_t seq) {
    return TRY(line(account, slice, seq)).complete;
}

Result<std::int64_t> SliceLines::unknown_paths(std::int64_t account, std::int64_t slice, std::int64_t seq) {
    const auto [place, made] = unknown_.try_emplace({account, slice, seq});
    if (made)
        place->second =
            TRY(transaction_.integer("SELECT unknown_paths FROM coverage WHERE account = ?1 AND slice "
                                     "= ?2 AND first <= ?3 AND last >= ?3",
                                     account, slice, seq))
                .value_or(0);
    return place->second;
}

Result<std::optional<Timestamp>> SliceLines::stale_since(std::int64_t account, std::int64_t slice,
                                                         std::int64_t seq, std::int64_t first_seq) {
    const auto found = TRY(line(account, slice, seq));
    if (found.complete) return std::nullopt;
    return TRY(time(account, std::max(found.last_complete, std::min(first_seq, seq))));
}

}  // namespace patrol::store

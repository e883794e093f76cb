#include "store/resource_pass.h"

#include <algorithm>

#include "store/inventory_key.h"

namespace patrol::store {
namespace {

// More hits of a term than this share of the account, and a pass over everything is no slower.
constexpr std::int64_t probed_min = 20'000, probed_share = 8;
constexpr std::int64_t rows_at_once = 1'000;
constexpr std::int64_t slice_rows_at_once = 200;

}  // namespace

Match ResourcePass::match_of(std::int64_t slice) const {
    if (empty_) return Match::yes;
    const auto* found = find_slice(*slices_, slice);
    // A slice without live resources in its line cannot hold a row; look at the row all the same.
    return found != nullptr ? found->match : Match::perhaps;
}

Result<std::optional<std::vector<std::int64_t>>> ResourcePass::by_probe(const AccountView& view) {
    std::vector<std::int64_t> found;
    if (const auto id = id_probe(filter_)) {
        const auto key = parse_resource_id(*id);
        if (!key) return found;
        if (const auto res = TRY(find_key(reader_.transaction(), view.account, bytes_of(*key))))
            found.push_back(*res);
        return found;
    }
    const auto probe = term_probe(filter_);
    if (!probe) return std::nullopt;
    const auto most = static_cast<std::size_t>(std::max(probed_min, wanted_live_ / probed_share));
    found = TRY(find_term(reader_.transaction(), view, *probe, most));
    if (found.size() >= most) return std::nullopt;
    return found;
}

// The next numbers of the wanted slices behind `after`, in order; empty at the end.
Result<std::vector<std::int64_t>> ResourcePass::next_of_slices(const AccountView& view, std::int64_t after) {
    std::vector<std::int64_t> found;
    auto complete_to = INT64_MAX;  // beyond it a slice may hold more than was read
    for (const auto& slice : *slices_) {
        if (slice.match == Match::no) continue;
        auto rows = TRY(reader_.transaction().query(
            "SELECT res FROM resource WHERE account = ?1 AND slice = ?2 AND res > ?3 ORDER BY res LIMIT ?4",
            view.account, slice.id, after, slice_rows_at_once));
        std::int64_t count = 0;
        while (TRY(rows.step())) {
            found.push_back(rows.integer(0));
            ++count;
        }
        if (count == slice_rows_at_once) complete_to = std::min(complete_to, found.back());
    }
    std::ranges::sort(found);
    found.erase(std::ranges::upper_bound(found, complete_to), found.end());
    return found;
}

Result<void> ResourcePass::plan(const AccountView& view) {
    slices_ = TRY(live_slices(reader_, view, filter_));
    candidates_.reset();
    wanted_live_ = 0;
    decided_ =
        std::ranges::none_of(*slices_, [](const auto& slice) { return slice.match == Match::perhaps; });
    some_slices_ = std::ranges::any_of(*slices_, [](const auto& slice) { return slice.match == Match::no; });
    for (const auto& slice : *slices_)
        if (slice.match != Match::no) wanted_live_ += slice.live;
    if (empty_) return {};
    if (wanted_live_ == 0) {
        candidates_.emplace();
        return {};
    }
    if (!decided_) candidates_ = TRY(by_probe(view));
    if (candidates_) {
        std::ranges::sort(*candidates_);
        candidates_->erase(std::ranges::unique(*candidates_).begin(), candidates_->end());
    }
    return {};
}

std::optional<std::int64_t> ResourcePass::known_total() const {
    if (!decided_) return {};
    return wanted_live_;
}

Result<bool> ResourcePass::offer(ResourceRow&& row, const AccountView& view, const Use& use) {
    const auto match = match_of(row.slice);
    if (match == Match::no) return true;
    if (match == Match::perhaps && !TRY(rows_.matches(row, view))) return true;
    return use(std::move(row));
}

Result<bool> ResourcePass::offer_each(const AccountView& view, const std::vector<std::int64_t>& numbers,
                                      std::int64_t after, const Use& use) {
    for (auto at = std::ranges::upper_bound(numbers, after); at != numbers.end(); ++at) {
        auto row = TRY(reader_.at(view.account, *at, view.seq));
        if (row && !TRY(offer(std::move(*row), view, use))) return false;
    }
    return true;
}

Result<void> ResourcePass::each(const AccountView& view, std::int64_t after, std::int64_t expected,
                                const Use& use) {
    if (candidates_) {
        TRY(offer_each(view, *candidates_, after, use));
        return {};
    }
    if (some_slices_) {
        for (auto numbers = TRY(next_of_slices(view, after)); !numbers.empty();
             numbers = TRY(next_of_slices(view, after))) {
            if (!TRY(offer_each(view, numbers, after, use))) return {};
            after = numbers.back();
        }
        return {};
    }
    const auto at_once = empty_ ? std::min(expected, rows_at_once) : rows_at_once;
    const auto terms = empty_ ? ResourceReader::Terms::leave_out : ResourceReader::Terms::read;
    while (true) {
        auto rows = TRY(reader_.next(view, after, at_once, terms));
        for (auto& row : rows) {
            after = row.res;
            if (!TRY(offer(std::move(row), view, use))) return {};
        }
        if (static_cast<std::int64_t>(rows.size()) < at_once) return {};
    }
}

}  // namespace patrol::store

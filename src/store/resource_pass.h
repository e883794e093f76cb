// One way through the resources of a snapshot: whole slices first, then the cheapest of a pass over
// everything, single slices, or what a term or an id finds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "store/resource_filter.h"

namespace patrol::store {

class ResourcePass {
public:
    ResourcePass(ResourceReader& reader, const filter::Filter& filter)
        : reader_(reader), filter_(filter), rows_(reader, filter), empty_(!filter.root) {}

    // Decides how to go through one account. Call it before the rest.
    Result<void> plan(const AccountView& view);
    // How many match, where no row needs to be looked at for that.
    [[nodiscard]] std::optional<std::int64_t> known_total() const;
    [[nodiscard]] const std::vector<LiveSlice>& slices() const { return *slices_; }
    [[nodiscard]] bool decided_by_slices() const { return decided_; }
    // Every match behind `after` in the order of numbers, until `use` answers false. `expected` matches
    // are all that is wanted, as far as the caller knows.
    using Use = std::function<Result<bool>(ResourceRow&&)>;
    Result<void> each(const AccountView& view, std::int64_t after, std::int64_t expected, const Use& use);

private:
    Result<std::optional<std::vector<std::int64_t>>> by_probe(const AccountView& view);
    Result<std::vector<std::int64_t>> next_of_slices(const AccountView& view, std::int64_t after);
    Result<bool> offer_each(const AccountView& view, const std::vector<std::int64_t>& numbers,
                            std::int64_t after, const Use& use);
    Result<bool> offer(ResourceRow&& row, const AccountView& view, const Use& use);
    [[nodiscard]] Match match_of(std::int64_t slice) const;

    ResourceReader& reader_;
    const filter::Filter& filter_;
    RowFilter rows_;
    bool empty_;
    LiveSlices slices_ = std::make_shared<const std::vector<LiveSlice>>();
    bool decided_ = false;          // every slice is a yes or a no
    bool some_slices_ = false;      // at least one is a no: only the others are walked through
    std::int64_t wanted_live_ = 0;  // resources of slices that are no no
    std::optional<std::vector<std::int64_t>> candidates_;  // sorted
};

}  // namespace patrol::store

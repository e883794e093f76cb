// A filter over resources. Whole slices are decided first by what they have in common (type, category,
// service, scope, account, customer, stale), so that most filters look at few rows or at none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "filter/filter.h"
#include "store/resource_rows.h"

namespace patrol::store {

// Kind::invalid "q" for fields that resources do not have.
Result<void> check_resource_filter(const filter::Filter& filter);

// The slices that hold resources in the view's snapshot, each with what the filter says of it.
Result<LiveSlices> live_slices(ResourceReader& reader, const AccountView& view, const filter::Filter& filter);

// Evaluates the whole filter on one row. Documents are unpacked only for doc. terms; after
// documents_max of them Kind::too_large asks for a narrower filter.
class RowFilter {
public:
    RowFilter(ResourceReader& reader, const filter::Filter& filter) : reader_(reader), filter_(filter) {}
    Result<bool> matches(const ResourceRow& row, const AccountView& view);

    static constexpr std::size_t documents_max = 200'000;

private:
    ResourceReader& reader_;
    const filter::Filter& filter_;
    std::size_t documents_ = 0;
};

// A term that every match must have, where the filter has such a one: a lower-case text and whether the
// stored term only begins with it.
struct TermProbe {
    std::string text;
    bool prefix = false;
};
std::optional<TermProbe> term_probe(const filter::Filter& filter);
// An id that every match must have.
std::optional<ResourceId> id_probe(const filter::Filter& filter);

// Resource numbers with the term, in any snapshot; unsorted, at most `limit`.
Result<std::vector<std::int64_t>> find_term(Transaction& transaction, const AccountView& view,
                                            const TermProbe& probe, std::size_t limit);
Result<std::optional<std::int64_t>> find_key(Transaction& transaction, std::int64_t account,
                                             std::string_view key_hash);

}  // namespace patrol::store

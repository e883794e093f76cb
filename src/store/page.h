// Pages of lists. A cursor is opaque text: base64url of the last row's place and a MAC over tenant,
// list and sort, so that a cursor of another tenant or list, or an edited one, is Kind::malformed.
// A page starts after the cursor's row by (sort value, id): rows that come and go between two pages
// are never shown twice, and deep pages cost what the first one costs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "model/ids.h"

namespace patrol::filter {
struct Filter;
}

namespace patrol::store {

template <class T>
struct Page {
    std::vector<T> items;
    std::optional<std::string> next_cursor;  // absent on the last page
    std::int64_t total = 0;                  // rows that fit the filter, on all pages
};

struct PageRequest {
    std::size_t limit = limits::page_items_default;  // 1 … limits::page_items_max, else Kind::invalid "limit"
    std::string cursor;                              // empty: the first page
    const filter::Filter* filter = nullptr;          // borrowed for the call; a field that the list does
                                                     // not know is Kind::invalid "q"
    std::string sort;  // a column of the list's allow-list, "-" before it for descending; empty: the
                       // list's own order; anything else is Kind::invalid "sort"
};

// Seals and opens the text of cursors.
class Cursors {
public:
    explicit Cursors(std::string key) : key_(std::move(key)) {}

    // `list` names the list and everything that must stay the same over its pages: "accounts|-name".
    [[nodiscard]] std::string seal(const TenantId& tenant, std::string_view list,
                                   std::string_view place) const;
    // The place that seal() was given; Kind::malformed for everything else.
    [[nodiscard]] Result<std::string> open(const TenantId& tenant, std::string_view list,
                                           std::string_view cursor) const;

private:
    std::string key_;
};

}  // namespace patrol::store

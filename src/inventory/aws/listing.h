// Following the pages of one call: what to send next, and when it is not safe to go on. A token that
// comes back, too many pages or too many empty ones in a row end the walk as cut, never as complete.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "catalogue/resource_type.h"

namespace patrol::inventory {

class PageWalk {
public:
    enum class Next { more, end, cycle, too_many_pages, too_many_empty_pages };

    PageWalk() = default;
    explicit PageWalk(const catalogue::Call& call) : pagination_(&call.pagination) {}

    // Adds the page size (always the largest that the catalogue knows) and the token.
    void write(json::object& input) const;
    // After an answer with `items` items.
    Next advance(const json::value& output, std::size_t items);
    [[nodiscard]] std::size_t pages() const { return pages_; }
    [[nodiscard]] bool begun() const { return pages_ > 0; }

private:
    const catalogue::Pagination* pagination_ = nullptr;
    std::vector<json::value> token_;  // one per Pagination::in; null where absent
    std::unordered_set<std::size_t> seen_;
    std::size_t pages_ = 0;
    std::size_t empty_in_a_row_ = 0;
};

// A sentence for the coverage; empty for more and end.
std::string cut_reason(PageWalk::Next next);

// True for errors that say that a page's token is not (or no longer) good.
bool rejects_token(std::string_view code, std::string_view message);

}  // namespace patrol::inventory

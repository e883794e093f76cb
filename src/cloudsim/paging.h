// Pages as AWS gives them: a token is the opaque place of the next page and is handed back as it came.
#pragma once

#include <optional>

#include "base/json.h"
#include "catalogue/resource_type.h"

namespace patrol::cloudsim {

class Pages {
public:
    // `size_max` is the simulator's own page size; a request may ask for less.
    Pages(const catalogue::Pagination& pagination, const json::object& input, std::size_t size_max);

    [[nodiscard]] bool token_is_valid() const { return valid_; }
    // Is the item at this position (of all pages) on the page? Call with every position in order.
    bool takes(std::size_t position);
    // Writes the token of the next page, and whether there is one.
    void finish(json::object& output) const;

private:
    const catalogue::Pagination& pagination_;
    std::size_t begin_ = 0, size_ = 0;
    bool valid_ = true, more_ = false;
};

std::string page_token(std::size_t position);
std::optional<std::size_t> page_position(std::string_view token);

}  // namespace patrol::cloudsim

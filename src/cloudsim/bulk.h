// A large inventory for the benches: EC2 instances with a volume and a network interface each, on pages
// of 1,000. A page is a copy of one item with its numbers poked in, about a millisecond of work, so that
// what is measured is the reader and no memory is held for a million items.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patrol::cloudsim {

class BulkPages {
public:
    static constexpr std::size_t page_items = 1'000;

    BulkPages(std::size_t instances, std::string_view account_id, std::string_view region);

    static bool knows(std::string_view operation);
    // The page at this token (empty or not one of ours: the first).
    [[nodiscard]] std::shared_ptr<const std::string> page(std::string_view operation,
                                                          std::string_view token) const;

private:
    using Page = std::shared_ptr<const std::string>;
    static std::string render(std::string_view operation, std::size_t first, std::size_t count, bool more,
                              std::string_view account_id, std::string_view region);

    std::size_t instances_;
    std::string account_id_, region_;
};

}  // namespace patrol::cloudsim

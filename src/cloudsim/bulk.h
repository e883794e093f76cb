// A large inventory for the benches: EC2 instances with a volume and a network interface each, on pages
// of 1,000 that are rendered once and then served as they are, so that what is measured is the reader.
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

    explicit BulkPages(std::size_t instances, std::string_view account_id, std::string_view region);

    // The page of this operation at this token (empty: the first); nullptr for other operations.
    [[nodiscard]] std::shared_ptr<const std::string> page(std::string_view operation, std::string_view token) const;

private:
    using Page = std::shared_ptr<const std::string>;
    static std::string render(std::string_view operation, std::size_t first, std::size_t count, bool more,
                              std::string_view account_id, std::string_view region);

    std::size_t instances_;
    std::string account_id_, region_;
};

}  // namespace patrol::cloudsim

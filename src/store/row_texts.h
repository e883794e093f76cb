// What many rows say in text, kept in few pieces of memory and given back all at once: 16,000 rows of ten
// texts each would otherwise be 160,000 small pieces, made by one thread and freed by another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace patrol::store {

class RowTexts {
public:
    // A copy that lives as long as this does, wherever it is moved.
    std::string_view keep(std::string_view text);
    std::span<const std::int64_t> keep(std::span<const std::int64_t> numbers);
    // Takes over all that the other keeps.
    void join(RowTexts other);

private:
    std::byte* room_for(std::size_t bytes);

    std::vector<std::unique_ptr<std::byte[]>> pieces_;
    std::byte* at_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace patrol::store

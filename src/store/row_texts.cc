#include "store/row_texts.h"

#include <cstring>
#include <iterator>
#include <utility>

namespace patrol::store {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t own_piece_bytes = 8 * 1024;  // a longer text gets a piece of its own

}  // namespace

std::byte* RowTexts::room_for(std::size_t bytes) {
    bytes = (bytes + alignof(std::int64_t) - 1) & ~(alignof(std::int64_t) - 1);
    if (bytes > own_piece_bytes)
        return pieces_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(bytes)).get();
    if (bytes > left_) {
        at_ = pieces_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(piece_bytes)).get();
        left_ = piece_bytes;
    }
    left_ -= bytes;
    return std::exchange(at_, at_ + bytes);
}

std::string_view RowTexts::keep(std::string_view text) {
    if (text.empty()) return {};
    auto* room = room_for(text.size());
    std::memcpy(room, text.data(), text.size());
    return {reinterpret_cast<const char*>(room), text.size()};
}

std::span<const std::int64_t> RowTexts::keep(std::span<const std::int64_t> numbers) {
    if (numbers.empty()) return {};
    auto* room = room_for(numbers.size_bytes());
    std::memcpy(room, numbers.data(), numbers.size_bytes());
    return {reinterpret_cast<const std::int64_t*>(room), numbers.size()};
}

void RowTexts::join(RowTexts other) {
    pieces_.insert(pieces_.end(), std::make_move_iterator(other.pieces_.begin()),
                   std::make_move_iterator(other.pieces_.end()));
}

}  // namespace patrol::store

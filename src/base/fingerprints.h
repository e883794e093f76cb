// A set of texts in little memory: 8 bytes each, by their hash. Two texts may be taken for the same, once in
// about 2^64 pairs: only for what may err on that side.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace patrol {

class Fingerprints {
public:
    // false: it was there already.
    bool add(std::string_view text) {
        if ((count_ + 1) * 10 > slots_.size() * 7) grow();
        const std::uint64_t print = std::hash<std::string_view>{}(text);
        const bool added = place(slots_, print == 0 ? 1 : print);
        if (added) ++count_;
        return added;
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    void clear() {
        slots_.clear();
        count_ = 0;
    }

private:
    static bool place(std::vector<std::uint64_t>& slots, std::uint64_t print) {
        std::size_t at = print & (slots.size() - 1);
        while (slots[at] != 0 && slots[at] != print) at = (at + 1) & (slots.size() - 1);
        bool added = slots[at] == 0;
        slots[at] = print;
        return added;
    }
    void grow() {
        std::vector<std::uint64_t> larger(slots_.empty() ? 64 : slots_.size() * 2);
        for (auto print : slots_)
            if (print != 0) place(larger, print);
        slots_.swap(larger);
    }

    std::vector<std::uint64_t> slots_;
    std::size_t count_ = 0;
};

}  // namespace patrol

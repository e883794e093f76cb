// A quick hash of member names, which are short: every byte of up to sixteen counts, longer names go
// through the standard library's hash. For tables of bounded size only.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace patrol::document {

struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
        if (name.size() > 16) return std::hash<std::string_view>{}(name);
        std::uint64_t first = name.size();
        std::uint64_t last = 0;
        if (name.size() >= 8) {
            std::memcpy(&first, name.data(), 8);
            std::memcpy(&last, name.data() + name.size() - 8, 8);
        } else if (name.size() >= 4) {
            std::uint32_t begin = 0;
            std::uint32_t end = 0;
            std::memcpy(&begin, name.data(), 4);
            std::memcpy(&end, name.data() + name.size() - 4, 4);
            first = (std::uint64_t(begin) << 32U) | end;
        } else {
            for (char c : name) first = (first << 8U) | static_cast<unsigned char>(c);
        }
        auto mixed = (first ^ (name.size() << 56U)) * 0x9e3779b97f4a7c15U;
        mixed = (mixed ^ (mixed >> 32U) ^ last) * 0xd6e8feb86659fd93U;
        return mixed ^ (mixed >> 32U);
    }
};

}  // namespace patrol::document

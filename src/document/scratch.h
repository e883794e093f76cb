// Memory that preparing documents uses again and again: one per thread, never shared. It caches no
// document content beyond the last call.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"

namespace patrol::document {

struct Scratch {
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    using Member = json::object::value_type;

    // What is known of a member name: whether the name alone says "secret".
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
    };
    static constexpr std::size_t names_max = 8'192;

    std::unordered_map<std::string, std::uint8_t, NameHash, std::equal_to<>> names;
    std::string canonical;                         // the canonical text of the last document
    std::vector<std::string_view> trail;           // names on the way to the value being redacted
    std::string text;                              // the keys of list elements, small texts
    std::vector<std::vector<const Member*>> order; // sorted members, one vector per depth
    struct Slice {
        std::size_t begin = 0, size = 0;          // of an element's text
        std::size_t key_begin = 0, key_size = 0;  // of its key's text
    };
    std::vector<Slice> slices;
    std::string lists;                            // texts of list elements before they are sorted
};

}  // namespace patrol::document

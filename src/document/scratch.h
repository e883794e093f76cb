// Memory that preparing documents uses again and again: one per thread, never shared. It caches no
// document content beyond the last call.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "document/name_hash.h"

namespace patrol::document {

struct Scratch {
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    using Member = json::object::value_type;

    // What a member's name alone says (redact.cc), for names seen before.
    static constexpr std::size_t names_max = 8'192;

    std::unordered_map<std::string, std::uint8_t, NameHash, std::equal_to<>> names;
    std::string canonical;                // the canonical text of the last document
    std::vector<std::string_view> trail;  // names on the way to the value being redacted
    std::string text;                     // the keys of list elements, small texts
    struct Named {
        std::uint64_t start = 0;  // the name's first eight bytes, big-endian, for a quick comparison
        const Member* member = nullptr;
    };
    std::vector<std::vector<Named>> order;  // sorted members, one vector per depth
    struct Slice {
        std::size_t begin = 0, size = 0;          // of an element's text
        std::size_t key_begin = 0, key_size = 0;  // of its key's text
    };
    std::vector<Slice> slices;
    std::string lists;  // texts of list elements before they are sorted
};

}  // namespace patrol::document

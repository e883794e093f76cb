// What every fuzz target is made of: the input as text, and a check that ends the program with the property
// that does not hold. libFuzzer keeps the input that led there.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#define PROPERTY(holds)                                                      \
    do {                                                                     \
        if (!(holds)) {                                                      \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #holds); \
            std::abort();                                                    \
        }                                                                    \
    } while (false)

namespace patrol::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Takes the first byte for a choice and leaves the rest.
inline unsigned take_choice(std::string_view& text, unsigned count) {
    if (text.empty()) return 0;
    const unsigned choice = static_cast<unsigned char>(text.front()) % count;
    text.remove_prefix(1);
    return choice;
}

// The text up to the first line break, which is removed too.
inline std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace patrol::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

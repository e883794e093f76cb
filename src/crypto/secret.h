// A secret value in memory that is locked against swapping, surrounded by guard pages, read-only
// and zeroed when it goes. It can only be moved; it cannot be printed, compared or put into JSON:
// expose() at the one place that sends it is the only way out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patrol::crypto {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text);
    // Copies, then zeroes the source.
    static Secret take(std::string&& text);
    ~Secret();

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    bool operator==(const Secret&) const = delete;

    // Valid while this object lives. Do not copy it into a std::string that outlives the call.
    [[nodiscard]] std::string_view expose() const { return {data_, size_}; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

// Whether a Secret's memory can be kept out of swap here. Where it cannot, everything else still holds:
// guard pages, zeroing; the server warns once.
bool can_lock_memory();

}  // namespace patrol::crypto

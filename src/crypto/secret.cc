#include "crypto/secret.h"

#include <array>
#include <cstring>
#include <new>
#include <utility>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace patrol::crypto {

Secret::Secret(std::string_view text) : size_(text.size()) {
    if (text.empty()) return;
    start_sodium();
    data_ = static_cast<char*>(sodium_malloc(text.size()));
    if (data_ == nullptr) throw std::bad_alloc();
    std::memcpy(data_, text.data(), text.size());
    sodium_mprotect_readonly(data_);
}

Secret Secret::take(std::string&& text) {
    Secret out(text);
    wipe(text.data(), text.size());
    text.clear();
    return out;
}

Secret::~Secret() {
    if (data_ != nullptr) sodium_free(data_);  // zeroes first
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

bool can_lock_memory() {
    start_sodium();
    std::array<char, 4096> page{};
    const bool locked = sodium_mlock(page.data(), page.size()) == 0;
    if (locked) sodium_munlock(page.data(), page.size());
    return locked;
}

}  // namespace patrol::crypto

// How values cross the pipe between the server and a worker: numbers of 8 bytes in little-endian, texts and
// lists with a 4-byte length in front, members in the order of their fields() (worker/fields.h). Both ends
// are the same program, so there are no versions. The decoder trusts nothing: whatever the bytes, it ends
// with a value whose size is bounded by theirs, or with Kind::malformed.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace patrol::worker {

inline constexpr std::size_t frame_bytes_max = 32 * 1024 * 1024;
inline constexpr std::size_t frame_head_bytes = 8;  // length of the body, then the kind
inline constexpr std::size_t list_items_max = 250'000;

// The last value of an enum that may cross; specialised beside the enum's messages.
template <class E>
inline constexpr E last_value = E{};

// Room for the frame's head comes first, so that a frame is sent as one piece.
class Encoder {
public:
    Encoder() : bytes_(frame_head_bytes, '\0') {}
    // With room for about so many bytes.
    explicit Encoder(std::size_t expected) : Encoder() { bytes_.reserve(frame_head_bytes + expected); }
    ~Encoder() { crypto::wipe(bytes_.data(), bytes_.size()); }
    Encoder(Encoder&&) = default;
    Encoder& operator=(Encoder&&) = delete;

    template <class... T>
    void operator()(const T&... values) {
        (put(values), ...);
    }

    [[nodiscard]] std::string& frame() { return bytes_; }
    [[nodiscard]] std::string_view body() const { return std::string_view(bytes_).substr(frame_head_bytes); }

    void put(std::string_view text) {
        length(text.size());
        bytes_.append(text);
    }
    // As a vector of the same items.
    template <class T>
    void list(std::span<const T> items) {
        length(items.size());
        for (const auto& each : items) put(each);
    }

private:
    void raw(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }
    void length(std::size_t size) {
        const auto count = static_cast<std::uint32_t>(size);
        raw(&count, sizeof count);
    }

    void put(bool value) { bytes_.push_back(value ? '\1' : '\0'); }
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(const char* text) { put(std::string_view(text)); }
    void put(const crypto::Secret& secret) { put(secret.expose()); }
    void put(const crypto::Key& key) { raw(key.data(), key.size()); }
    void put(Timestamp time) { put(time.ms); }
    void put(double value) { put(std::bit_cast<std::int64_t>(value)); }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    void put(T value) {
        const auto wide = static_cast<std::int64_t>(value);
        raw(&wide, sizeof wide);
    }
    template <class E>
        requires std::is_enum_v<E>
    void put(E value) {
        bytes_.push_back(static_cast<char>(value));
    }
    template <class T>
    void put(const std::optional<T>& value) {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class T>
    void put(const std::vector<T>& list) {
        length(list.size());
        for (const auto& each : list) put(each);
    }
    template <class V, class C>
    void put(const std::map<std::string, V, C>& map) {
        length(map.size());
        for (const auto& [key, value] : map) {
            put(key);
            put(value);
        }
    }
    template <class T>
        requires std::is_class_v<T>
    void put(const T& value) {
        fields(*this, const_cast<T&>(value));  // reads only
    }

    std::string bytes_;
};

class Decoder {
public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}

    template <class... T>
    void operator()(T&... values) {
        (take(values), ...);
    }
    // Everything was well-formed, and there is nothing left.
    [[nodiscard]] bool done() const { return good_ && rest_.empty(); }
    [[nodiscard]] bool good() const { return good_; }

private:
    std::string_view raw(std::size_t size) {
        if (!good_ || size > rest_.size()) {
            good_ = false;
            return {};
        }
        const auto out = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return out;
    }
    std::size_t length() {
        std::uint32_t count = 0;
        const auto bytes = raw(sizeof count);
        if (good_) std::memcpy(&count, bytes.data(), sizeof count);
        return count;
    }
    // Of a list: no item is shorter than a byte.
    std::size_t count() {
        const auto items = length();
        if (items > rest_.size() || items > list_items_max) good_ = false;
        return good_ ? items : 0;
    }
    std::string_view text() {
        const auto size = length();
        return raw(size);
    }

    void take(bool& value) {
        const auto byte = raw(1);
        if (good_ && byte[0] != '\0' && byte[0] != '\1') good_ = false;
        value = good_ && byte[0] == '\1';
    }
    void take(std::string& out) { out = text(); }
    void take(crypto::Secret& out) { out = crypto::Secret(text()); }
    void take(crypto::Key& out) {
        const auto bytes = raw(out.size());
        if (good_) std::memcpy(out.data(), bytes.data(), out.size());
    }
    void take(Timestamp& time) { take(time.ms); }
    void take(double& value) {
        std::int64_t bits = 0;
        take(bits);
        value = std::bit_cast<double>(bits);
    }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    void take(T& value) {
        std::int64_t wide = 0;
        const auto bytes = raw(sizeof wide);
        if (good_) std::memcpy(&wide, bytes.data(), sizeof wide);
        value = static_cast<T>(wide);
        if (static_cast<std::int64_t>(value) != wide) good_ = false;
    }
    template <class E>
        requires std::is_enum_v<E>
    void take(E& value) {
        const auto byte = raw(1);
        const auto number = good_ ? static_cast<unsigned char>(byte[0]) : 0;
        if (number > static_cast<unsigned char>(last_value<E>)) good_ = false;
        value = good_ ? static_cast<E>(number) : E{};
    }
    template <class T>
    void take(std::optional<T>& value) {
        bool present = false;
        take(present);
        value.reset();
        if (present) take(value.emplace());
    }
    template <class T>
    void take(std::vector<T>& list) {
        const auto items = count();
        std::size_t taken = 0;
        for (; taken < items && good_; ++taken) take(taken < list.size() ? list[taken] : list.emplace_back());
        list.resize(taken);
    }
    template <class V, class C>
    void take(std::map<std::string, V, C>& map) {
        map.clear();
        for (auto left = count(); left > 0 && good_; --left) {
            std::string key;
            take(key);
            take(map[std::move(key)]);
        }
    }
    template <class T>
        requires std::is_class_v<T>
    void take(T& value) {
        fields(*this, value);
    }

    std::string_view rest_;
    bool good_ = true;
};

[[nodiscard]] inline Failure malformed_message() {
    return fail(Error{.kind = Error::Kind::malformed,
                      .message = "The worker sent a message that cannot be read.",
                      .code = "worker_protocol"});
}

// Into a value that may be used again and again: its memory is.
template <class T>
Result<void> decode_into(T& value, std::string_view body) {
    Decoder decoder(body);
    decoder(value);
    if (!decoder.done()) return malformed_message();
    return {};
}

template <class T>
Result<T> decode(std::string_view body) {
    T value;
    TRY(decode_into(value, body));
    return value;
}

template <class T>
Encoder encode(const T& value) {
    Encoder out;
    out(value);
    return out;
}

}  // namespace patrol::worker

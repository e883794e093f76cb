// Digests and keyed digests. SHA-256 comes from OpenSSL (it uses the processor's SHA instructions);
// marks are keyed BLAKE2b from libsodium. Nothing here fails on valid memory, so nothing returns a
// Result: a library that cannot compute SHA-256 is broken and the program ends.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace patrol::crypto {

using Hash = std::array<unsigned char, 32>;
using Key = std::array<unsigned char, 32>;  // symmetric, 256 bits
using Hash160 = std::array<unsigned char, 20>;
using Hash512 = std::array<unsigned char, 64>;
using Mark = std::array<unsigned char, 16>;  // keyed fingerprint of a value that must not be shown

inline std::string_view as_text(std::span<const unsigned char> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Hash sha256(std::string_view data);

// For data that arrives in pieces. finish() may be called once; afterwards the object starts anew.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(std::string_view data);
    Hash finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

// RFC 2104. Any key length. SHA-1 only where a standard asks for it (crypto/totp.h).
Hash160 hmac_sha1(std::string_view key, std::string_view data);
Hash hmac_sha256(std::string_view key, std::string_view data);
Hash512 hmac_sha512(std::string_view key, std::string_view data);

// RFC 5869 without salt: independent keys from one, told apart by `info`. At most 255 * 32 bytes.
std::string hkdf_sha256(std::string_view key, std::string_view info, std::size_t length);
Key derive_key(const Key& key, std::string_view info);

// 16 bytes of BLAKE2b under `key`: the same text gives the same mark, and nothing else can be learnt.
Mark keyed_mark(const Key& key, std::string_view text);

// 32 bytes of BLAKE2b under `key` over the pieces one after another: a MAC. Pieces that could be cut another
// way need their lengths before them.
Hash keyed_hash(const Key& key, std::initializer_list<std::string_view> pieces);

// In time that depends on the lengths only.
bool constant_time_equal(std::string_view left, std::string_view right);

// Overwrites memory that held a secret; the compiler may not remove it.
void wipe(void* memory, std::size_t bytes);

}  // namespace patrol::crypto

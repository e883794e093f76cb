// Signatures of RFC 8032 (Ed25519). A key pair is made where it is used and its private half never leaves.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace patrol::crypto {

using PublicKey = std::array<unsigned char, 32>;
using Signature = std::array<unsigned char, 64>;

class SigningKey {
public:
    static constexpr std::size_t seed_bytes = 32;
    static SigningKey generate();
    // From what seed() gave; 32 bytes.
    static SigningKey of_seed(const Secret& seed);

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    // What to keep of it.
    [[nodiscard]] const Secret& seed() const { return seed_; }
    [[nodiscard]] Signature sign(std::string_view message) const;

private:
    explicit SigningKey(Secret seed);

    Secret seed_;
    Secret expanded_;
    PublicKey public_key_{};
};

// False too for keys of small order, with which a signature fits many messages.
bool is_signed(std::string_view message, const Signature& signature, const PublicKey& key);
// Whether it is a point that a key can be: not of small order, in the main subgroup.
bool is_public_key(const PublicKey& key);

}  // namespace patrol::crypto

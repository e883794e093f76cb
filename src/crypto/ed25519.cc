#include "crypto/ed25519.h"

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/sodium.h"

namespace patrol::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

SigningKey::SigningKey(Secret seed) : seed_(std::move(seed)) {
    start_sodium();
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> expanded{};
    std::array<unsigned char, seed_bytes> padded{};
    std::copy_n(seed_.expose().begin(), std::min(seed_.expose().size(), padded.size()), padded.begin());
    crypto_sign_seed_keypair(public_key_.data(), expanded.data(), padded.data());
    expanded_ = Secret(as_text(expanded));
    wipe(expanded.data(), expanded.size());
    wipe(padded.data(), padded.size());
}

SigningKey SigningKey::generate() { return SigningKey(Secret::take(random_bytes(seed_bytes))); }

SigningKey SigningKey::of_seed(const Secret& seed) { return SigningKey(Secret(seed.expose())); }

Signature SigningKey::sign(std::string_view message) const {
    Signature out{};
    crypto_sign_detached(out.data(), nullptr, bytes_of(message), message.size(),
                         bytes_of(expanded_.expose()));
    return out;
}

bool is_signed(std::string_view message, const Signature& signature, const PublicKey& key) {
    start_sodium();
    return crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(), key.data()) == 0;
}

bool is_public_key(const PublicKey& key) {
    start_sodium();
    return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

}  // namespace patrol::crypto

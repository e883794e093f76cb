#include "crypto/hash.h"

#include <cstdlib>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "crypto/sodium.h"

namespace patrol::crypto {
namespace {

// A fetched algorithm: an implicit fetch at each call costs a fifth of the time of a short digest.
const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (algorithm == nullptr) std::abort();
    return algorithm;
}

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

void begin(EVP_MD_CTX* context) {
    if (EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) != 1) std::abort();
}

void hmac(const EVP_MD* algorithm, std::string_view key, std::string_view data, unsigned char* out) {
    // A null key pointer means "keep the last key" to OpenSSL, so an empty key gets an address.
    const char* bytes = key.empty() ? "" : key.data();
    if (HMAC(algorithm, bytes, static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(data.data()), data.size(), out, nullptr) == nullptr)
        std::abort();
}

}  // namespace

Hash sha256(std::string_view data) {
    thread_local const Context context(EVP_MD_CTX_new());
    Hash out{};
    begin(context.get());
    EVP_DigestUpdate(context.get(), data.data(), data.size());
    if (EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) std::abort();
    return out;
}

struct Sha256::State {
    Context context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) { begin(state_->context.get()); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view data) {
    EVP_DigestUpdate(state_->context.get(), data.data(), data.size());
}

Hash Sha256::finish() {
    Hash out{};
    if (EVP_DigestFinal_ex(state_->context.get(), out.data(), nullptr) != 1) std::abort();
    begin(state_->context.get());
    return out;
}

Hash hmac_sha256(std::string_view key, std::string_view data) {
    Hash out{};
    hmac(sha256_algorithm(), key, data, out.data());
    return out;
}

Hash160 hmac_sha1(std::string_view key, std::string_view data) {
    Hash160 out{};
    hmac(EVP_sha1(), key, data, out.data());
    return out;
}

Hash512 hmac_sha512(std::string_view key, std::string_view data) {
    Hash512 out{};
    hmac(EVP_sha512(), key, data, out.data());
    return out;
}

std::string hkdf_sha256(std::string_view key, std::string_view info, std::size_t length) {
    if (length > 255 * sizeof(Hash)) std::abort();
    const std::string no_salt(sizeof(Hash), '\0');
    auto extracted = hmac_sha256(no_salt, key);
    std::string out;
    std::string block;
    for (unsigned char counter = 1; out.size() < length; ++counter) {
        block.append(info).push_back(static_cast<char>(counter));
        block = as_text(hmac_sha256(as_text(extracted), block));
        out.append(block);
    }
    wipe(extracted.data(), extracted.size());
    out.resize(length);
    return out;
}

Key derive_key(const Key& key, std::string_view info) {
    auto bytes = hkdf_sha256(as_text(key), info, sizeof(Key));
    Key out{};
    std::memcpy(out.data(), bytes.data(), out.size());
    wipe(bytes.data(), bytes.size());
    return out;
}

Mark keyed_mark(const Key& key, std::string_view text) {
    start_sodium();
    Mark out{};
    crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), key.data(), key.size());
    return out;
}

Hash keyed_hash(const Key& key, std::initializer_list<std::string_view> pieces) {
    start_sodium();
    Hash out{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, key.data(), key.size(), out.size());
    for (const std::string_view piece : pieces)
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
    crypto_generichash_final(&state, out.data(), out.size());
    return out;
}

bool constant_time_equal(std::string_view left, std::string_view right) {
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

void wipe(void* memory, std::size_t bytes) { sodium_memzero(memory, bytes); }

}  // namespace patrol::crypto

#include "crypto/sign_rs256.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace patrol::crypto {
namespace {

constexpr int rsa_bits_min = 2048;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

int no_passphrase(char*, int, int, void*) { return -1; }

PrivateKey read_key(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return nullptr;
    PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    const bool fits =
        key && EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key.get()) >= rsa_bits_min;
    return fits ? std::move(key) : nullptr;
}

std::string sign(EVP_PKEY* key, std::string_view data) {
    const Context context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t length = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, bytes, data.size()) != 1)
        return {};
    std::string out(length, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, bytes,
                       data.size()) != 1)
        return {};
    out.resize(length);
    return out;
}

}  // namespace

Result<std::string> sign_rs256(std::string_view pem, std::string_view data) {
    const PrivateKey key = read_key(pem);
    std::string out = key ? sign(key.get(), data) : std::string();
    ERR_clear_error();
    if (!out.empty()) return out;
    return fail(Error::Kind::invalid, "This is no RSA private key of at least 2048 bits.");
}

}  // namespace patrol::crypto

// For tests: keys that sign JSON Web Tokens, and their public halves as JWKs. Can sign what nobody should.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "base/encoding.h"
#include "base/json.h"
#include "crypto/hash.h"

namespace patrol::crypto::testing {

inline std::string part(const json::value& value) { return to_base64url(as_bytes(to_text(value))); }

class Signer {
public:
    enum class Kind { rsa, p256 };
    explicit Signer(Kind kind, int bits = 2048)
        : kind_(kind),
          key_(kind == Kind::rsa ? EVP_RSA_gen(static_cast<unsigned int>(bits)) : EVP_EC_gen("P-256"),
               &EVP_PKEY_free) {}

    [[nodiscard]] std::string algorithm() const { return kind_ == Kind::rsa ? "RS256" : "ES256"; }

    [[nodiscard]] json::object jwk(const std::string& kid) const {
        json::object out{{"kid", kid}, {"use", "sig"}, {"alg", algorithm()}};
        if (kind_ == Kind::rsa) {
            out["kty"] = "RSA";
            out["n"] = number(OSSL_PKEY_PARAM_RSA_N, 0);
            out["e"] = number(OSSL_PKEY_PARAM_RSA_E, 0);
        } else {
            out["kty"] = "EC";
            out["crv"] = "P-256";
            out["x"] = number(OSSL_PKEY_PARAM_EC_PUB_X, 32);
            out["y"] = number(OSSL_PKEY_PARAM_EC_PUB_Y, 32);
        }
        return out;
    }

    [[nodiscard]] std::string token(const json::object& claims, const std::string& kid = "k1") const {
        return sign({{"alg", algorithm()}, {"kid", kid}, {"typ", "JWT"}}, claims);
    }

    // With this header, whatever it says.
    [[nodiscard]] std::string sign(const json::object& header, const json::value& claims) const {
        const std::string text = part(header) + "." + part(claims);
        return text + "." + to_base64url(as_bytes(signature(text)));
    }

    [[nodiscard]] std::string signature(const std::string& text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::size_t size = 0;
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
        std::string out(size, '\0');
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                       text.size());
        out.resize(size);
        return kind_ == Kind::rsa ? out : side_by_side(out);
    }

private:
    static std::string side_by_side(const std::string& der) {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
        std::string out(64, '\0');
        auto* bytes = reinterpret_cast<unsigned char*>(out.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes + 32, 32);
        ECDSA_SIG_free(pair);
        return out;
    }
    [[nodiscard]] std::string number(const char* name, int bytes) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &value);
        const int size = bytes == 0 ? BN_num_bytes(value) : bytes;
        std::string out(static_cast<std::size_t>(size), '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), size);
        BN_free(value);
        return to_base64url(as_bytes(out));
    }

    Kind kind_;
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

inline std::string key_set(json::array keys) { return to_text(json::object{{"keys", std::move(keys)}}); }

}  // namespace patrol::crypto::testing

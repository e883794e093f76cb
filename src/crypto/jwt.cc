#include "crypto/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <optional>

#include "base/encoding.h"

namespace patrol::crypto {
namespace {

constexpr std::size_t token_bytes_max = 16 * 1024;
constexpr std::size_t set_bytes_max = 256 * 1024;
constexpr std::size_t keys_max = 100;
constexpr int rsa_bits_min = 2048, rsa_bits_max = 8192;
constexpr std::size_t p256_bytes = 32;

template <auto free_it>
struct Freer {
    void operator()(auto* pointer) const { free_it(pointer); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;

enum class Algorithm { rs256, es256 };

std::optional<Algorithm> parse_algorithm(std::string_view text) {
    if (text == "RS256") return Algorithm::rs256;
    if (text == "ES256") return Algorithm::es256;
    return {};
}

Failure refused(std::string_view why, std::string code = "jwt") {
    return fail(Error{.kind = Error::Kind::unauthenticated,
                      .message = "The token is not valid.",
                      .detail = std::string(why),
                      .code = std::move(code)});
}

std::string_view bytes_of(const unsigned char* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}
const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr));
}

PublicKey key_from(const char* type, OSSL_PARAM_BLD* builder) {
    const std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder));
    const std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>> context(
        EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    PublicKey owned(made ? key : nullptr);
    if (!owned) {
        ERR_clear_error();
        return nullptr;
    }
    const std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>> check(
        EVP_PKEY_CTX_new(owned.get(), nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) owned.reset();
    ERR_clear_error();
    return owned;
}

using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;

PublicKey rsa_key(const json::value& jwk) {
    const auto n = from_base64url(string_or(jwk, "n")), e = from_base64url(string_or(jwk, "e"));
    if (!n || !e || n->size() > rsa_bits_max / 8 + 1 || e->size() > 8) return nullptr;
    const Number modulus = number_of(*n), exponent = number_of(*e);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!modulus || !exponent || BN_num_bits(modulus.get()) < rsa_bits_min ||
        BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) == 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
        return nullptr;
    return key_from("RSA", builder.get());
}

PublicKey p256_key(const json::value& jwk) {
    const auto x = from_base64url(string_or(jwk, "x")), y = from_base64url(string_or(jwk, "y"));
    if (string_or(jwk, "crv") != "P-256" || !x || !y || x->size() != p256_bytes || y->size() != p256_bytes)
        return nullptr;
    const std::string point = "\x04" + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1)
        return nullptr;
    return key_from("EC", builder.get());
}

// R and S side by side (RFC 7518, 3.4) as OpenSSL wants them.
std::optional<std::string> der_signature(std::string_view signature) {
    if (signature.size() != 2 * p256_bytes) return {};
    const std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
    Number r = number_of(signature.substr(0, p256_bytes)), s = number_of(signature.substr(p256_bytes));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
    std::ignore = r.release();
    std::ignore = s.release();
    unsigned char* bytes = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &bytes);
    if (size <= 0) return {};
    std::string out(bytes_of(bytes, static_cast<std::size_t>(size)));
    OPENSSL_free(bytes);
    return out;
}

bool is_signed_by(EVP_PKEY* key, Algorithm algorithm, std::string_view text, std::string_view signature) {
    std::string given(signature);
    if (algorithm == Algorithm::es256) {
        auto der = der_signature(signature);
        if (!der) return false;
        given = std::move(*der);
    }
    const std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    const bool holds = context &&
                       EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                       EVP_DigestVerify(context.get(), raw(given), given.size(), raw(text), text.size()) == 1;
    ERR_clear_error();
    return holds;
}

struct Parts {
    json::object header;
    std::string claims, signature;
    std::string_view signed_text;
};

Result<Parts> split(std::string_view token) {
    if (token.size() > token_bytes_max) return refused("too long");
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return refused("not three parts");
    const auto header = from_base64url(token.substr(0, first));
    auto claims = from_base64url(token.substr(first + 1, second - first - 1));
    auto signature = from_base64url(token.substr(second + 1));
    if (!header || !claims || !signature) return refused("not base64url");
    auto parsed = parse_json(*header);
    if (!parsed || !parsed->is_object()) return refused("the header is no JSON object");
    return Parts{std::move(parsed->get_object()), std::move(*claims), std::move(*signature),
                 token.substr(0, second)};
}

}  // namespace

struct JwkSet::Key {
    std::string id;  // empty where the set names none
    Algorithm algorithm;
    PublicKey key;
};

JwkSet::JwkSet(std::vector<Key> keys) : keys_(std::move(keys)) {}
JwkSet::~JwkSet() = default;
JwkSet::JwkSet(JwkSet&&) noexcept = default;
JwkSet& JwkSet::operator=(JwkSet&&) noexcept = default;
std::size_t JwkSet::size() const { return keys_.size(); }

Result<JwkSet> JwkSet::parse(std::string_view text) {
    const auto no_set = [] { return fail(Error::Kind::malformed, "This is not a set of keys."); };
    if (text.size() > set_bytes_max) return no_set();
    const auto value = parse_json(text);
    const auto* listed = value ? find(*value, "keys") : nullptr;
    if (listed == nullptr || !listed->is_array() || listed->get_array().size() > keys_max) return no_set();
    std::vector<Key> keys;
    for (const auto& jwk : listed->get_array()) {
        const auto type = string_or(jwk, "kty");
        const auto algorithm = type == "RSA"  ? std::optional(Algorithm::rs256)
                               : type == "EC" ? std::optional(Algorithm::es256)
                                              : std::nullopt;
        if (!algorithm || string_or(jwk, "use", "sig") != "sig") continue;
        if (find(jwk, "alg") != nullptr && parse_algorithm(string_or(jwk, "alg")) != algorithm) continue;
        auto key = *algorithm == Algorithm::rs256 ? rsa_key(jwk) : p256_key(jwk);
        if (key) keys.push_back({std::string(string_or(jwk, "kid")), *algorithm, std::move(key)});
    }
    return JwkSet(std::move(keys));
}

Result<json::object> JwkSet::open(std::string_view token) const {
    const Parts parts = TRY(split(token));
    const json::value header(parts.header);
    const auto algorithm = parse_algorithm(string_or(header, "alg"));
    if (!algorithm) return refused("an algorithm that is not accepted");
    if (parts.header.contains("crit")) return refused("an extension that is not known");
    const auto kid = string_or(header, "kid");
    const bool names_key = parts.header.contains("kid");
    if (names_key && kid.empty()) return refused("a key id that is none");
    std::vector<const Key*> fitting;
    for (const Key& key : keys_)
        if (key.algorithm == *algorithm && (!names_key || key.id == kid)) fitting.push_back(&key);
    if (fitting.empty()) return refused("an unknown key", "jwt_key");
    // Without a key id there must be nothing to choose from.
    if (!names_key && fitting.size() > 1) return refused("no key is named");
    const bool holds = std::ranges::any_of(fitting, [&](const Key* key) {
        return is_signed_by(key->key.get(), *algorithm, parts.signed_text, parts.signature);
    });
    if (!holds) return refused("the signature does not hold");
    auto claims = parse_json(parts.claims);
    if (!claims || !claims->is_object()) return refused("the claims are no JSON object");
    return std::move(claims->get_object());
}

}  // namespace patrol::crypto

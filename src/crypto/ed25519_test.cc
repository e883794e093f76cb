#include "crypto/ed25519.h"

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::crypto {
namespace {

template <class T>
T bytes(std::string_view hex) {
    T out{};
    const auto text = from_hex(hex);
    REQUIRE(text);
    REQUIRE(text->size() == out.size());
    std::copy(text->begin(), text->end(), out.begin());
    return out;
}

}  // namespace

// RFC 8032, 7.1, tests 2 and 3.
TEST_CASE("signatures are those of the standard") {
    struct Vector {
        std::string_view seed, key, message, signature;
    };
    for (const auto& each :
         {Vector{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                 "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
          Vector{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                 "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}}) {
        const auto key = SigningKey::of_seed(Secret(*from_hex(each.seed)));
        CHECK(to_hex(key.public_key()) == each.key);
        const auto message = *from_hex(each.message);
        CHECK(to_hex(key.sign(message)) == each.signature);
        CHECK(is_signed(message, bytes<Signature>(each.signature), key.public_key()));
    }
}

TEST_CASE("a signature fits one message and one key") {
    const auto key = SigningKey::generate();
    const auto other = SigningKey::generate();
    CHECK(key.public_key() != other.public_key());
    CHECK(is_public_key(key.public_key()));
    auto signature = key.sign("message");
    CHECK(is_signed("message", signature, key.public_key()));
    CHECK_FALSE(is_signed("message ", signature, key.public_key()));
    CHECK_FALSE(is_signed("message", signature, other.public_key()));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        signature[i] ^= 1;
        CHECK_FALSE(is_signed("message", signature, key.public_key()));
        signature[i] ^= 1;
    }
    const auto again = SigningKey::of_seed(key.seed());
    CHECK(again.public_key() == key.public_key());
}

TEST_CASE("what is no public key is refused") {
    // The neutral element, a point of order 2, and what is no point.
    CHECK_FALSE(
        is_public_key(bytes<PublicKey>("0100000000000000000000000000000000000000000000000000000000000000")));
    CHECK_FALSE(
        is_public_key(bytes<PublicKey>("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")));
    CHECK_FALSE(
        is_public_key(bytes<PublicKey>("0000000000000000000000000000000000000000000000000000000000000000")));
    CHECK_FALSE(
        is_public_key(bytes<PublicKey>("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")));
}

}  // namespace patrol::crypto

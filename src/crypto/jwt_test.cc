#include "crypto/jwt.h"

#include <doctest/doctest.h>

#include "crypto/test_signer.h"

using namespace patrol;
using namespace patrol::crypto;
using patrol::crypto::testing::key_set;
using patrol::crypto::testing::part;
using patrol::crypto::testing::Signer;

namespace {

const Signer& rsa() {
    static const Signer signer(Signer::Kind::rsa);
    return signer;
}
const Signer& p256() {
    static const Signer signer(Signer::Kind::p256);
    return signer;
}
JwkSet both() { return JwkSet::parse(key_set({rsa().jwk("k1"), p256().jwk("k2")})).value(); }

const json::object claims{{"sub", "ann"}, {"n", 1}};

std::string code(const Result<json::object>& opened) { return opened ? "opened" : opened.error().code; }

}  // namespace

TEST_CASE("jwt: RS256 and ES256 by the key that is named") {
    const JwkSet set = both();
    CHECK(set.size() == 2);
    for (const std::string& token : {rsa().token(claims, "k1"), p256().token(claims, "k2")}) {
        const auto opened = set.open(token);
        REQUIRE(opened);
        CHECK(*opened == claims);
    }
    CHECK(code(set.open(rsa().token(claims, "k3"))) == "jwt_key");
    // The right key under the other one's name.
    CHECK(code(set.open(rsa().token(claims, "k2"))) == "jwt_key");
    CHECK(code(set.open(p256().sign({{"alg", "RS256"}, {"kid", "k1"}}, claims))) == "jwt");
}

TEST_CASE("jwt: a token without a key id needs a set with nothing to choose from") {
    const auto header = json::object{{"alg", "RS256"}};
    CHECK(both().open(rsa().sign(header, claims)));
    const Signer other(Signer::Kind::rsa);
    const auto two = JwkSet::parse(key_set({rsa().jwk("a"), other.jwk("b")})).value();
    CHECK(code(two.open(rsa().sign(header, claims))) == "jwt");
    CHECK(code(both().open(rsa().sign({{"alg", "RS256"}, {"kid", ""}}, claims))) == "jwt");
}

TEST_CASE("jwt: of two keys with one id the one that signed is found") {
    const Signer other(Signer::Kind::rsa);
    const auto two = JwkSet::parse(key_set({other.jwk("k1"), rsa().jwk("k1")})).value();
    CHECK(two.open(rsa().token(claims)));
}

TEST_CASE("jwt: none, HMAC with the public key, and every other algorithm are refused") {
    const JwkSet set = both();
    const std::string body = "." + part(claims) + ".";
    for (const char* name : {"none", "None", "NONE", "nOnE", ""}) {
        CHECK(code(set.open(part(json::object{{"alg", name}}) + body)) == "jwt");
        CHECK(code(set.open(part(json::object{{"alg", name}, {"kid", "k1"}}) + body + "AAAA")) == "jwt");
    }
    const std::string text = part(json::object{{"alg", "HS256"}, {"kid", "k1"}}) + "." + part(claims);
    const auto public_key = to_text(rsa().jwk("k1"));
    CHECK(code(set.open(text + "." + to_base64url(hmac_sha256(public_key, text)))) == "jwt");
    for (const char* name : {"HS256", "HS512", "RS512", "PS256", "ES384", "ES512", "EdDSA", "rs256"})
        CHECK(code(set.open(rsa().sign({{"alg", name}, {"kid", "k1"}}, claims))) == "jwt");
    CHECK(code(set.open(rsa().sign({{"kid", "k1"}}, claims))) == "jwt");
    CHECK(code(set.open(rsa().sign({{"alg", json::array{"RS256"}}, {"kid", "k1"}}, claims))) == "jwt");
}

TEST_CASE("jwt: a changed header, claim or signature does not hold") {
    const JwkSet set = both();
    for (const std::string& token : {rsa().token(claims, "k1"), p256().token(claims, "k2")}) {
        const auto first = token.find('.'), second = token.rfind('.');
        const std::string other = token.substr(0, first) + "." +
                                  part(json::object{{"sub", "bob"}, {"n", 1}}) + token.substr(second);
        CHECK(code(set.open(other)) == "jwt");
        for (std::size_t at = 0; at < token.size(); at += 7) {
            if (at == first || at == second) continue;
            std::string changed = token;
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            CHECK_FALSE(set.open(changed));
        }
        CHECK(code(set.open(token.substr(0, second + 1))) == "jwt");
        CHECK(code(set.open(token.substr(0, token.size() - 4))) == "jwt");
    }
    // Zero as R and S.
    const std::string text = part(json::object{{"alg", "ES256"}, {"kid", "k2"}}) + "." + part(claims);
    CHECK(code(set.open(text + "." + to_base64url(as_bytes(std::string(64, '\0'))))) == "jwt");
}

TEST_CASE("jwt: keys of the header are never used") {
    const Signer own(Signer::Kind::rsa);
    for (const json::object& header :
         {json::object{{"alg", "RS256"}, {"jwk", own.jwk("k1")}, {"kid", "k1"}},
          json::object{{"alg", "RS256"}, {"jku", "https://evil.example/keys"}, {"kid", "k1"}},
          json::object{{"alg", "RS256"}, {"x5u", "https://evil.example/x"}, {"kid", "k1"}}})
        CHECK(code(both().open(own.sign(header, claims))) == "jwt");
    CHECK(code(both().open(
              rsa().sign({{"alg", "RS256"}, {"kid", "k1"}, {"crit", json::array{"b64"}}}, claims))) == "jwt");
}

TEST_CASE("jwt: what is no token") {
    const JwkSet set = both();
    const std::string good = rsa().token(claims);
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), std::string("a.b.c"), good + ".x", good + "=",
          good + "\n", " " + good, std::string("eyJhbGciOiJSUzI1NiJ9"), std::string(20'000, 'A')})
        CHECK(code(set.open(text)) == "jwt");
    CHECK(code(set.open(rsa().sign({{"alg", "RS256"}, {"kid", "k1"}}, json::array{1}))) == "jwt");
}

TEST_CASE("jwt: keys that are not for this are left out of a set") {
    const auto count = [](json::object key) {
        const auto set = JwkSet::parse(key_set({std::move(key)}));
        REQUIRE(set);
        return set->size();
    };
    const auto with = [](const Signer& signer, const char* name, json::value value) {
        auto key = signer.jwk("k");
        key[name] = std::move(value);
        return key;
    };
    CHECK(count(rsa().jwk("k")) == 1);
    CHECK(count(with(rsa(), "use", "enc")) == 0);
    CHECK(count(with(rsa(), "alg", "RS512")) == 0);
    CHECK(count(with(rsa(), "kty", "oct")) == 0);
    CHECK(count(with(rsa(), "e", "AQ")) == 0);
    CHECK(count(with(rsa(), "e", "Ag")) == 0);
    CHECK(count(with(rsa(), "n", "!")) == 0);
    CHECK(count(Signer(Signer::Kind::rsa, 1024).jwk("k")) == 0);
    CHECK(count(with(p256(), "crv", "P-384")) == 0);
    CHECK(count(with(p256(), "x", "AAAA")) == 0);
    CHECK(count(with(p256(), "x", p256().jwk("k").at("y"))) == 0);  // no point of the curve
    CHECK(count({}) == 0);
    for (const char* text : {"", "[]", "{}", R"({"keys":{}})", "{"}) CHECK_FALSE(JwkSet::parse(text));
    CHECK(JwkSet::parse(R"({"keys":[1,null,"x"]})")->size() == 0);
}

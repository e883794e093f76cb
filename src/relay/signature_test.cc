#include "relay/signature.h"

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "crypto/random.h"

namespace patrol::relay {
namespace {

constexpr Timestamp now{1'790'000'000'000};
constexpr SignedRequest poll{"POST", "/api/v1/collector/poll"};

struct Signer {
    crypto::SigningKey key = crypto::SigningKey::generate();
    CollectorId collector = crypto::new_id<CollectorId>();
    [[nodiscard]] std::string header(std::string_view body = "{}") const {
        return sign_request(key, collector, poll, body, now);
    }
};

}  // namespace

TEST_CASE("a signed request is read and believed") {
    const Signer signer;
    const auto header = parse_signature(signer.header());
    REQUIRE(header);
    CHECK(header->collector == signer.collector);
    CHECK(header->sent_ms == now.ms);
    CHECK(is_signed_by(*header, poll, signer.key.public_key()));
    CHECK(is_body_of(*header, "{}"));
    CHECK(parse_signature(signer.header())->nonce != header->nonce);
}

// What another implementation signs by the text of the interface.
TEST_CASE("the signed text is the documented one") {
    const Signer signer;
    const auto header = parse_signature(signer.header());
    REQUIRE(header);
    const std::string text = "POST\n/api/v1/collector/poll\n1790000000000\n" + header->nonce +
                             "\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    CHECK(signer.key.sign(text) == header->signature);
}

TEST_CASE("nothing that was signed can be exchanged") {
    const Signer signer;
    const auto header = *parse_signature(signer.header());
    const auto& key = signer.key.public_key();
    CHECK_FALSE(is_signed_by(header, {"PUT", poll.target}, key));
    CHECK_FALSE(is_signed_by(header, {poll.method, "/api/v1/collector/poll?x=1"}, key));
    CHECK_FALSE(is_signed_by(header, poll, Signer().key.public_key()));
    CHECK_FALSE(is_body_of(header, "{} "));
    auto changed = header;
    changed.sent_ms += 1;
    CHECK_FALSE(is_signed_by(changed, poll, key));
    changed = header;
    changed.nonce[0] = changed.nonce[0] == 'A' ? 'B' : 'A';
    CHECK_FALSE(is_signed_by(changed, poll, key));
    changed = header;
    changed.body_digest[0] = changed.body_digest[0] == '0' ? '1' : '0';
    CHECK_FALSE(is_signed_by(changed, poll, key));
}

TEST_CASE("a request is timely within two minutes of the server's clock") {
    const Signer signer;
    const auto header = *parse_signature(signer.header());
    CHECK(is_timely(header, now));
    CHECK(is_timely(header, now + clock_skew_max));
    CHECK(is_timely(header, now - clock_skew_max));
    CHECK_FALSE(is_timely(header, now + clock_skew_max + Millis(1)));
    CHECK_FALSE(is_timely(header, now - clock_skew_max - Millis(1)));
}

TEST_CASE("every header that is not exactly of the form is refused") {
    const Signer signer;
    const auto good = signer.header();
    REQUIRE(parse_signature(good));
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_FALSE(parse_signature(good.substr(0, length)));
    for (const std::string_view more : {" ", ",", ", ", "x", ", x=1", "=", "\n"})
        CHECK_FALSE(parse_signature(good + std::string(more)));
    const auto replaced = [&](std::string_view from, std::string_view to) {
        auto out = good;
        out.replace(out.find(from), from.size(), to);
        return out;
    };
    for (const auto& bad :
         {replaced("PatrolSig", "Bearer"), replaced("kid=col_", "kid=acc_"), replaced("ts=", "ts=-"),
          replaced("ts=", "ts=0"), replaced("ts=", "ts=99999999"), replaced(", nonce", ",nonce"),
          replaced(", body=", ", sig="), replaced("body=", "body=A"), replaced("nonce=", "nonce==")})
        CHECK_FALSE(parse_signature(bad));
    CHECK_FALSE(parse_signature(std::string(signature_header_bytes_max + 1, 'x')));
}

TEST_CASE("a fingerprint is the beginning of the key's digest") {
    crypto::PublicKey key{};
    CHECK(fingerprint(key) == "66:68:7a:ad:f8:62:bd:77");  // SHA-256 of 32 zero bytes
}

}  // namespace patrol::relay

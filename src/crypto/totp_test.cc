#include "crypto/totp.h"

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::crypto {
namespace {

constexpr std::string_view secret = "12345678901234567890";  // of both RFCs

Timestamp at_second(std::int64_t second) { return {second * 1000}; }

}  // namespace

TEST_CASE("hmac_sha1 gives the vectors of RFC 2202") {
    CHECK(to_hex(hmac_sha1(std::string(20, '\x0b'), "Hi There")) ==
          "b617318655057264e28bc0b6fb378c8ef146be00");
    CHECK(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")) ==
          "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST_CASE("codes are those of RFC 4226, appendix D") {
    constexpr std::string_view codes[] = {"755224", "287082", "359152", "969429", "338314",
                                          "254676", "287922", "162583", "399871", "520489"};
    std::int64_t counter = 0;
    for (const auto code : codes) CHECK(totp_code(secret, counter++) == code);
}

TEST_CASE("codes are the last six digits of RFC 6238, appendix B") {
    struct Vector {
        std::int64_t second;
        std::string_view code;
    };
    constexpr Vector vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                                  {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [second, code] : vectors) {
        CHECK(totp_code(secret, totp_step_at(at_second(second))) == code);
        CHECK(match_totp(secret, code, at_second(second), 0) == totp_step_at(at_second(second)));
    }
}

TEST_CASE("a code is good one step early and one step late, not two, and once") {
    const auto now = at_second(1'800'000'000);
    const auto present = totp_step_at(now);
    for (const std::int64_t distance : {-1, 0, 1})
        CHECK(match_totp(secret, totp_code(secret, present + distance), now, 0) == present + distance);
    for (const std::int64_t distance : {-2, 2})
        CHECK_FALSE(match_totp(secret, totp_code(secret, present + distance), now, 0));
    const std::string code = totp_code(secret, present);
    CHECK(match_totp(secret, code, now, present - 1) == present);
    CHECK_FALSE(match_totp(secret, code, now, present));
    CHECK_FALSE(match_totp(secret, code, now, present + 1));
    for (const std::string_view wrong : {"", "00000", "0000000", "12345a", "      "})
        CHECK_FALSE(match_totp(secret, wrong, now, 0));
}

TEST_CASE("what an app is given") {
    CHECK(totp_secret_text(secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(totp_uri("Patrol at Acme", "me+x@example.com", secret) ==
          "otpauth://totp/Patrol%20at%20Acme:me%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
          "&issuer=Patrol%20at%20Acme&algorithm=SHA1&digits=6&period=30");
}

}  // namespace patrol::crypto

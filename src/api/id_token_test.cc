#include "api/id_token.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace patrol::api {
namespace {

constexpr Timestamp now{1'790'000'000'000};
constexpr std::int64_t now_s = now.ms / 1000;
const IdTokenRules rules{"https://id.example.com", "patrol", "n0nce", now};

json::object good() {
    return {{"iss", "https://id.example.com"},
            {"aud", "patrol"},
            {"sub", "ann"},
            {"exp", now_s + 300},
            {"iat", now_s - 1},
            {"nonce", "n0nce"},
            {"email", "ann@example.com"},
            {"email_verified", true}};
}
json::object with(std::string_view name, json::value value) {
    auto claims = good();
    claims[name] = std::move(value);
    return claims;
}
json::object without(std::string_view name) {
    auto claims = good();
    claims.erase(name);
    return claims;
}
bool holds(const json::object& claims) { return check_id_token(claims, rules).has_value(); }

}  // namespace

TEST_CASE("id token: a good one names its subject and address") {
    const auto identity = check_id_token(good(), rules);
    REQUIRE(identity);
    CHECK(identity->subject == "ann");
    CHECK(identity->email == "ann@example.com");
    CHECK(identity->email_verified == Verified::yes);
    CHECK(check_id_token(without("email"), rules)->email.empty());
}

TEST_CASE("id token: another issuer") {
    for (const char* issuer : {"https://id.example.com/", "http://id.example.com", "https://ID.example.com",
                               "https://evil.example", ""})
        CHECK_FALSE(holds(with("iss", issuer)));
    CHECK_FALSE(holds(without("iss")));
    CHECK_FALSE(holds(with("iss", json::array{"https://id.example.com"})));
}

TEST_CASE("id token: another audience") {
    CHECK_FALSE(holds(with("aud", "other")));
    CHECK_FALSE(holds(with("aud", json::array{"other"})));
    CHECK_FALSE(holds(with("aud", json::array{})));
    CHECK_FALSE(holds(with("aud", 1)));
    CHECK_FALSE(holds(without("aud")));
    CHECK(holds(with("aud", json::array{"patrol"})));
    // For several: who asked for it must be said.
    auto several = with("aud", json::array{"other", "patrol"});
    CHECK_FALSE(holds(several));
    several["azp"] = "other";
    CHECK_FALSE(holds(several));
    several["azp"] = "patrol";
    CHECK(holds(several));
    CHECK_FALSE(holds(with("azp", "other")));
    CHECK_FALSE(holds(with("azp", 1)));
}

TEST_CASE("id token: too late, too early, without times") {
    const auto skew = std::chrono::seconds(limits::id_token_skew).count();
    const auto age = std::chrono::seconds(limits::id_token_age).count();
    CHECK(holds(with("exp", now_s - skew + 1)));
    CHECK_FALSE(holds(with("exp", now_s - skew)));
    CHECK_FALSE(holds(without("exp")));
    CHECK_FALSE(holds(with("exp", "9999999999")));
    CHECK_FALSE(holds(with("exp", 1e300)));
    CHECK_FALSE(holds(with("exp", -1)));
    CHECK(holds(with("iat", now_s + skew)));
    CHECK_FALSE(holds(with("iat", now_s + skew + 1)));
    CHECK_FALSE(holds(with("iat", now_s - age - 1)));
    CHECK_FALSE(holds(without("iat")));
    CHECK(holds(with("nbf", now_s)));
    CHECK_FALSE(holds(with("nbf", now_s + skew + 1)));
    CHECK_FALSE(holds(with("nbf", "soon")));
}

TEST_CASE("id token: a stale nonce, or none") {
    CHECK_FALSE(holds(with("nonce", "other")));
    CHECK_FALSE(holds(without("nonce")));
    CHECK_FALSE(holds(with("nonce", nullptr)));
    IdTokenRules none = rules;
    none.nonce = "";
    CHECK_FALSE(check_id_token(with("nonce", ""), none));
}

TEST_CASE("id token: no subject, and an address that nobody verified") {
    CHECK_FALSE(holds(without("sub")));
    CHECK_FALSE(holds(with("sub", "")));
    CHECK_FALSE(holds(with("sub", 1)));
    CHECK_FALSE(holds(with("sub", json::value(std::string(256, 'x')))));
    for (const json::value& value :
         {json::value(false), json::value("true"), json::value(1), json::value(nullptr)})
        CHECK(check_id_token(with("email_verified", value), rules)->email_verified == Verified::no);
    CHECK(check_id_token(without("email_verified"), rules)->email_verified == Verified::no);
}

}  // namespace patrol::api

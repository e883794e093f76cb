#include "crypto/password_rules.h"

#include <doctest/doctest.h>

#include <string>

namespace patrol::crypto {
namespace {

constexpr PasswordOwner owner{.email = "ada.lovelace@example.com", .name = "Ada Lovelace"};

bool takes(std::string_view password) { return check_password_rules(password, owner).has_value(); }

}  // namespace

TEST_CASE("length and text: limits::password_min_chars, limits::password_max_chars") {
    CHECK(takes("twelve chars"));
    CHECK(check_password_rules("eleven char", owner).error().field == "password");
    CHECK(check_password_rules("eleven char", owner, "new").error().field == "new");
    CHECK(takes(std::string(128, 'x')));
    CHECK_FALSE(takes(std::string(129, 'x')));
    CHECK_FALSE(takes(std::string(12, '\xff')));
    CHECK_FALSE(takes(std::string("a nul \0 in the middle", 21)));
    CHECK(takes("äöüäöüäöüäöü"));
}

TEST_CASE("what everybody tries first is refused, in any case") {
    CHECK_FALSE(takes("password1234"));
    CHECK_FALSE(takes("PassWord1234"));
    CHECK_FALSE(takes("123456789012"));
    CHECK_FALSE(takes("zaq12wsxcde3"));
    CHECK(takes("password 1234 but longer"));
}

TEST_CASE("a password does not hold its owner's name, address or the product's name") {
    CHECK_FALSE(takes("ADA.lovelace@example.com"));
    CHECK_FALSE(takes("my-Lovelace-2026"));
    CHECK_FALSE(takes("Patrol2026!!"));
    CHECK(takes("a canada of adages"));  // "Ada" is too short to mean anything
    CHECK(check_password_rules("long enough text", {}));
    CHECK(check_password_rules("long enough text", {.email = "@", .name = "   "}));
}

}  // namespace patrol::crypto

#include "base/encoding.h"

#include <doctest/doctest.h>

#include <random>

using namespace patrol;

TEST_CASE("encoding: a text is UTF-8 without a zero byte, wherever in it and however long") {
    CHECK(is_text(""));
    for (std::size_t size = 1; size < 40; ++size)
        for (std::size_t at = 0; at < size; ++at) {
            const auto with = [&](std::string_view part) {
                return std::string(at, 'a').append(part).append(size - at, '~');
            };
            CHECK(is_text(with("\x7f\x01 ")));
            CHECK(is_text(with("\u00e9\u20ac")));
            CHECK_FALSE(is_text(with(std::string_view("\0", 1))));
            CHECK_FALSE(is_text(with(std::string_view("\u00e9\0", 3))));
            CHECK_FALSE(is_text(with("\xc3")));
            CHECK_FALSE(is_text(with("\x80")));
        }
}

TEST_CASE("encoding: what a database keeps of a text") {
    using namespace std::string_literals;
    CHECK(storable("plain", 5) == "plain");
    CHECK(storable("\0a\0"s, 100) ==
          "\xEF\xBF\xBD"
          "a"
          "\xEF\xBF\xBD");
    CHECK(storable("ab\xC3\xA9", 3) == "ab");
    CHECK(storable("ab\xC3\xA9", 4) == "ab\xC3\xA9");
    CHECK(storable("\0"s, 2).empty());
    CHECK(storable("", 0).empty());
}

TEST_CASE("every encoding gives the bytes back") {
    std::mt19937 random(7);
    for (int length = 0; length < 70; ++length) {
        std::string bytes;
        for (int i = 0; i < length; ++i) bytes.push_back(static_cast<char>(random()));
        CHECK(from_hex(to_hex(as_bytes(bytes))) == bytes);
        CHECK(from_base64(to_base64(as_bytes(bytes))) == bytes);
        CHECK(from_base64url(to_base64url(as_bytes(bytes))) == bytes);
        CHECK(percent_decode(percent_encode(bytes)) == bytes);
    }
}

TEST_CASE("the vectors of RFC 4648") {
    CHECK(to_base64(as_bytes("foobar")) == "Zm9vYmFy");
    CHECK(to_base64(as_bytes("fo")) == "Zm8=");
    CHECK(to_base32(as_bytes("foobar")) == "mzxw6ytboi");
}

TEST_CASE("what is not exactly the form is refused") {
    CHECK_FALSE(from_hex("abc"));
    CHECK_FALSE(from_hex("zz"));
    CHECK_FALSE(from_base64("Zm9"));
    CHECK_FALSE(from_base64("Zm9="));  // non-zero left-over bits
    CHECK_FALSE(from_base64("Z==="));
    CHECK_FALSE(percent_decode("%4"));
    CHECK_FALSE(percent_decode("%zz"));
}

TEST_CASE("percent-encoding keeps the slash only when asked") {
    CHECK(percent_encode("a/b c~") == "a%2Fb%20c~");
    CHECK(percent_encode("a/b", KeepSlash::yes) == "a/b");
}

TEST_CASE("UTF-8 is checked") {
    CHECK(is_utf8("plain, \xC3\xA9, \xF0\x9F\x98\x80"));
    CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
    CHECK_FALSE(is_utf8("\xE2\x82"));          // cut
    for (std::size_t before = 0; before < 20; ++before) {
        const std::string start(before, 'a');
        CHECK(is_utf8(start));
        CHECK(is_utf8(start + "\xC3\xA9" + start));
        CHECK_FALSE(is_utf8(start + "\xC3" + start));
        CHECK_FALSE(is_utf8(start + "\x80" + start));
    }
}

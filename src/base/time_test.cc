#include "base/time.h"

#include <doctest/doctest.h>

using namespace patrol;

TEST_CASE("RFC 3339 times survive a round trip") {
    for (std::int64_t ms : {0LL, 1LL, 999LL, 1763802000123LL, 253402300799999LL, -1LL}) {
        auto parsed = parse_rfc3339(to_rfc3339({ms}));
        REQUIRE(parsed);
        CHECK(parsed->ms == ms);
    }
}

TEST_CASE("offsets and fractions are understood") {
    CHECK(parse_rfc3339("2026-11-22T09:00:00Z")->ms == parse_rfc3339("2026-11-22T10:30:00+01:30")->ms);
    CHECK(parse_rfc3339("2026-11-22T09:00:00.123456789Z")->ms % 1000 == 123);
}

TEST_CASE("what is no time is refused") {
    for (auto text : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z",
                      "2026-11-22T09:00:00", "2026-11-22T09:00:00Zx", "2026-11-22T09:00:00+1:00",
                      "2026-11-22T09:00:00.Z", "-026-11-22T09:00:00Z"})
        CHECK_FALSE(parse_rfc3339(text));
}

TEST_CASE("HTTP dates and SigV4 dates") {
    auto date = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    REQUIRE(date);
    CHECK(to_amz_date(*date) == "19941106T084937Z");
    CHECK_FALSE(parse_http_date("yesterday"));
}

TEST_CASE("times of every size are written like the C library's") {
    for (const std::int64_t ms :
         {std::int64_t(0), std::int64_t(-1), std::int64_t(1'709'164'800'000), std::int64_t(951'782'399'999),
          std::int64_t(253'402'300'799'999), std::int64_t(253'402'300'800'000),
          std::int64_t(-62'167'219'200'000), std::int64_t(-62'135'596'800'001)}) {
        const auto seconds = (ms - (ms % 1000 + 1000) % 1000) / 1000;
        std::tm tm{};
        const auto time = static_cast<std::time_t>(seconds);
        gmtime_r(&time, &tm);
        CHECK(to_rfc3339(Timestamp{ms}) ==
              fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                          tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, ms - seconds * 1000));
    }
}

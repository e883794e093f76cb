#include "cli/local_time.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cli;

namespace {

// The rule of Berlin, written out: a machine may have no table of time zones.
class Zone {
public:
    explicit Zone(const char* rule) {
        if (const char* old = std::getenv("TZ")) old_ = old;
        setenv("TZ", rule, 1);
        tzset();
    }
    ~Zone() {
        old_.empty() ? unsetenv("TZ") : setenv("TZ", old_.c_str(), 1);
        tzset();
    }

private:
    std::string old_;
};

constexpr auto berlin = "CET-1CEST,M3.5.0,M10.5.0/3";

std::string at(std::string_view text, std::string_view now) {
    const auto time = parse_local_time(text, *parse_rfc3339(now));
    return time ? to_rfc3339(*time).substr(0, 16) : "none";
}

}  // namespace

TEST_CASE("an hour of the day is the next one in local time") {
    const Zone zone(berlin);
    CHECK(at("22:00", "2026-11-22T12:00:00Z") == "2026-11-22T21:00");
    CHECK(at("22:00", "2026-11-22T21:00:00Z") == "2026-11-23T21:00");
    CHECK(at("9:30", "2026-11-22T12:00:00Z") == "2026-11-23T08:30");
    CHECK(at("22:00", "2026-07-01T12:00:00Z") == "2026-07-01T20:00");
    // Over the end of the month, and into the day with 25 hours.
    CHECK(at("01:00", "2026-11-30T12:00:00Z") == "2026-12-01T00:00");
    CHECK(at("12:00", "2026-10-24T20:00:00Z") == "2026-10-25T11:00");
}

TEST_CASE("a date with an hour, and an exact time") {
    const Zone zone(berlin);
    CHECK(at("2026-11-23 06:15", "2026-11-22T12:00:00Z") == "2026-11-23T05:15");
    CHECK(at("2026-11-23T06:15", "2026-11-22T12:00:00Z") == "2026-11-23T05:15");
    CHECK(at("2026-11-23T06:15:00+05:30", "2026-11-22T12:00:00Z") == "2026-11-23T00:45");
    CHECK(at("2026-11-23T06:15:00Z", "2026-11-22T12:00:00Z") == "2026-11-23T06:15");
}

TEST_CASE("what is no time is none") {
    const Zone zone(berlin);
    for (const auto* text : {"", "22", "24:00", "22:60", "22:0", "-1:00", "1:-1", "tomorrow",
                             "2026-02-30 10:00", "2026-13-01 10:00", "2026-11-22", "2026-11-22 ",
                             "2026-11-22 25:00", "2026/11/22 10:00", "22:00:00", "122:00"})
        CHECK_MESSAGE(at(text, "2026-11-22T12:00:00Z") == "none", text);
    CHECK(at("2026-03-29 02:30", "2026-03-01T00:00:00Z") == "none");  // the clock jumps over it
}

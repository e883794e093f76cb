#include "base/time.h"

#include <charconv>
#include <ctime>
#include <thread>

#include <fmt/format.h>

namespace patrol {
namespace {

std::tm to_utc(std::int64_t seconds) {
    std::tm tm{};
    auto time = static_cast<std::time_t>(seconds);
    gmtime_r(&time, &tm);
    return tm;
}

std::int64_t floor_seconds(Timestamp time) {
    return time.ms >= 0 ? time.ms / 1000 : -((-time.ms + 999) / 1000);
}

// Exactly `digits` decimal digits at `pos`, advancing it.
std::optional<int> number(std::string_view text, std::size_t& pos, std::size_t digits) {
    if (pos + digits > text.size()) return {};
    int value = 0;
    const char* end = text.data() + pos + digits;
    auto [at, error] = std::from_chars(text.data() + pos, end, value);
    if (error != std::errc{} || at != end || text[pos] == '-') return {};
    pos += digits;
    return value;
}

bool literal(std::string_view text, std::size_t& pos, std::string_view any_of) {
    if (pos >= text.size() || any_of.find(text[pos]) == std::string_view::npos) return false;
    ++pos;
    return true;
}

std::optional<std::int64_t> civil_ms(int year, int month, int day, int hour, int minute, int second) {
    using namespace std::chrono;
    year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return {};
    auto at = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
    return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

// Fraction after the dot, as milliseconds.
std::optional<int> fraction_ms(std::string_view text, std::size_t& pos) {
    std::size_t start = pos;
    int ms = 0;
    int weight = 100;
    for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos, weight /= 10)
        ms += (text[pos] - '0') * weight;
    if (pos == start || pos - start > 9) return {};
    return ms;
}

std::optional<int> offset_minutes(std::string_view text, std::size_t& pos) {
    if (literal(text, pos, "Zz")) return 0;
    bool minus = pos < text.size() && text[pos] == '-';
    if (!literal(text, pos, "+-")) return {};
    auto hours = number(text, pos, 2);
    if (!hours || *hours > 23 || !literal(text, pos, ":")) return {};
    auto minutes = number(text, pos, 2);
    if (!minutes || *minutes > 59) return {};
    int total = *hours * 60 + *minutes;
    return minus ? -total : total;
}

constexpr std::int64_t seconds_a_day = 86'400;
// Of the years 0000 to 9999, which four digits can write.
constexpr std::int64_t first_day = -719'528, last_day = 2'932'896;

void put_digits(std::string& text, std::size_t at, std::size_t digits, std::int64_t value) {
    for (std::size_t i = digits; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string to_rfc3339(Timestamp time) {
    const auto seconds = floor_seconds(time);
    const auto day =
        seconds >= 0 ? seconds / seconds_a_day : -((-seconds + seconds_a_day - 1) / seconds_a_day);
    if (day < first_day || day > last_day) {
        const auto tm = to_utc(seconds);
        return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                           tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, time.ms - seconds * 1000);
    }
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    const auto of_day = seconds - day * seconds_a_day;
    // Lists show thousands of times: written without a format string.
    std::string text = "0000-00-00T00:00:00.000Z";
    put_digits(text, 0, 4, static_cast<int>(date.year()));
    put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
    put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
    put_digits(text, 11, 2, of_day / 3600);
    put_digits(text, 14, 2, of_day / 60 % 60);
    put_digits(text, 17, 2, of_day % 60);
    put_digits(text, 20, 3, time.ms - seconds * 1000);
    return text;
}

std::string to_amz_date(Timestamp time) {
    auto tm = to_utc(floor_seconds(time));
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                       tm.tm_hour, tm.tm_min, tm.tm_sec);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
    std::size_t pos = 0;
    auto year = number(text, pos, 4);
    if (!year || !literal(text, pos, "-")) return {};
    auto month = number(text, pos, 2);
    if (!month || !literal(text, pos, "-")) return {};
    auto day = number(text, pos, 2);
    if (!day || !literal(text, pos, "Tt ")) return {};
    auto hour = number(text, pos, 2);
    if (!hour || !literal(text, pos, ":")) return {};
    auto minute = number(text, pos, 2);
    if (!minute || !literal(text, pos, ":")) return {};
    auto second = number(text, pos, 2);
    if (!second) return {};
    int fraction = 0;
    if (literal(text, pos, ".")) {
        auto parsed = fraction_ms(text, pos);
        if (!parsed) return {};
        fraction = *parsed;
    }
    auto offset = offset_minutes(text, pos);
    auto base = civil_ms(*year, *month, *day, *hour, *minute, *second);
    if (!offset || pos != text.size() || !base) return {};
    return Timestamp{*base + fraction - *offset * 60'000LL};
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
    std::tm tm{};
    std::string copy(text);
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    if (end == nullptr || *end != '\0') return {};
    auto base = civil_ms(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    if (!base) return {};
    return Timestamp{*base};
}

Timestamp SystemClock::now() const {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Millis>(since).count()};
}

std::chrono::steady_clock::time_point SystemClock::steady() const { return std::chrono::steady_clock::now(); }

void SystemClock::sleep_for(Millis duration) { std::this_thread::sleep_for(duration); }

}  // namespace patrol

#include "cli/local_time.h"

#include <charconv>
#include <ctime>

namespace patrol::cli {
namespace {

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size())
        return {};
    return value;
}

struct HourMinute {
    int hour, minute;
};

std::optional<HourMinute> clock_time(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    const auto hour = number(text.substr(0, colon));
    const auto rest = text.substr(colon + 1);
    const auto minute = number(rest);
    if (!hour || !minute || rest.size() != 2 || colon > 2 || *hour > 23 || *minute > 59) return {};
    return HourMinute{*hour, *minute};
}

std::tm local(Timestamp time) {
    std::tm tm{};
    const auto seconds = static_cast<std::time_t>(time.ms / 1000);
    localtime_r(&seconds, &tm);
    return tm;
}

// mktime() normalises what is not on the calendar or the clock: such a time is none.
std::optional<Timestamp> from_local(std::tm tm) {
    const auto wanted = tm;
    tm.tm_isdst = -1;
    const auto seconds = std::mktime(&tm);
    if (seconds == -1 || tm.tm_mday != wanted.tm_mday || tm.tm_mon != wanted.tm_mon ||
        tm.tm_hour != wanted.tm_hour)
        return {};
    return Timestamp{static_cast<std::int64_t>(seconds) * 1000};
}

std::optional<Timestamp> on_day(std::tm day, const HourMinute& at) {
    day.tm_hour = at.hour;
    day.tm_min = at.minute;
    day.tm_sec = 0;
    return from_local(day);
}

std::optional<Timestamp> with_date(std::string_view text) {
    constexpr std::size_t date_chars = 10;  // 2026-11-22
    if (text.size() < date_chars + 2 || (text[date_chars] != ' ' && text[date_chars] != 'T') ||
        text[4] != '-' || text[7] != '-')
        return {};
    const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)),
               day = number(text.substr(8, 2));
    const auto at = clock_time(text.substr(date_chars + 1));
    if (!year || !month || !day || !at) return {};
    std::tm tm{};
    tm.tm_year = *year - 1900;
    tm.tm_mon = *month - 1;
    tm.tm_mday = *day;
    return on_day(tm, *at);
}

}  // namespace

std::optional<Timestamp> parse_local_time(std::string_view text, Timestamp now) {
    if (auto exact = parse_rfc3339(text)) return exact;
    const auto at = clock_time(text);
    if (!at) return with_date(text);
    auto day = local(now);
    const auto today = on_day(day, *at);
    if (today && *today > now) return today;
    // Noon of the next day first: a day may have 23 or 25 hours.
    ++day.tm_mday;
    day.tm_hour = 12;
    day.tm_isdst = -1;
    if (std::mktime(&day) == -1) return {};
    return on_day(day, *at);
}

}  // namespace patrol::cli

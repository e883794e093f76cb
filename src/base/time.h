// Points in time and the clock they come from. Wall times are milliseconds since the Unix epoch,
// UTC; durations come from the monotonic clock. Clock is one of the product's two seams to the
// outside (the other is net::Transport): tests use testing::FakeClock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patrol {

using Millis = std::chrono::milliseconds;

struct Timestamp {
    std::int64_t ms = 0;  // since 1970-01-01T00:00:00Z; 0 = never

    [[nodiscard]] bool is_set() const { return ms != 0; }
    auto operator<=>(const Timestamp&) const = default;
    friend Timestamp operator+(Timestamp t, Millis d) { return {t.ms + d.count()}; }
    friend Timestamp operator-(Timestamp t, Millis d) { return {t.ms - d.count()}; }
    friend Millis operator-(Timestamp a, Timestamp b) { return Millis(a.ms - b.ms); }
};

std::string to_rfc3339(Timestamp time);                           // 2026-11-22T09:00:00.123Z
std::optional<Timestamp> parse_rfc3339(std::string_view text);    // any offset, up to 9 fraction digits
std::string to_amz_date(Timestamp time);                          // 20261122T090000Z (SigV4)
std::optional<Timestamp> parse_http_date(std::string_view text);  // RFC 9110 IMF-fixdate

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;                                 // wall
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;  // monotonic
    virtual void sleep_for(Millis duration) = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
    void sleep_for(Millis duration) override;
};

}  // namespace patrol

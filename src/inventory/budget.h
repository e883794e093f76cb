// A token bucket for one (region, API) of a cloud account: how fast Patrol may ask. It slows down by
// a factor when the cloud throttles and recovers slowly. Not thread-safe: its scheduler locks.
#pragma once

#include <chrono>

#include "base/time.h"

namespace patrol::inventory {

struct Rate {
    double per_second = 0;  // 0: no limit
    double burst = 1;       // calls that may go out at once after a pause
};

class Budget {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr double slow_down = 0.7;       // on a throttle, at most once a second
    static constexpr double recovery = 0.005;      // of the starting rate, on each success
    static constexpr double slowest_share = 0.05;  // of the starting rate

    Budget(Rate rate, Time now) : start_(rate), rate_(rate.per_second), tokens_(rate.burst), filled_(now) {}

    // When the next call may go out: `now` or earlier means at once.
    [[nodiscard]] Time ready_at(Time now) const;
    // May go into debt: attempts that a client made by itself.
    void take(Time now, double calls = 1);
    void give_back(double calls = 1) { tokens_ += calls; }
    void throttled(Time now, Millis pause);
    void succeeded();
    [[nodiscard]] double per_second() const { return rate_; }

private:
    [[nodiscard]] double tokens_at(Time now) const;

    Rate start_;
    double rate_;
    double tokens_;
    Time filled_;
    Time closed_until_{};
    Time slowed_{};
};

}  // namespace patrol::inventory

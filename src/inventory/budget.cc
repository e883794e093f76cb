#include "inventory/budget.h"

#include <algorithm>

namespace patrol::inventory {

using Seconds = std::chrono::duration<double>;

double Budget::tokens_at(Time now) const {
    double earned = std::max(0.0, Seconds(now - filled_).count()) * rate_;
    return std::min(start_.burst, tokens_ + earned);
}

Budget::Time Budget::ready_at(Time now) const {
    if (closed_until_ > now) return closed_until_;
    if (start_.per_second <= 0) return now;
    double tokens = tokens_at(now);
    if (tokens >= 1) return now;
    // A microsecond more, so that rounding never finds the token missing by a hair.
    auto wait = Seconds((1 - tokens) / rate_) + std::chrono::microseconds(1);
    return now + std::chrono::duration_cast<Time::duration>(wait);
}

void Budget::take(Time now, double calls) {
    if (start_.per_second <= 0) return;
    tokens_ = tokens_at(now) - calls;
    filled_ = now;
}

void Budget::throttled(Time now, Millis pause) {
    closed_until_ = std::max(closed_until_, now + pause);
    if (slowed_ != Time{} && now - slowed_ < std::chrono::seconds(1)) return;
    slowed_ = now;
    tokens_ = std::min(tokens_at(now), 0.0);
    filled_ = now;
    rate_ = std::max(start_.per_second * slowest_share, rate_ * slow_down);
}

void Budget::succeeded() { rate_ = std::min(start_.per_second, rate_ + start_.per_second * recovery); }

}  // namespace patrol::inventory

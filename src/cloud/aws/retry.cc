#include "cloud/aws/retry.h"

#include <algorithm>

namespace patrol::aws {

int& RetryQuota::tokens(std::string_view region, std::string_view service) {
    return tokens_.try_emplace(fmt::format("{}/{}", region, service), capacity).first->second;
}

bool RetryQuota::take(std::string_view region, std::string_view service, int cost) {
    std::scoped_lock lock(mutex_);
    int& left = tokens(region, service);
    if (left < cost) return false;
    left -= cost;
    return true;
}

void RetryQuota::give_back(std::string_view region, std::string_view service, int taken) {
    std::scoped_lock lock(mutex_);
    int& left = tokens(region, service);
    left = std::min(capacity, left + std::max(taken, 1));
}

Millis retry_delay(const RetryPolicy& policy, Millis base, int attempt, int retry_after_ms, double random) {
    auto ceiling = base * (std::int64_t{1} << std::clamp(attempt - 1, 0, 20));
    ceiling = std::min<Millis>(ceiling, policy.longest_wait);
    auto delay = Millis(static_cast<std::int64_t>(random * static_cast<double>(ceiling.count())));
    return std::max(delay, std::min(Millis(retry_after_ms), policy.longest_wait));
}

}  // namespace patrol::aws

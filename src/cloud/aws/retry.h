// How long and how often to try again: full jitter on an exponential base, and a quota of retries that
// a broken service exhausts, so that it is not hammered. Source: the AWS SDKs' "standard" retry mode.
#pragma once

#include <map>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cloud/aws/client.h"

namespace patrol::aws {

// Tokens per (region, service): a retry takes some, a success gives them back. Thread-safe.
class RetryQuota {
public:
    static constexpr int capacity = 500;
    static constexpr int retry_cost = 5;
    static constexpr int timeout_cost = 10;

    bool take(std::string_view region, std::string_view service, int cost);
    // `taken`: what the call's last retry cost; 0 for a success at once, which gives one token.
    void give_back(std::string_view region, std::string_view service, int taken);

private:
    int& tokens(std::string_view region, std::string_view service);
    std::mutex mutex_;
    std::map<std::string, int, std::less<>> tokens_;
};

// rand(0, 1) * min(base * 2^(attempt - 1), longest), but never less than the peer asked for.
Millis retry_delay(const RetryPolicy& policy, Millis base, int attempt, int retry_after_ms, double random);

}  // namespace patrol::aws

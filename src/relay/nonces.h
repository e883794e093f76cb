// The nonces of signed requests, for as long as a request with one would be timely: none is taken twice.
// Thread-safe. Bounded: a collector that has used up its share is asked to wait, never forgotten early.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/time.h"
#include "relay/signature.h"

namespace patrol::relay {

inline constexpr auto nonce_age = 2 * clock_skew_max;
inline constexpr std::size_t bodies_per_collector = 4;  // large ones, read at once
inline constexpr auto body_time = std::chrono::seconds(60);
inline constexpr std::size_t nonces_per_collector = 16'384;  // 68 requests a second

class NonceMemory {
public:
    explicit NonceMemory(Clock& clock) : clock_(clock) {}

    // Kind::conflict, code "replayed", for one that was taken; Kind::throttled where there are too many.
    Result<void> take(const CollectorId& collector, const std::string& nonce);
    // Before the large body of a request is read: Kind::throttled where so many of this collector are on
    // their way already. It has arrived with take(), or counts no more after body_time.
    Result<void> expect_body(const CollectorId& collector, const std::string& nonce);
    // Whether it was taken, without taking it.
    [[nodiscard]] bool was_taken(const CollectorId& collector, const std::string& nonce);

    static Error replayed();

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Used {
        std::unordered_set<std::string> nonces;
        std::deque<std::pair<Time, std::string>> by_age;
        std::unordered_map<std::string, Time> expected;
    };
    void forget_old(Time now);

    Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<CollectorId, Used> used_;
    Time swept_{};
};

}  // namespace patrol::relay

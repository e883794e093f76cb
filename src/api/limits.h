// Limits on guessing: attempts by key (address, address and e-mail, token prefix) in a time window. An
// attempt is counted before it is tried, so that many at once gain nothing, and given back when it was
// good. In memory and bounded: with too many keys the oldest windows go first.
#pragma once

#include <chrono>
#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"

namespace patrol::api {

class AttemptLimiter {
public:
    struct Rule {
        int attempts = 10;
        std::chrono::seconds window = std::chrono::seconds(60);
        std::size_t keys_max = 50'000;
    };
    AttemptLimiter(Clock& clock, Rule rule) : clock_(clock), rule_(rule) {}

    // Kind::throttled with the time until the window ends.
    Result<void> attempt(std::string_view key);
    void give_back(std::string_view key);

private:
    struct Window {
        std::chrono::steady_clock::time_point start;
        int used = 0;
    };
    void make_room(std::chrono::steady_clock::time_point now);

    Clock& clock_;
    Rule rule_;
    std::mutex mutex_;
    std::unordered_map<std::string, Window> windows_;
};

class Limits {
public:
    explicit Limits(Clock& clock)
        : login_by_user(clock, {.attempts = 10, .window = std::chrono::minutes(5)}),
          login_by_address(clock, {.attempts = 100, .window = std::chrono::minutes(1)}),
          connect_by_address(clock, {.attempts = 10, .window = std::chrono::minutes(1)}),
          connect_by_token(clock, {.attempts = 5, .window = std::chrono::minutes(1)}),
          second_factor_by_user(clock, {.attempts = 5, .window = std::chrono::minutes(15)}),
          link_by_address(clock, {.attempts = 10, .window = std::chrono::minutes(1)}),
          setup_by_address(clock, {.attempts = 10, .window = std::chrono::minutes(1)}),
          bearer_by_address(clock, {.attempts = 100, .window = std::chrono::minutes(1)}),
          recorded_refusals(clock, {.attempts = limits::audit_refusals, .window = std::chrono::minutes(1)}),
          recorded_throttles(clock, {.attempts = 1, .window = std::chrono::minutes(1)}) {}

    // Each keeps a thread of the server while a collector comes, and collectors need threads to come.
    static constexpr std::ptrdiff_t collector_tests_at_once = 3;
    std::counting_semaphore<collector_tests_at_once> collector_tests{collector_tests_at_once};

    AttemptLimiter login_by_user;  // key: address and e-mail; who is signed in already: the user's id
    AttemptLimiter login_by_address;
    AttemptLimiter connect_by_address;
    AttemptLimiter connect_by_token;       // key: the token's first characters
    AttemptLimiter second_factor_by_user;  // from wherever: whoever tries knows the password
    AttemptLimiter link_by_address;
    AttemptLimiter setup_by_address;
    AttemptLimiter bearer_by_address;
    // What of refusals goes into the audit log; key: address and caller.
    AttemptLimiter recorded_refusals;
    AttemptLimiter recorded_throttles;
};

}  // namespace patrol::api

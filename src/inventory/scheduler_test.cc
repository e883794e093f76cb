#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "inventory/scheduler.h"

namespace patrol::inventory {

using namespace std::chrono_literals;

TEST_CASE("budget: a burst at once, then one call after another") {
    Budget::Time now{};
    Budget budget({.per_second = 10, .burst = 2}, now);
    budget.take(now);
    CHECK(budget.ready_at(now) == now);
    budget.take(now);
    CHECK(budget.ready_at(now) > now);
    CHECK(budget.ready_at(now) <= now + 101ms);
    now += 1s;
    budget.take(now, 12);  // attempts that were made without asking are owed
    CHECK(budget.ready_at(now) >= now + 1s);
}

TEST_CASE("budget: slower by 0.7 on a throttle, once a second at most, and slowly back") {
    Budget::Time now{};
    Budget budget({.per_second = 10, .burst = 10}, now);
    now += 5s;
    budget.throttled(now, 2000ms);
    budget.throttled(now, 1000ms);
    CHECK(budget.per_second() == doctest::Approx(7));
    CHECK(budget.ready_at(now) == now + 2s);
    for (int i = 0; i < 10'000; ++i) budget.succeeded();
    CHECK(budget.per_second() == doctest::Approx(10));
    for (int i = 0; i < 100; ++i) budget.throttled(now += 2s, 0ms);
    CHECK(budget.per_second() == doctest::Approx(10 * Budget::slowest_share));
    CHECK(Budget({}, now).ready_at(now) == now);
}

TEST_CASE("scheduler: a slow lane holds no other up, and no thread waits for it") {
    SystemClock clock;
    Scheduler scheduler(clock, 2);
    auto slow = scheduler.lane("slow", {.per_second = 20, .burst = 1});
    auto fast = scheduler.lane("fast", {});
    std::atomic<int> slow_done{0}, fast_done{0};
    std::chrono::steady_clock::time_point fast_end;
    for (int i = 0; i < 10; ++i) scheduler.post(slow, Scheduler::Order::begin, [&] { ++slow_done; });
    for (int i = 0; i < 100; ++i)
        scheduler.post(fast, Scheduler::Order::begin, [&] {
            if (++fast_done == 100) fast_end = clock.steady();
        });
    auto begin = clock.steady();
    CHECK(scheduler.run({}) == Scheduler::End::done);
    CHECK(slow_done == 10);
    CHECK(fast_done == 100);
    CHECK(fast_end - begin < 200ms);
    CHECK(clock.steady() - begin >= 440ms);
}

TEST_CASE("scheduler: jobs that go on come before jobs that begin") {
    SystemClock clock;
    Scheduler scheduler(clock, 1);
    auto lane = scheduler.lane("lane", {});
    std::string order;
    scheduler.post(lane, Scheduler::Order::begin, [&] {
        order += 'a';
        scheduler.post(lane, Scheduler::Order::begin, [&] { order += 'd'; });
        scheduler.post(lane, Scheduler::Order::go_on, [&] { order += 'b'; });
    });
    scheduler.post(lane, Scheduler::Order::begin, [&] { order += 'c'; });
    scheduler.run({});
    CHECK(order == "abcd");
}

TEST_CASE("scheduler: stop, deadline, abandon and exceptions end it") {
    SystemClock clock;
    Scheduler scheduler(clock, 2);
    std::stop_source stop;
    SUBCASE("stop") {
        scheduler.post(Scheduler::free_lane, Scheduler::Order::begin, [] { FAIL("must not run"); }, 10s);
        std::jthread stopper([&] {
            std::this_thread::sleep_for(30ms);
            stop.request_stop();
        });
        CHECK(scheduler.run(stop.get_token()) == Scheduler::End::stopped);
    }
    SUBCASE("deadline") {
        scheduler.post(Scheduler::free_lane, Scheduler::Order::begin, [] { FAIL("must not run"); }, 10s);
        CHECK(scheduler.run({}, clock.steady() + 30ms) == Scheduler::End::deadline);
    }
    SUBCASE("abandon") {
        scheduler.post(Scheduler::free_lane, Scheduler::Order::begin, [&] { scheduler.abandon(); });
        scheduler.post(Scheduler::free_lane, Scheduler::Order::begin, [] { FAIL("must not run"); }, 10s);
        CHECK(scheduler.run({}) == Scheduler::End::stopped);
    }
    SUBCASE("an exception is a fault, not the end of the program") {
        scheduler.post(Scheduler::free_lane, Scheduler::Order::begin,
                       [] { throw std::runtime_error("boom"); });
        CHECK(scheduler.run({}) == Scheduler::End::done);
        REQUIRE(scheduler.failure());
        CHECK(scheduler.failure()->detail == "boom");
    }
}

}  // namespace patrol::inventory

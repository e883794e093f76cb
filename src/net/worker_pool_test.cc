#include "net/worker_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>

using namespace patrol::net;

TEST_CASE("every task runs once, whoever submits it") {
    std::atomic<int> done = 0;
    {
        WorkerPool pool(8, 100'000, 2);
        std::vector<std::thread> callers;
        for (int caller = 0; caller < 4; ++caller)
            callers.emplace_back([&] {
                for (int i = 0; i < 5'000; ++i) CHECK(pool.submit([&] { ++done; }));
            });
        for (auto& caller : callers) caller.join();
    }
    CHECK(done == 20'000);
}

TEST_CASE("tasks that block do not keep others from running, up to the number of threads") {
    std::latch all_there(8);
    std::atomic<int> through = 0;
    WorkerPool pool(8, 100, 1);
    for (int i = 0; i < 8; ++i)
        CHECK(pool.submit([&] {
            all_there.arrive_and_wait();  // only once all eight run at the same time
            ++through;
        }));
    pool.finish();
    CHECK(through == 8);
}

TEST_CASE("a task that comes alone, again and again, is always taken") {
    WorkerPool pool(3, 10, 1);
    for (int i = 0; i < 500; ++i) {
        std::latch ran(1);
        REQUIRE(pool.submit([&] { ran.count_down(); }));
        ran.wait();
        if (i % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

TEST_CASE("a full queue and a pool that has finished take nothing") {
    std::latch started(1), go(1);
    WorkerPool pool(1, 1, 1);
    REQUIRE(pool.submit([&] {
        started.count_down();
        go.wait();
    }));
    started.wait();
    CHECK(pool.submit([] {}));
    CHECK_FALSE(pool.submit([] {}));
    go.count_down();
    pool.finish();
    CHECK_FALSE(pool.submit([] {}));
}

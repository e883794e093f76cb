// A fixed number of threads and a bounded queue before them. Most tasks are short: for those no more threads
// are woken than the machine has processors, since each more only costs switches between them. A task that
// has run, or waited, for longer than `patience` is taken for one that blocks: the next gets another thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace patrol::net {

class WorkerPool {
public:
    static constexpr auto patience = std::chrono::microseconds(500);

    // `at_once`: threads for short tasks; 0: as many as there are processors.
    WorkerPool(std::size_t threads, std::size_t queued_max, std::size_t at_once = 0);
    ~WorkerPool() { finish(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // False where the queue is full or the pool has finished; the task is then not taken.
    bool submit(std::function<void()> task);
    // Runs what is queued, then ends the threads. Not from a task.
    void finish();

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Queued {
        std::function<void()> task;
        Time since;
    };
    void run(std::size_t thread);
    // The next task, once this thread may run it; empty at the end. Says whether another should be called.
    std::optional<std::function<void()>> take(std::size_t thread, bool& calls);
    void wait_for_call(std::unique_lock<std::mutex>& lock);
    // These hold the mutex.
    [[nodiscard]] std::size_t fresh(Time now) const;
    [[nodiscard]] bool may_start(Time now) const;
    bool should_call(Time now);

    std::size_t queued_max_, at_once_;
    std::mutex mutex_;
    std::condition_variable called_one_;  // idle threads wait here
    std::condition_variable watch_;       // the one that looks after the queue while enough others run
    std::deque<Queued> queue_;
    std::vector<Time> started_;  // by thread; Time() where it runs nothing
    std::size_t idle_ = 0, called_ = 0;
    bool is_watched_ = false;
    bool finishing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace patrol::net

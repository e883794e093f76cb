// A fixed number of threads and a bounded queue before them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace patrol::net {

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t queued_max);
    ~WorkerPool() { finish(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // False where the queue is full or the pool has finished; the task is then not taken.
    bool submit(std::function<void()> task);
    // Runs what is queued, then ends the threads. Not from a task.
    void finish();

private:
    void run();

    std::size_t queued_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    bool finishing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace patrol::net

#include "net/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace patrol::net {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queued_max, std::size_t at_once)
    : queued_max_(queued_max),
      at_once_(std::max<std::size_t>(at_once == 0 ? std::thread::hardware_concurrency() : at_once, 1)),
      started_(std::max<std::size_t>(threads, 1)) {
    for (std::size_t i = 0; i < started_.size(); ++i) threads_.emplace_back([this, i] { run(i); });
}

bool WorkerPool::submit(std::function<void()> task) {
    const Time now = std::chrono::steady_clock::now();
    bool calls = false;
    {
        const std::lock_guard lock(mutex_);
        if (finishing_ || queue_.size() >= queued_max_) return false;
        queue_.push_back({std::move(task), now});
        calls = should_call(now);
    }
    if (calls) called_one_.notify_one();
    return true;
}

void WorkerPool::finish() {
    {
        const std::lock_guard lock(mutex_);
        finishing_ = true;
    }
    called_one_.notify_all();
    watch_.notify_all();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::size_t WorkerPool::fresh(Time now) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        started_, [now](Time start) { return start != Time() && now - start < patience; }));
}

bool WorkerPool::may_start(Time now) const {
    return finishing_ || fresh(now) < at_once_ || now - queue_.front().since >= patience;
}

// True where an idle thread is to be woken: to run a task, or to watch over the queue.
bool WorkerPool::should_call(Time now) {
    if (queue_.empty() || idle_ <= called_) return false;
    const bool runs = fresh(now) + called_ < at_once_;
    const bool watches = !is_watched_ && called_ == 0;
    if (!runs && !watches) return false;
    ++called_;
    return true;
}

void WorkerPool::wait_for_call(std::unique_lock<std::mutex>& lock) {
    ++idle_;
    called_one_.wait(lock);
    --idle_;
    if (called_ > 0) --called_;
}

std::optional<std::function<void()>> WorkerPool::take(std::size_t thread, bool& calls) {
    std::unique_lock lock(mutex_);
    started_[thread] = Time();
    while (!finishing_ || !queue_.empty()) {
        const Time now = std::chrono::steady_clock::now();
        if (queue_.empty() || (is_watched_ && !may_start(now))) {
            wait_for_call(lock);
        } else if (!may_start(now)) {
            is_watched_ = true;
            watch_.wait_for(lock, patience);
            is_watched_ = false;
        } else {
            std::function<void()> task = std::move(queue_.front().task);
            queue_.pop_front();
            started_[thread] = now;
            calls = should_call(now);
            return task;
        }
    }
    return std::nullopt;
}

void WorkerPool::run(std::size_t thread) {
    pthread_setname_np(pthread_self(), "http-worker");
    bool calls = false;
    while (auto task = take(thread, calls)) {
        if (std::exchange(calls, false)) called_one_.notify_one();
        (*task)();
    }
}

}  // namespace patrol::net

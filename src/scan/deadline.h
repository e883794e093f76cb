// A stop token that fires when time is up or when an outer one does. Real time: what it bounds are
// waits on a network.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/time.h"

namespace patrol::scan {

class Deadline {
public:
    Deadline(Clock& clock, Millis limit, std::stop_token outer = {})
        : clock_(clock),
          end_(clock.steady() + limit),
          forward_(std::move(outer), [this] { source_.request_stop(); }),
          timer_([this, limit](std::stop_token done) {
              std::mutex mutex;
              std::unique_lock lock(mutex);
              std::condition_variable_any wake;
              wake.wait_for(lock, done, limit, [] { return false; });
              if (!done.stop_requested()) source_.request_stop();
          }) {}

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
    [[nodiscard]] Millis left() const { return std::chrono::duration_cast<Millis>(end_ - clock_.steady()); }

private:
    Clock& clock_;
    std::chrono::steady_clock::time_point end_;
    std::stop_source source_;
    std::stop_callback<std::function<void()>> forward_;
    std::jthread timer_;
};

}  // namespace patrol::scan

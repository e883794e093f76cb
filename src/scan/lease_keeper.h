// Keeps a job's lease for its life, from a thread of its own, and says when it is lost.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "store/jobs.h"

namespace patrol::scan {

class LeaseKeeper {
public:
    // `stop`: what else ends the work.
    LeaseKeeper(store::Jobs& jobs, const store::Job& job, Clock& clock, std::stop_token stop);

    // Stop is requested when the lease is lost, or `stop` was.
    [[nodiscard]] std::stop_token token() const { return lost_.get_token(); }

private:
    void keep(std::stop_token end);

    store::Jobs& jobs_;
    const store::Job& job_;
    Clock& clock_;
    std::stop_source lost_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    std::stop_callback<std::function<void()>> on_stop_;
    std::jthread thread_;  // last: it uses all the others
};

}  // namespace patrol::scan

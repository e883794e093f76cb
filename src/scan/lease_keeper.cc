#include "scan/lease_keeper.h"

#include "base/limits.h"

namespace patrol::scan {

LeaseKeeper::LeaseKeeper(store::Jobs& jobs, const store::Job& job, Clock& clock, std::stop_token stop)
    : jobs_(jobs),
      job_(job),
      clock_(clock),
      on_stop_(std::move(stop), [this] { lost_.request_stop(); }),
      thread_([this](std::stop_token end) { keep(end); }) {}

void LeaseKeeper::keep(std::stop_token end) {
    auto renewed_at = clock_.steady();
    std::unique_lock lock(mutex_);
    while (!woken_.wait_for(lock, end, limits::job_heartbeat, [] { return false; }) &&
           !end.stop_requested()) {
        const auto now = clock_.steady();
        const auto renewed = jobs_.heartbeat(job_, clock_.now());
        if (renewed) {
            renewed_at = now;
            continue;
        }
        // Lost for certain, or not renewed for so long that another worker may have claimed it.
        if (renewed.error().code != "lease_lost" && now - renewed_at <= limits::job_lease / 2) continue;
        lost_.request_stop();
        return;
    }
}

}  // namespace patrol::scan

#include "inventory/scheduler.h"

#include <algorithm>
#include <exception>
#include <thread>

namespace patrol::inventory {
namespace {

// The longest sleep of the thread that watches the clock. Tests' clocks run at their own pace.
constexpr auto longest_nap = std::chrono::milliseconds(20);

}  // namespace

Scheduler::Scheduler(Clock& clock, int threads) : clock_(clock), threads_(std::max(1, threads)) {
    lanes_.push_back(Lane{.budget = Budget({}, clock_.steady()), .begin = {}, .go_on = {}});
}

Scheduler::LaneId Scheduler::lane(std::string_view name, Rate rate) {
    std::lock_guard lock(mutex_);
    auto at = lane_names_.find(name);
    if (at != lane_names_.end()) return at->second;
    lanes_.push_back(Lane{.budget = Budget(rate, clock_.steady()), .begin = {}, .go_on = {}});
    lane_names_.emplace(std::string(name), lanes_.size() - 1);
    return lanes_.size() - 1;
}

void Scheduler::post(LaneId lane, Order order, Work work, Millis delay) {
    {
        std::lock_guard lock(mutex_);
        if (stopped_) return;
        ++jobs_;
        if (delay.count() > 0)
            delayed_.push({clock_.steady() + delay, lane, order, std::make_shared<Work>(std::move(work))});
        else
            add(lane, order, std::move(work));
    }
    changed_.notify_one();
}

void Scheduler::add(LaneId lane, Order order, Work&& work) {
    auto& target = lanes_[lane];
    (order == Order::begin ? target.begin : target.go_on).push_back(std::move(work));
    if (!target.queued) queue(lane, clock_.steady());
}

void Scheduler::queue(LaneId lane, Time now) {
    lanes_[lane].queued = true;
    Time at = lanes_[lane].budget.ready_at(now);
    if (at <= now)
        ready_.push_back(lane);
    else
        waiting_.push({at, lane});
}

void Scheduler::admit_due(Time now) {
    while (!delayed_.empty() && delayed_.top().at <= now) {
        auto due = delayed_.top();
        delayed_.pop();
        add(due.lane, due.order, std::move(*due.work));
    }
    while (!waiting_.empty() && waiting_.top().at <= now) {
        LaneId lane = waiting_.top().lane;
        waiting_.pop();
        queue(lane, now);
    }
}

std::optional<Scheduler::Work> Scheduler::take(Time now) {
    while (!ready_.empty()) {
        LaneId id = ready_.front();
        ready_.pop_front();
        auto& lane = lanes_[id];
        if (lane.budget.ready_at(now) > now) {  // throttled in the meantime
            queue(id, now);
            continue;
        }
        auto& jobs = lane.go_on.empty() ? lane.begin : lane.go_on;
        Work job = std::move(jobs.front());
        jobs.pop_front();
        lane.budget.take(now);
        lane.queued = false;
        if (!lane.empty()) queue(id, now);
        return job;
    }
    return {};
}

bool Scheduler::nothing_left() const { return jobs_ == 0 && running_ == 0; }

void Scheduler::wait(std::unique_lock<std::mutex>& lock, Time now) {
    if (timed_wait_) {
        changed_.wait(lock);
        return;
    }
    Time next = deadline_;
    if (!waiting_.empty()) next = std::min(next, waiting_.top().at);
    if (!delayed_.empty()) next = std::min(next, delayed_.top().at);
    auto nap = std::min<std::chrono::nanoseconds>(next - now, longest_nap);
    timed_wait_ = true;
    changed_.wait_for(lock, std::max<std::chrono::nanoseconds>(nap, std::chrono::microseconds(50)));
    timed_wait_ = false;
}

void Scheduler::perform(Work&& job) {
    Work mine = std::move(job);
    try {
        mine();
    } catch (const std::exception& problem) {
        std::lock_guard lock(mutex_);
        if (!failure_)
            failure_ = Error{.message = "The scan ran into an internal error.", .detail = problem.what()};
    }
}

void Scheduler::work() {
    std::unique_lock lock(mutex_);
    while (!stopped_ && !nothing_left()) {
        Time now = clock_.steady();
        if (now >= deadline_) {
            stopped_ = true;
            end_ = End::deadline;
            break;
        }
        admit_due(now);
        auto job = take(now);
        if (!job) {
            wait(lock, now);
            continue;
        }
        --jobs_;
        ++running_;
        // Another thread watches the clock, or takes the next job, while this one is busy.
        changed_.notify_one();
        lock.unlock();
        perform(std::move(*job));
        job.reset();
        lock.lock();
        --running_;
    }
    changed_.notify_all();
}

Scheduler::End Scheduler::run(std::stop_token stop, Time deadline) {
    {
        std::lock_guard lock(mutex_);
        deadline_ = deadline;
    }
    std::stop_callback on_stop(stop, [this] {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        end_ = End::stopped;
        changed_.notify_all();
    });
    {
        std::vector<std::jthread> threads;
        for (int i = 1; i < threads_; ++i) threads.emplace_back([this] { work(); });
        work();
    }
    // Dropped jobs hold references to what they would have worked on: they end here, not later.
    std::lock_guard lock(mutex_);
    for (auto& lane : lanes_) {
        lane.begin.clear();
        lane.go_on.clear();
        lane.queued = false;
    }
    ready_.clear();
    waiting_ = {};
    delayed_ = {};
    jobs_ = 0;
    return end_;
}

void Scheduler::abandon() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    end_ = End::stopped;
    changed_.notify_all();
}

void Scheduler::throttled(LaneId lane, Millis pause) {
    std::lock_guard lock(mutex_);
    lanes_[lane].budget.throttled(clock_.steady(), pause);
}

void Scheduler::succeeded(LaneId lane) {
    std::lock_guard lock(mutex_);
    lanes_[lane].budget.succeeded();
}

void Scheduler::spent(LaneId lane, int calls) {
    std::lock_guard lock(mutex_);
    lanes_[lane].budget.take(clock_.steady(), calls);
}

std::optional<Error> Scheduler::failure() const {
    std::lock_guard lock(mutex_);
    return failure_;
}

}  // namespace patrol::inventory

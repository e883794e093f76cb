// Runs many small jobs (one cloud call each) on few threads. A job belongs to a lane, the lane to a
// budget: a job is handed to a thread only when its lane may go, so no thread ever waits for a budget
// and a slow service holds nobody up. Within a lane, jobs that go on with something begun (next pages,
// details) come before jobs that begin something: few slices are open at once, which bounds memory.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <queue>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "inventory/budget.h"

namespace patrol::inventory {

class Scheduler {
public:
    using Time = std::chrono::steady_clock::time_point;
    using LaneId = std::size_t;
    using Work = std::function<void()>;
    enum class Order { begin, go_on };
    enum class End { done, stopped, deadline };

    static constexpr LaneId free_lane = 0;  // work that calls nobody

    Scheduler(Clock& clock, int threads);
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // The lane of this name; made with `rate` when it is new.
    LaneId lane(std::string_view name, Rate rate);
    // From anywhere, also from within a job. `delay` holds back this job only.
    void post(LaneId lane, Order order, Work work, Millis delay = Millis(0));

    // Until there is no job left. What was not begun when it stops is dropped.
    End run(std::stop_token stop, Time deadline = Time::max());
    // Ends run() from within a job: started jobs finish, the others are dropped.
    void abandon();

    // News of a lane's cloud.
    void throttled(LaneId lane, Millis pause);
    void succeeded(LaneId lane);
    void spent(LaneId lane, int calls);

    // The first exception that a job let out: a bug, to be reported as such.
    [[nodiscard]] std::optional<Error> failure() const;

private:
    struct Lane {
        Budget budget;
        std::deque<Work> begin, go_on;
        bool queued = false;  // in ready_ or waiting_
        [[nodiscard]] bool empty() const { return begin.empty() && go_on.empty(); }
    };
    struct Waiting {
        Time at;
        LaneId lane;
        bool operator>(const Waiting& other) const { return at > other.at; }
    };
    struct Delayed {
        Time at;
        LaneId lane;
        Order order;
        std::shared_ptr<Work> work;
        bool operator>(const Delayed& other) const { return at > other.at; }
    };
    template <class T>
    using Soonest = std::priority_queue<T, std::vector<T>, std::greater<>>;

    void work();
    void add(LaneId lane, Order order, Work&& work);
    void queue(LaneId lane, Time now);
    void admit_due(Time now);
    std::optional<Work> take(Time now);
    void wait(std::unique_lock<std::mutex>& lock, Time now);
    void perform(Work&& job);
    [[nodiscard]] bool nothing_left() const;

    Clock& clock_;
    int threads_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, LaneId, std::less<>> lane_names_;
    std::deque<Lane> lanes_;
    std::deque<LaneId> ready_;
    Soonest<Waiting> waiting_;
    Soonest<Delayed> delayed_;
    std::size_t jobs_ = 0;  // queued or delayed
    int running_ = 0;
    bool timed_wait_ = false;  // one thread watches the clock for all
    bool stopped_ = false;
    Time deadline_ = Time::max();
    End end_ = End::done;
    std::optional<Error> failure_;
};

}  // namespace patrol::inventory

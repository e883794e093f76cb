// Every call of a scan passes here: it waits for its budget, is retried when throttled, and what a
// region or service once answered is remembered, so that the same refusal is not asked for again:
//   - an answer that is no AWS answer at all: the service is asked once, in one region, never again;
//   - a server's own error page (500 without a request id): the same for that one operation;
//   - a region that does not take the account's credentials while others do: skipped from then on.
// Callbacks run on the scheduler's threads and must not block.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "inventory/aws/caller.h"
#include "inventory/scheduler.h"

namespace patrol::inventory {

struct AwsCall {
    std::string service;
    std::string operation;
    std::string region;
    json::value input;
    json::storage_ptr memory = {};  // of the answer; what owns it must live in the callback
};
using AwsDone = std::function<void(aws::CallResult&&)>;

struct CallQueueOptions {
    AwsCaller& caller;
    Scheduler& scheduler;
    Clock& clock;
    std::string home_region;  // where global services are signed
    double rate_scale = 1.0;  // 0: no budgets
    int throttle_attempts = limits::throttle_attempts;
    Millis throttle_pause{1000};  // doubled with each attempt, up to 20 s
    // Whether the credentials work at all, where a region or service refused them. Asked rarely.
    std::function<std::optional<Error>()> credentials_problem;
    std::stop_token stop;
};

class CallQueue {
public:
    explicit CallQueue(CallQueueOptions options) : options_(std::move(options)) {}

    void send(AwsCall call, Scheduler::Order order, AwsDone done);
    [[nodiscard]] std::int64_t calls() const { return calls_.load(std::memory_order_relaxed); }
    // Set where no call can work any more; the scheduler is abandoned then.
    [[nodiscard]] std::optional<Error> fatal() const;
    void fail(Error error);

private:
    struct Pending {
        AwsCall call;
        Scheduler::Order order = Scheduler::Order::begin;
        AwsDone done;
        Scheduler::LaneId lane = 0;
        int throttles = 0;
        std::string asks_for;  // the gate whose first answer this call brings
    };
    using PendingPtr = std::shared_ptr<Pending>;
    // Of a service ("ec2") or one of its operations ("ec2.DescribeVpcs").
    struct Gate {
        enum class State { unknown, asking, answers, not_aws } state = State::unknown;
        std::vector<PendingPtr> parked;  // until the first answer is there
    };

    void attempt(const PendingPtr& pending);
    void settle(const PendingPtr& pending, aws::CallResult&& result);
    void retry_throttled(const PendingPtr& pending, aws::CallError&& error);
    [[nodiscard]] std::optional<aws::CallError> refused_before(const AwsCall& call);
    [[nodiscard]] bool park(const PendingPtr& pending);
    [[nodiscard]] bool park_at(const std::string& name, const PendingPtr& pending);
    void learn(Pending& pending, const aws::CallResult& result);
    void judge_credentials(const AwsCall& call, aws::CallError& error);
    void post(const PendingPtr& pending);

    CallQueueOptions options_;
    std::atomic<std::int64_t> calls_{0};
    mutable std::mutex mutex_;
    std::map<std::string, Gate, std::less<>> gates_;
    std::set<std::string, std::less<>> regions_that_work_;
    std::map<std::string, std::string, std::less<>> closed_regions_;  // region → message
    std::optional<Error> fatal_;
};

}  // namespace patrol::inventory

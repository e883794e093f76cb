#include "inventory/aws/call_queue.h"

#include <algorithm>

#include <fmt/core.h>

#include "inventory/aws/rates.h"

namespace patrol::inventory {
namespace {

using aws::ErrorClass;

aws::CallError remembered(ErrorClass error_class, std::string code, std::string message) {
    return {
        .error = {.kind = Error::Kind::unavailable, .message = std::move(message), .code = std::move(code)},
        .error_class = error_class};
}

bool refuses_credentials(ErrorClass error_class) {
    return error_class == ErrorClass::bad_credentials || error_class == ErrorClass::expired_credentials;
}

// A server's own error page: nothing that AWS writes lacks a request id.
bool is_error_page(const aws::CallError& error) {
    return error.error_class == ErrorClass::transient && error.http_status == 500 &&
           error.request_id.empty() && error.error.code.empty();
}

std::string operation_of(const AwsCall& call) { return call.service + "." + call.operation; }

}  // namespace

void CallQueue::send(AwsCall call, Scheduler::Order order, AwsDone done) {
    auto pending = std::make_shared<Pending>();
    auto [bucket, rate] = rate_of(call.service, call.operation);
    rate.per_second *= options_.rate_scale;
    pending->lane = options_.scheduler.lane(call.region + " " + bucket, rate);
    pending->call = std::move(call);
    pending->order = order;
    pending->done = std::move(done);
    post(pending);
}

void CallQueue::post(const PendingPtr& pending) {
    options_.scheduler.post(pending->lane, pending->order, [this, pending] { attempt(pending); });
}

std::optional<aws::CallError> CallQueue::refused_before(const AwsCall& call) {
    std::lock_guard lock(mutex_);
    auto closed = closed_regions_.find(call.region);
    if (closed != closed_regions_.end())
        return remembered(ErrorClass::region_disabled, "region_closed", closed->second);
    for (const auto& name : {call.service, operation_of(call)}) {
        auto gate = gates_.find(name);
        if (gate != gates_.end() && gate->second.state == Gate::State::not_aws)
            return remembered(ErrorClass::not_aws, "not_aws_answer",
                              fmt::format("What answers for {} is not AWS.", name));
    }
    return {};
}

// The first call to a service, and the first of each operation, goes alone: its answer says whether
// there is any point in the others.
bool CallQueue::park(const PendingPtr& pending) {
    std::lock_guard lock(mutex_);
    pending->asks_for.clear();
    if (park_at(pending->call.service, pending)) return true;
    return pending->asks_for.empty() && park_at(operation_of(pending->call), pending);
}

bool CallQueue::park_at(const std::string& name, const PendingPtr& pending) {
    auto& gate = gates_[name];
    if (gate.state == Gate::State::asking) {
        gate.parked.push_back(pending);
        return true;
    }
    if (gate.state == Gate::State::unknown) {
        gate.state = Gate::State::asking;
        pending->asks_for = name;
    }
    return false;
}

void CallQueue::attempt(const PendingPtr& pending) {
    if (auto refused = refused_before(pending->call)) {
        pending->done(std::unexpected(std::move(*refused)));
        return;
    }
    if (park(pending)) return;
    const auto& call = pending->call;
    auto result = options_.caller.call({.service = call.service,
                                        .operation = call.operation,
                                        .region = call.region,
                                        .input = call.input.is_null() ? nullptr : &call.input,
                                        .memory = call.memory,
                                        .stop = options_.stop});
    calls_.fetch_add(1, std::memory_order_relaxed);
    learn(*pending, result);
    settle(pending, std::move(result));
}

void CallQueue::learn(Pending& pending, const aws::CallResult& result) {
    std::vector<PendingPtr> parked;
    {
        std::lock_guard lock(mutex_);
        if (result) regions_that_work_.insert(pending.call.region);
        if (pending.asks_for.empty()) return;
        bool not_aws = !result && result.error().error_class == ErrorClass::not_aws;
        bool error_page = !result && is_error_page(result.error());
        bool no_answer = !result && result.error().http_status == 0 && !not_aws;
        bool of_service = pending.asks_for == pending.call.service;
        auto& gate = gates_[pending.asks_for];
        parked.swap(gate.parked);
        gate.state = Gate::State::answers;
        if (no_answer || (error_page && of_service)) gate.state = Gate::State::unknown;
        if (not_aws || (error_page && !of_service)) gate.state = Gate::State::not_aws;
        if (error_page && of_service) gates_[operation_of(pending.call)].state = Gate::State::not_aws;
        pending.asks_for.clear();
    }
    for (const auto& each : parked) post(each);
}

void CallQueue::settle(const PendingPtr& pending, aws::CallResult&& result) {
    auto& scheduler = options_.scheduler;
    if (result) {
        scheduler.succeeded(pending->lane);
        pending->done(std::move(result));
        return;
    }
    auto& error = result.error();
    if (error.attempts > 1) scheduler.spent(pending->lane, error.attempts - 1);
    if (error.error_class == ErrorClass::throttled) {
        retry_throttled(pending, std::move(error));
        return;
    }
    if (refuses_credentials(error.error_class)) judge_credentials(pending->call, error);
    pending->done(std::move(result));
}

void CallQueue::retry_throttled(const PendingPtr& pending, aws::CallError&& error) {
    auto pause = std::min(options_.throttle_pause * (1 << std::min(pending->throttles, 10)), Millis(20'000));
    pause = std::max(pause, Millis(error.error.retry_after_ms));
    options_.scheduler.throttled(pending->lane, std::min(pause, Millis(120'000)));
    if (++pending->throttles >= options_.throttle_attempts) {
        pending->done(std::unexpected(std::move(error)));
        return;
    }
    pending->order = Scheduler::Order::go_on;
    post(pending);
}

// One region or service may refuse credentials that are good everywhere else.
void CallQueue::judge_credentials(const AwsCall& call, aws::CallError& error) {
    auto problem = options_.credentials_problem ? options_.credentials_problem() : std::optional(error.error);
    if (problem) {
        fail(std::move(*problem));
        return;
    }
    std::lock_guard lock(mutex_);
    bool works_here = call.region == options_.home_region || regions_that_work_.contains(call.region);
    error.error_class = works_here ? ErrorClass::other : ErrorClass::region_disabled;
    if (!works_here)
        closed_regions_.emplace(call.region,
                                fmt::format("The account does not use the region {}.", call.region));
}

void CallQueue::fail(Error error) {
    {
        std::lock_guard lock(mutex_);
        if (!fatal_) fatal_ = std::move(error);
    }
    options_.scheduler.abandon();
}

std::optional<Error> CallQueue::fatal() const {
    std::lock_guard lock(mutex_);
    return fatal_;
}

}  // namespace patrol::inventory

#include "inventory/aws/call_queue.h"

#include <algorithm>

#include <fmt/core.h>

#include "inventory/aws/rates.h"

namespace patrol::inventory {
namespace {

using aws::ErrorClass;

aws::CallError remembered(ErrorClass error_class, std::string code, std::string message) {
    return {.error = {.kind = Error::Kind::unavailable, .message = std::move(message), .code = std::move(code)},
            .error_class = error_class};
}

bool refuses_credentials(ErrorClass error_class) {
    return error_class == ErrorClass::bad_credentials || error_class == ErrorClass::expired_credentials;
}

// Something answers, but not AWS: no AWS form, or a server's own error page without a request id.
bool is_no_aws_answer(const aws::CallError& error) {
    if (error.error_class == ErrorClass::not_aws) return true;
    return error.error_class == ErrorClass::transient && error.http_status == 500 && error.request_id.empty() &&
           error.error.code.empty();
}

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
    auto service = services_.find(call.service);
    bool silent = service != services_.end() && service->second.state == Service::not_aws;
    if (silent || not_aws_operations_.contains(call.service + "." + call.operation))
        return remembered(ErrorClass::not_aws, "not_aws_answer",
                          fmt::format("What answers for {} is not AWS.", call.service));
    return {};
}

// The first call to a service goes alone: its answer says whether there is any point in the others.
bool CallQueue::park(const PendingPtr& pending) {
    std::lock_guard lock(mutex_);
    auto& known = services_[pending->call.service];
    if (known.state == Service::asking) {
        known.parked.push_back(pending);
        return true;
    }
    if (known.state == Service::unknown) known.state = Service::asking;
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

void CallQueue::learn(const Pending& pending, const aws::CallResult& result) {
    std::vector<PendingPtr> parked;
    {
        std::lock_guard lock(mutex_);
        auto& known = services_[pending.call.service];
        bool not_aws = !result && is_no_aws_answer(result.error());
        bool no_answer = !result && result.error().http_status == 0 && !not_aws;
        if (result) regions_that_work_.insert(pending.call.region);
        if (known.state == Service::asking) {
            parked.swap(known.parked);
            known.state = not_aws ? Service::not_aws : no_answer ? Service::unknown : Service::answers;
        } else if (not_aws) {
            not_aws_operations_.insert(pending.call.service + "." + pending.call.operation);
        }
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
        closed_regions_.emplace(call.region, fmt::format("The account does not use the region {}.", call.region));
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

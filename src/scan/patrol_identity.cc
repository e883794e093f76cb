#include "scan/patrol_identity.h"

#include "base/limits.h"
#include "base/log.h"

namespace patrol::scan {
namespace {

constexpr auto good_for = std::chrono::hours(1);
constexpr auto failure_good_for = std::chrono::minutes(1);

Failure no_identity(const std::string& why) {
    return fail(
        {.kind = Error::Kind::conflict,
         .message =
             "This Patrol server has no AWS identity of its own yet, so customers have nobody to trust.",
         .hint = "Give the server AWS credentials (an instance role, AWS_PROFILE or access keys) and run "
                 "`patrol aws-identity check`.",
         .detail = why,
         .code = "no_aws_identity"});
}

}  // namespace

PatrolIdentity::PatrolIdentity(Clock& clock, LookUp look_up, std::string narrowed_role_arn)
    : clock_(clock),
      look_up_(std::move(look_up)),
      narrowed_role_arn_(std::move(narrowed_role_arn)),
      thread_([this](std::stop_token stop) { loop(stop); }) {}

PatrolIdentity::~PatrolIdentity() = default;

Result<inventory::Identity> PatrolIdentity::get() {
    std::unique_lock lock(mutex_);
    if (known_) {
        auto age = clock_.steady() - known_at_;
        if (age <
            (known_->has_value() ? std::chrono::seconds(good_for) : std::chrono::seconds(failure_good_for)))
            return known_->has_value() ? *known_ : no_identity(describe(known_->error()));
    }
    auto before = attempts_;
    wanted_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, limits::identity_lookup_time, [&] { return attempts_ != before; });
    // A stale but good answer beats none while the look-up goes on.
    if (!known_) return no_identity("the look-up has not answered yet");
    return known_->has_value() ? *known_ : no_identity(describe(known_->error()));
}

Result<inventory::Identity> PatrolIdentity::refresh() {
    {
        std::scoped_lock lock(mutex_);
        known_.reset();
    }
    return get();
}

void PatrolIdentity::loop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return wanted_; })) {
        wanted_ = false;
        lock.unlock();
        auto found = look_up_(stop);
        if (!found) log::warn("no AWS identity", {{"why", describe(found.error())}});
        lock.lock();
        known_ = std::move(found);
        known_at_ = clock_.steady();
        ++attempts_;
        changed_.notify_all();
    }
}

}  // namespace patrol::scan

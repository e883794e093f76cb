#include "relay/conversation.h"

#include <fmt/format.h>

#include "relay/parts.h"

namespace patrol::relay {
namespace {

constexpr int retry_after_ms = 2'000;

Failure operation_ended() {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This operation has ended.",
                      .hint = "Stop it, and ask for other work.",
                      .code = "operation_ended"});
}

Failure in_hand() {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = "The server has not digested this part yet.",
                      .hint = "Send the same part again.",
                      .code = "part_in_hand",
                      .retry_after_ms = retry_after_ms});
}

Error collector_silent() {
    return {.kind = Error::Kind::unavailable,
            .message = "The collector has not been heard of for 90 seconds.",
            .hint = "See whether it runs and reaches this server.",
            .code = "collector_silent"};
}

}  // namespace

Conversation::Conversation(CollectorId collector, Operation operation, const Clock& clock,
                           std::int64_t unpacked_bytes_max)
    : collector_(std::move(collector)),
      operation_(std::move(operation)),
      clock_(clock),
      unpacked_bytes_max_(unpacked_bytes_max),
      heard_(clock.steady()) {}

Conversation::~Conversation() {
    crypto::wipe(operation_.redaction_key.data(), operation_.redaction_key.size());
}

Conversation::Stage Conversation::stage() const {
    std::lock_guard lock(mutex_);
    return stage_;
}

void Conversation::fetch() {
    std::lock_guard lock(mutex_);
    heard_ = clock_.steady();
    if (stage_ == Stage::waiting) stage_ = Stage::fetched;
}

void Conversation::lose(Error why) {
    std::lock_guard lock(mutex_);
    if (!lost_) lost_ = std::move(why);
    changed_.notify_all();
}

// ------------------------------------------------------------------ the collector's side

Result<void> Conversation::admit(std::int64_t number, std::string_view digest) const {
    if (number == last_.number) {
        if (digest == last_.digest) return {};
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "This part was sent before with other bytes.",
                          .code = "part_differs"});
    }
    if (stage_ == Stage::waiting || stage_ == Stage::ended || lost_) return operation_ended();
    if (number == last_.number + 1) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = fmt::format("Part {} is expected.", last_.number + 1),
                      .code = "part_out_of_order"});
}

// Called without the lock: it takes a while.
Result<std::string> Conversation::unpack(std::string_view part) {
    auto frames = unpack_part(part);
    if (frames) unpacked_bytes_ += static_cast<std::int64_t>(frames->size());
    if (unpacked_bytes_ > unpacked_bytes_max_)
        return fail(Error{.kind = Error::Kind::too_large,
                          .message = "This operation uploads too much.",
                          .code = "operation_too_large"});
    return frames;
}

Result<std::string> Conversation::wait_for_answer(std::unique_lock<std::mutex>& lock, Millis patience) {
    if (last_.answer) return *last_.answer;
    if (waiting_requests_ >= waiting_requests_max) return in_hand();
    ++waiting_requests_;
    const auto number = last_.number;
    changed_.wait_for(lock, patience, [&] {
        return last_.number != number || last_.answer || lost_ || stage_ == Stage::ended;
    });
    --waiting_requests_;
    heard_ = clock_.steady();  // it was the server that took its time
    if (last_.number == number && last_.answer) return *last_.answer;
    if (last_.number != number || lost_ || stage_ == Stage::ended) return operation_ended();
    return in_hand();
}

Result<std::string> Conversation::offer(std::int64_t number, std::string_view digest, std::string_view part,
                                        Millis patience) {
    std::unique_lock lock(mutex_);
    TRY(admit(number, digest));
    heard_ = clock_.steady();
    if (number == last_.number) return wait_for_answer(lock, patience);
    if (last_.number >= 0 && !last_.answer) return in_hand();  // the one before it comes first
    auto before = std::exchange(last_, Last{.number = number, .digest = std::string(digest), .answer = {}});
    stage_ = Stage::talking;
    lock.unlock();
    auto frames = unpack(part);
    lock.lock();
    if (!frames) return refuse(std::move(frames).error(), std::move(before));
    if (frames->empty()) {  // a sign of life
        last_.answer = std::string();
        return std::string();
    }
    pending_ = std::move(*frames);
    changed_.notify_all();
    return wait_for_answer(lock, patience);
}

// A part that is too large may come again in pieces; what cannot be read ends the operation.
Failure Conversation::refuse(Error why, Last before) {
    if (why.code == "part_too_large")
        last_ = std::move(before);
    else
        lost_ = why;
    changed_.notify_all();
    return fail(std::move(why));
}

// ------------------------------------------------------------------ the side of who asked

bool Conversation::is_silent() const { return clock_.steady() - heard_ > silence_max; }

Result<std::optional<std::string>> Conversation::receive(Millis wait) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [&] { return pending_ || lost_; });
    if (pending_) return std::exchange(pending_, std::nullopt);
    if (lost_) return fail(*lost_);
    if (is_silent()) return fail(collector_silent());
    return std::nullopt;
}

void Conversation::answer(Result<std::string> packed) {
    std::lock_guard lock(mutex_);
    last_.answer = std::move(packed);
    changed_.notify_all();
}

void Conversation::end() {
    std::lock_guard lock(mutex_);
    stage_ = Stage::ended;
    ended_at_ = clock_.steady();
    pending_.reset();
    changed_.notify_all();
}

Conversation::Time Conversation::ended_at() const {
    std::lock_guard lock(mutex_);
    return ended_at_;
}

}  // namespace patrol::relay

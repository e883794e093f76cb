#include "relay/desk.h"

#include <algorithm>

#include "crypto/random.h"

namespace patrol::relay {
namespace {

using Stage = Conversation::Stage;

constexpr auto just_ended = std::chrono::seconds(1);

struct Offered {
    explicit Offered(std::atomic<int>& all) : count(all), number(++all) {}
    ~Offered() { --count; }
    Offered(const Offered&) = delete;
    Offered& operator=(const Offered&) = delete;
    std::atomic<int>& count;
    const int number;
};

Error offline() {
    return {.kind = Error::Kind::unavailable,
            .message = "The collector is offline: this server has not heard of it for 90 seconds.",
            .hint = "See whether it runs and reaches this server.",
            .code = "collector_offline"};
}

Error revoked() {
    return {.kind = Error::Kind::denied,
            .message = "The collector was revoked.",
            .hint = "Give its accounts to another collector.",
            .code = "collector_revoked"};
}

Error restarted() {
    return {.kind = Error::Kind::unavailable,
            .message = "The collector was restarted while it read the account.",
            .hint = "The scan is read again once by itself.",
            .code = "collector_silent"};
}

}  // namespace

// What it was given and says nothing of: the answer to its poll got lost, or the collector started anew.
void CollectorDesk::settle_lost(Visitor& visitor, std::int64_t busy) {
    if (busy > 0) return;
    for (const auto& each : visitor.open)
        if (each->stage() == Stage::talking) each->lose(restarted());
}

bool CollectorDesk::is_here(const Visitor& visitor) const {
    return visitor.heard && clock_.steady() - *visitor.heard <= silence_max;
}

bool CollectorDesk::has_just_ended(const Visitor& visitor) const {
    return visitor.ended && clock_.steady() - *visitor.ended < just_ended;
}

std::shared_ptr<Conversation> CollectorDesk::next_of(const Visitor& visitor) {
    const auto at = std::ranges::find(visitor.open, Stage::waiting, &Conversation::stage);
    return at == visitor.open.end() ? nullptr : *at;
}

std::optional<Operation> CollectorDesk::poll(const CollectorId& collector, std::int64_t busy) {
    std::unique_lock lock(mutex_);
    auto& visitor = visitors_[collector];
    visitor.heard = clock_.steady();
    settle_lost(visitor, busy);
    if (busy == 0)
        for (const auto& each : visitor.open)
            if (each->stage() == Stage::fetched) return each->operation();
    auto next = next_of(visitor);
    if (!next && !visitor.is_polling && has_just_ended(visitor)) {
        visitor.is_polling = true;
        came_.wait_for(lock, follow_up_time, [&] { return (next = next_of(visitor)) != nullptr; });
        visitor.is_polling = false;
    }
    if (!next) return {};
    next->fetch();
    return next->operation();
}

Result<std::string> CollectorDesk::part(const CollectorId& collector, const OperationId& operation,
                                        std::int64_t number, std::string_view digest, std::string_view part) {
    std::shared_ptr<Conversation> conversation;
    {
        std::lock_guard lock(mutex_);
        visitors_[collector].heard = clock_.steady();
        forget_ended();
        const auto at = conversations_.find(operation);
        if (at == conversations_.end())
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "There is no such operation any more.",
                              .hint = "Stop it, and ask for other work.",
                              .code = "operation_ended"});
        conversation = at->second;
    }
    if (conversation->collector() != collector)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = "This operation is another collector's.",
                          .code = "not_your_operation"});
    // Whoever cannot wait is told to send the same part again; it is digested meanwhile.
    const Offered offered(parts_offered_);
    return conversation->offer(number, digest, part,
                               offered.number <= waiting_parts_max ? Millis(answer_time) : Millis(0));
}

std::vector<std::string> CollectorDesk::here() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [id, visitor] : visitors_)
        if (is_here(visitor)) out.push_back(id.str());
    return out;
}

Result<std::shared_ptr<Conversation>> CollectorDesk::begin(const CollectorId& collector,
                                                           Operation operation) {
    std::lock_guard lock(mutex_);
    const auto at = visitors_.find(collector);
    if (at == visitors_.end() || !is_here(at->second)) return fail(offline());
    auto& visitor = at->second;
    if (visitor.open.size() >= conversations_per_collector)
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The collector has too much to do at the moment.",
                          .hint = "Try again in a minute.",
                          .code = "collector_busy"});
    operation.id = crypto::new_id<OperationId>();
    auto conversation = std::make_shared<Conversation>(collector, std::move(operation), clock_);
    conversations_.emplace(conversation->operation().id, conversation);
    visitor.open.push_back(conversation);
    came_.notify_all();
    return conversation;
}

void CollectorDesk::end(const std::shared_ptr<Conversation>& conversation) {
    conversation->end();
    std::lock_guard lock(mutex_);
    const auto at = visitors_.find(conversation->collector());
    if (at == visitors_.end()) return;
    std::erase(at->second.open, conversation);
    at->second.ended = clock_.steady();
}

void CollectorDesk::forget_ended() {
    std::erase_if(conversations_, [&](const auto& each) {
        return each.second->stage() == Stage::ended &&
               clock_.steady() - each.second->ended_at() > ended_memory;
    });
}

void CollectorDesk::drop(const CollectorId& collector) {
    std::lock_guard lock(mutex_);
    const auto at = visitors_.find(collector);
    if (at == visitors_.end()) return;
    for (const auto& each : at->second.open) each->lose(revoked());
    at->second.heard.reset();
}

}  // namespace patrol::relay

// Where collectors come for work, and where the server leaves it: who is here, which operation waits for
// whom, and the conversation of each operation. In memory: after a restart of the server the queue brings the
// work again. Thread-safe and bounded.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "relay/conversation.h"

namespace patrol::relay {

inline constexpr std::size_t conversations_per_collector = 4;
// Requests that wait for the answer to their part at once, of all collectors: half of the HTTP server's
// threads.
inline constexpr int waiting_parts_max = 4;
inline constexpr auto ended_memory = std::chrono::seconds(120);  // for a last part that comes again
// One operation follows another: whoever has just ended one is answered a little later.
inline constexpr auto follow_up_time = Millis(300);

class CollectorDesk {
public:
    explicit CollectorDesk(const Clock& clock) : clock_(clock) {}

    // The collector's side. `busy` is how many operations it knows to be in its hands: what it was given and
    // does not know of is given again, or lost when parts of it had come.
    std::optional<Operation> poll(const CollectorId& collector, std::int64_t busy);
    // The packed answer. Kind::denied, code "not_your_operation", for another collector's.
    Result<std::string> part(const CollectorId& collector, const OperationId& operation, std::int64_t number,
                             std::string_view digest, std::string_view part);

    // Those that were heard of within silence_max.
    [[nodiscard]] std::vector<std::string> here() const;
    // Kind::unavailable, code "collector_offline" or "collector_busy".
    Result<std::shared_ptr<Conversation>> begin(const CollectorId& collector, Operation operation);
    void end(const std::shared_ptr<Conversation>& conversation);
    // Revoked or deleted: what it does ends.
    void drop(const CollectorId& collector);

private:
    using Time = Conversation::Time;
    struct Visitor {
        std::optional<Time> heard, ended;
        std::vector<std::shared_ptr<Conversation>> open;
        bool is_polling = false;
    };
    void settle_lost(Visitor& visitor, std::int64_t busy);
    [[nodiscard]] bool is_here(const Visitor& visitor) const;
    [[nodiscard]] bool has_just_ended(const Visitor& visitor) const;
    static std::shared_ptr<Conversation> next_of(const Visitor& visitor);
    void forget_ended();

    const Clock& clock_;
    std::atomic<int> parts_offered_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable came_;
    std::map<CollectorId, Visitor> visitors_;
    std::map<OperationId, std::shared_ptr<Conversation>> conversations_;
};

}  // namespace patrol::relay

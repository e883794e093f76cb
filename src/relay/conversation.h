// One operation at a collector, between the thread that asked for it and the requests that bring its parts.
// Thread-safe. A part is taken once and answered once; the same part again gets the same answer. Errors:
// code "collector_silent" where nothing was heard for silence_max, "operation_ended" for a part that comes
// too late, "part_out_of_order" and "part_differs" for one that does not go on where the last one ended,
// "worker_protocol" and "part_too_large" for one that cannot be read.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "relay/operation.h"

namespace patrol::relay {

inline constexpr auto silence_max = std::chrono::seconds(90);
inline constexpr auto answer_time = std::chrono::seconds(20);  // that a request waits for its answer
inline constexpr int waiting_requests_max = 2;                 // of one operation: a part, and the same again
inline constexpr std::int64_t operation_unpacked_bytes_max = 64LL * 1024 * 1024 * 1024;

class Conversation {
public:
    using Time = std::chrono::steady_clock::time_point;

    Conversation(CollectorId collector, Operation operation, const Clock& clock,
                 std::int64_t unpacked_bytes_max = operation_unpacked_bytes_max);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    [[nodiscard]] const CollectorId& collector() const { return collector_; }
    [[nodiscard]] const Operation& operation() const { return operation_; }

    // The collector's side. `digest` is the part's, as hex.
    enum class Stage { waiting, fetched, talking, ended };
    [[nodiscard]] Stage stage() const;
    void fetch();
    // Waits until the part is answered, for `patience` at most: Kind::unavailable with retry_after_ms then,
    // and at once where waiting_requests_max wait already: each keeps a thread of the HTTP server.
    Result<std::string> offer(std::int64_t number, std::string_view digest, std::string_view part,
                              Millis patience = answer_time);
    // The operation ends with this error.
    void lose(Error why);

    // The side of who asked. The frames of the next part; nullopt: none within `wait`.
    Result<std::optional<std::string>> receive(Millis wait);
    // To the part that was received last.
    void answer(Result<std::string> packed);
    void end();
    [[nodiscard]] Time ended_at() const;

private:
    struct Last {
        std::int64_t number = -1;
        std::string digest;
        std::optional<Result<std::string>> answer;
    };
    Result<std::string> wait_for_answer(std::unique_lock<std::mutex>& lock, Millis patience);
    Result<void> admit(std::int64_t number, std::string_view digest) const;
    Result<std::string> unpack(std::string_view part);
    Failure refuse(Error why, Last before);
    [[nodiscard]] bool is_silent() const;

    const CollectorId collector_;
    Operation operation_;
    const Clock& clock_;
    const std::int64_t unpacked_bytes_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Stage stage_ = Stage::waiting;
    Time heard_, ended_at_{};
    Last last_;
    std::optional<std::string> pending_;  // frames, until they are received
    std::optional<Error> lost_;
    int waiting_requests_ = 0;
    std::int64_t unpacked_bytes_ = 0;  // of whoever unpacks: one at a time
};

}  // namespace patrol::relay

// The worker's questions and reports on their way to the server. One thread receives and hands out the
// answers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "inventory/aws/role_door.h"
#include "inventory/item_sink.h"
#include "worker/channel.h"

namespace patrol::worker {

class DeskClient {
public:
    explicit DeskClient(Outlet& outlet) : outlet_(outlet) {}

    void report(Message kind, Encoder&& message);
    // Writes the number and then `question`; the answer's body without its number.
    template <class... T>
    Result<std::string> ask(Message kind, const T&... question) {
        const auto number = next_number();
        Encoder out;
        out(number, question...);
        return wait_for(kind, number, std::move(out));
    }
    // From the receiving thread.
    void take_answer(std::string_view body);

private:
    std::int64_t next_number();
    Result<std::string> wait_for(Message kind, std::int64_t number, Encoder&& question);

    Outlet& outlet_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::int64_t last_number_ = 0;
    std::map<std::int64_t, std::optional<std::string>> waiting_;
};

// The role door, as asked for over the channel.
class DistantDoor final : public inventory::RoleDoor {
public:
    explicit DistantDoor(DeskClient& desk) : desk_(desk) {}
    Result<std::string> patrol_arn(const inventory::DoorCall& call) override;
    Result<aws::Credentials> assume(const inventory::DoorCall& call) override;
    inventory::TrustAnswer try_without_external_id(const inventory::DoorCall& call) override;
    inventory::TrustAnswer try_wrong_external_id(const inventory::DoorCall& call) override;

private:
    enum class Lock { without_id, wrong_id };
    inventory::TrustAnswer try_lock(Lock lock);
    DeskClient& desk_;
};

// Keys of the account that expire, as asked for over the channel.
class DistantKeys final : public aws::RefreshingSource {
public:
    // Their owner may have no newer ones until shortly before they expire: so often is asked.
    static constexpr auto asked_every = std::chrono::seconds(60);

    DistantKeys(DeskClient& desk, Clock& clock) : RefreshingSource(clock), door_(desk) {}
    [[nodiscard]] std::string name() const override { return "access keys"; }

protected:
    Result<aws::Credentials> fetch(std::stop_token stop) override;

private:
    DistantDoor door_;
    std::optional<aws::Credentials> last_;
    std::chrono::steady_clock::time_point asked_{};
};

// Pages are sent in pieces and not waited for: a refusal of the store reaches the worker as `stop`.
class DistantSink final : public inventory::ItemSink {
public:
    static constexpr std::size_t piece_bytes = 512 * 1024;

    explicit DistantSink(DeskClient& desk) : desk_(desk) {}
    Result<void> start_slice(const model::SliceKey& slice) override;
    Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) override;
    Result<Documents> previous(const model::SliceKey& slice,
                               std::span<const std::string> native_ids) override;
    Result<std::int64_t> live_count(const model::SliceKey& slice) override;
    Result<void> finish_slice(const model::SliceCoverage& coverage) override;

private:
    DeskClient& desk_;
};

}  // namespace patrol::worker

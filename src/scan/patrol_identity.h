// Patrol's own AWS identity: the principal that customers' roles trust. Looked up with the server's
// own credentials (standard chain, GetCallerIdentity), kept for an hour, asked again after a failure
// once a minute at most. An answer never waits longer than limits::identity_lookup_time for it: the
// look-up goes on in the background.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/time.h"
#include "inventory/provider.h"

namespace patrol::scan {

class PatrolIdentity {
public:
    using LookUp = std::function<Result<inventory::Identity>(std::stop_token)>;

    // `narrowed_role_arn`: the setting that narrows the trust to one role; may be empty.
    PatrolIdentity(Clock& clock, LookUp look_up, std::string narrowed_role_arn);
    ~PatrolIdentity();

    // Kind::conflict with what to do where the server has no identity of its own (yet).
    Result<inventory::Identity> get();
    // Forgets what is known and looks again.
    Result<inventory::Identity> refresh();
    [[nodiscard]] const std::string& narrowed_role_arn() const { return narrowed_role_arn_; }

private:
    void loop(std::stop_token stop);

    Clock& clock_;
    LookUp look_up_;
    std::string narrowed_role_arn_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool wanted_ = false;
    std::uint64_t attempts_ = 0;
    std::optional<Result<inventory::Identity>> known_;
    std::chrono::steady_clock::time_point known_at_;
    std::jthread thread_;
};

}  // namespace patrol::scan

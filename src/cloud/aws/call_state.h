// What the calls of one client share. Internal to the client.
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "cloud/aws/client.h"
#include "cloud/aws/retry.h"
#include "cloud/aws/sigv4.h"

namespace patrol::aws {

// Regions in which the account's credentials were accepted at least once: the same refusal means bad
// credentials before any success, and a region that is not enabled after one elsewhere.
class AcceptedRegions {
public:
    void add(std::string_view region) {
        std::scoped_lock lock(mutex_);
        regions_.emplace(region);
    }
    [[nodiscard]] bool any() const {
        std::scoped_lock lock(mutex_);
        return !regions_.empty();
    }
    [[nodiscard]] bool only_elsewhere(std::string_view region) const {
        std::scoped_lock lock(mutex_);
        return !regions_.empty() && !regions_.contains(region);
    }

private:
    mutable std::mutex mutex_;
    std::set<std::string, std::less<>> regions_;
};

struct Client::State {
    net::Transport& transport;
    Clock& clock;
    const model::ApiModel& model;
    std::shared_ptr<CredentialSource> source;
    AllowedActions allowed;
    ClientOptions options;
    SigningKeys keys;
    RetryQuota quota;
    AcceptedRegions accepted;
    std::atomic<std::int64_t> clock_offset_ms = 0;  // what AWS's clock is ahead of ours
};

}  // namespace patrol::aws

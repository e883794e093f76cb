// Events for browsers and the CLI: small JSON deltas by topic ("scan:ID", "account:ID", "accounts", "drift"),
// per tenant, with a short replay buffer for Last-Event-ID. In memory: an event is a hint to look,
// never the only place of a fact. "accounts" says that something happened to some account, not to which:
// who listens may not see all of them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/ids.h"

namespace patrol::scan {

struct Event {
    std::uint64_t id = 0;
    std::string topic, kind;
    json::object data;
};

class EventHub {
public:
    using Listener = std::function<void(const Event&)>;  // called under no lock, must not block

    static constexpr std::size_t events_kept = 4096;

    // Keeps the newest `replay_events` of all tenants. A server gives the time as `first_event`, so that
    // an id of its last run is older than all of this one.
    explicit EventHub(std::size_t replay_events = events_kept, std::uint64_t first_event = 1)
        : replay_events_(replay_events), next_event_(first_event) {}

    // An event of one account is one of "accounts" too.
    void publish(const TenantId& tenant, std::string topic, std::string kind, json::object data);
    // Delivers what was missed since `after` first (0 = nothing), then everything new.
    std::uint64_t subscribe(const TenantId& tenant, std::vector<std::string> topics, std::uint64_t after,
                            Listener listener);
    void unsubscribe(std::uint64_t subscription);

private:
    struct Subscription {
        TenantId tenant;
        std::vector<std::string> topics;
        Listener listener;
    };
    struct Kept {
        TenantId tenant;
        Event event;
    };

    void deliver(const TenantId& tenant, Event event);

    std::size_t replay_events_;
    std::mutex mutex_;
    std::uint64_t next_event_;
    std::uint64_t next_subscription_ = 1;
    std::deque<Kept> kept_;
    std::map<std::uint64_t, std::shared_ptr<Subscription>> subscriptions_;
};

}  // namespace patrol::scan

#include "scan/event_hub.h"

#include <algorithm>

namespace patrol::scan {
namespace {

bool wants(const std::vector<std::string>& topics, const std::string& topic) {
    return std::ranges::find(topics, topic) != topics.end();
}

}  // namespace

void EventHub::publish(const TenantId& tenant, std::string topic, std::string kind, json::object data) {
    const bool of_account = topic.starts_with("account:");
    deliver(tenant, {.topic = std::move(topic), .kind = std::move(kind), .data = std::move(data)});
    if (of_account) deliver(tenant, {.topic = "accounts", .kind = "changed"});
}

void EventHub::deliver(const TenantId& tenant, Event event) {
    std::vector<std::shared_ptr<Subscription>> receivers;
    {
        std::scoped_lock lock(mutex_);
        event.id = next_event_++;
        kept_.push_back({tenant, event});
        if (kept_.size() > replay_events_) kept_.pop_front();
        for (const auto& [id, subscription] : subscriptions_)
            if (subscription->tenant == tenant && wants(subscription->topics, event.topic))
                receivers.push_back(subscription);
    }
    for (const auto& receiver : receivers) receiver->listener(event);
}

std::uint64_t EventHub::subscribe(const TenantId& tenant, std::vector<std::string> topics,
                                  std::uint64_t after, Listener listener) {
    auto subscription = std::make_shared<Subscription>(tenant, std::move(topics), std::move(listener));
    std::vector<Event> missed;
    std::uint64_t id = 0;
    {
        std::scoped_lock lock(mutex_);
        for (const auto& kept : kept_)
            if (after != 0 && kept.event.id > after && kept.tenant == tenant &&
                wants(subscription->topics, kept.event.topic))
                missed.push_back(kept.event);
        id = next_subscription_++;
        subscriptions_.emplace(id, subscription);
    }
    for (const auto& event : missed) subscription->listener(event);
    return id;
}

void EventHub::unsubscribe(std::uint64_t subscription) {
    std::scoped_lock lock(mutex_);
    subscriptions_.erase(subscription);
}

}  // namespace patrol::scan

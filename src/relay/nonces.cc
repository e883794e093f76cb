#include "relay/nonces.h"

namespace patrol::relay {
namespace {

constexpr auto sweep_every = std::chrono::seconds(1);

Failure too_many() {
    return fail(Error{.kind = Error::Kind::throttled,
                      .message = "This collector sends too many requests.",
                      .code = "throttled",
                      .retry_after_ms = 5'000});
}

}  // namespace

Error NonceMemory::replayed() {
    return {.kind = Error::Kind::conflict,
            .message = "This request was sent before.",
            .hint = "Sign it again with a new nonce.",
            .code = "replayed"};
}

// Collectors that say nothing any more leave nothing behind.
void NonceMemory::forget_old(Time now) {
    if (now - swept_ < sweep_every) return;
    swept_ = now;
    for (auto each = used_.begin(); each != used_.end();) {
        auto& [nonces, by_age, expected] = each->second;
        while (!by_age.empty() && now - by_age.front().first > nonce_age) {
            nonces.erase(by_age.front().second);
            by_age.pop_front();
        }
        std::erase_if(expected, [now](const auto& body) { return now - body.second > body_time; });
        each = by_age.empty() && expected.empty() ? used_.erase(each) : std::next(each);
    }
}

Result<void> NonceMemory::take(const CollectorId& collector, const std::string& nonce) {
    const auto now = clock_.steady();
    std::lock_guard lock(mutex_);
    forget_old(now);
    auto& used = used_[collector];
    used.expected.erase(nonce);
    if (used.nonces.contains(nonce)) return fail(replayed());
    if (used.by_age.size() >= nonces_per_collector) return too_many();
    used.nonces.insert(nonce);
    used.by_age.emplace_back(now, nonce);
    return {};
}

Result<void> NonceMemory::expect_body(const CollectorId& collector, const std::string& nonce) {
    const auto now = clock_.steady();
    std::lock_guard lock(mutex_);
    forget_old(now);
    auto& used = used_[collector];
    if (used.expected.size() >= bodies_per_collector) return too_many();
    used.expected.emplace(nonce, now);
    return {};
}

bool NonceMemory::was_taken(const CollectorId& collector, const std::string& nonce) {
    std::lock_guard lock(mutex_);
    const auto at = used_.find(collector);
    return at != used_.end() && at->second.nonces.contains(nonce);
}

}  // namespace patrol::relay

#include "api/limits.h"

#include <algorithm>

namespace patrol::api {

void AttemptLimiter::make_room(std::chrono::steady_clock::time_point now) {
    if (windows_.size() < rule_.keys_max) return;
    std::erase_if(windows_, [&](const auto& entry) { return now - entry.second.start >= rule_.window; });
    while (windows_.size() >= rule_.keys_max) {
        auto oldest =
            std::ranges::min_element(windows_, {}, [](const auto& entry) { return entry.second.start; });
        windows_.erase(oldest);
    }
}

Result<void> AttemptLimiter::attempt(std::string_view key) {
    const auto now = clock_.steady();
    std::lock_guard lock(mutex_);
    auto found = windows_.find(std::string(key));
    if (found == windows_.end()) {
        make_room(now);
        found = windows_.emplace(std::string(key), Window{.start = now, .used = 0}).first;
    }
    Window& window = found->second;
    if (now - window.start >= rule_.window) window = {.start = now, .used = 0};
    if (window.used >= rule_.attempts) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(window.start + rule_.window - now);
        return fail(Error{.kind = Error::Kind::throttled,
                          .message = "There were too many attempts. Wait a moment and try again.",
                          .retry_after_ms = static_cast<int>(left.count())});
    }
    ++window.used;
    return {};
}

void AttemptLimiter::give_back(std::string_view key) {
    std::lock_guard lock(mutex_);
    const auto found = windows_.find(std::string(key));
    if (found != windows_.end() && found->second.used > 0) --found->second.used;
}

}  // namespace patrol::api

// The numbers of GET /metrics in Prometheus' text form. Labels come from fixed sets (route patterns,
// states): never names of customers, accounts or resources.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace patrol::api {

class Metrics {
public:
    // One answered request. `route` is the pattern ("/api/v1/scans/{id}").
    void count_request(std::string_view method, std::string_view route, int status,
                       std::chrono::nanoseconds duration);
    void stream_opened() { ++streams_; }
    void stream_closed() { --streams_; }

    // Gauges that the caller reads from elsewhere, appended to the counters.
    struct Gauge {
        std::string_view name, help;
        std::string labels;  // "state=\"ready\"" or empty
        double value = 0;
    };
    [[nodiscard]] std::string text(std::span<const Gauge> gauges) const;

private:
    static constexpr std::array<double, 8> bounds_seconds{0.005, 0.01, 0.025, 0.1, 0.25, 1, 5, 30};
    struct Route {
        std::map<int, std::int64_t> by_status;
        std::array<std::int64_t, bounds_seconds.size() + 1> buckets{};
        double seconds = 0;
        std::int64_t count = 0;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Route> routes_;  // by "METHOD pattern"
    std::atomic<int> streams_ = 0;
};

}  // namespace patrol::api

#include "api/metrics.h"

#include <iterator>

#include <fmt/format.h>

namespace patrol::api {
namespace {

std::string labels_of(std::string_view key) {
    const auto space = key.find(' ');
    return fmt::format("method=\"{}\",route=\"{}\"", key.substr(0, space), key.substr(space + 1));
}

void head(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

void Metrics::count_request(std::string_view method, std::string_view route, int status,
                            std::chrono::nanoseconds duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t bucket = 0;
    while (bucket < bounds_seconds.size() && seconds > bounds_seconds[bucket]) ++bucket;
    thread_local std::string key;  // keeps its memory: this runs with every request
    key.assign(method).append(" ").append(route);
    std::lock_guard lock(mutex_);
    Route& entry = routes_[key];
    ++entry.by_status[status];
    ++entry.buckets[bucket];
    entry.seconds += seconds;
    ++entry.count;
}

std::string Metrics::text(std::span<const Gauge> gauges) const {
    std::string out;
    auto line = std::back_inserter(out);
    {
        std::lock_guard lock(mutex_);
        head(out, "patrol_http_requests_total", "Answered requests.", "counter");
        for (const auto& [key, route] : routes_)
            for (const auto& [status, count] : route.by_status)
                fmt::format_to(line, "patrol_http_requests_total{{{},status=\"{}\"}} {}\n", labels_of(key),
                               status, count);
        head(out, "patrol_http_request_seconds", "Time to answer a request.", "histogram");
        for (const auto& [key, route] : routes_) {
            const std::string labels = labels_of(key);
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < bounds_seconds.size(); ++i) {
                sum += route.buckets[i];
                fmt::format_to(line, "patrol_http_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels,
                               bounds_seconds[i], sum);
            }
            fmt::format_to(line, "patrol_http_request_seconds_bucket{{{},le=\"+Inf\"}} {}\n", labels,
                           route.count);
            fmt::format_to(line, "patrol_http_request_seconds_sum{{{}}} {}\n", labels, route.seconds);
            fmt::format_to(line, "patrol_http_request_seconds_count{{{}}} {}\n", labels, route.count);
        }
    }
    head(out, "patrol_event_streams", "Open event streams.", "gauge");
    fmt::format_to(line, "patrol_event_streams {}\n", streams_.load());
    std::string_view last;
    for (const Gauge& gauge : gauges) {
        if (gauge.name != last) head(out, gauge.name, gauge.help, "gauge");
        last = gauge.name;
        fmt::format_to(line, "{}{}{}{} {}\n", gauge.name, gauge.labels.empty() ? "" : "{", gauge.labels,
                       gauge.labels.empty() ? "" : "}", gauge.value);
    }
    return out;
}

}  // namespace patrol::api

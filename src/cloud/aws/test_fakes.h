// A scripted peer and a clock that only sleeps move: for this room's tests.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "net/transport.h"

namespace patrol::aws::test {

class FakeClock final : public Clock {
public:
    explicit FakeClock(std::string_view start = "2026-11-22T09:00:00Z") : now_(*parse_rfc3339(start)) {}
    [[nodiscard]] Timestamp now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return steady_; }
    void sleep_for(Millis duration) override {
        slept += duration;
        advance(duration);
    }
    void advance(Millis duration) {
        now_ = now_ + duration;
        steady_ += duration;
    }
    void set(Timestamp time) { now_ = time; }
    Millis slept{0};

private:
    Timestamp now_;
    std::chrono::steady_clock::time_point steady_ =
        std::chrono::steady_clock::time_point(std::chrono::hours(1));
};

using Answer = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

inline Answer answer(int status, std::string body, net::Headers headers = {}) {
    return [=](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return net::HttpResponse{.status = status, .headers = headers, .body = body};
    };
}
inline Answer no_answer(Error::Kind kind, std::string code = {}) {
    return [=](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return fail({.kind = kind, .message = "No answer.", .code = code});
    };
}

// Answers in turn; the last one again and again.
class ScriptedTransport final : public net::Transport {
public:
    explicit ScriptedTransport(std::vector<Answer> script = {}) : script_(script.begin(), script.end()) {}
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        requests.push_back(request);
        if (script_.empty()) return fail(Error::Kind::unavailable, "Nothing is scripted.");
        auto next = script_.front();
        if (script_.size() > 1) script_.pop_front();
        return next(request);
    }
    std::vector<net::HttpRequest> requests;

private:
    std::deque<Answer> script_;
};

inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
    const auto* value = net::find_header(request.headers, name);
    return value == nullptr ? std::string() : *value;
}

}  // namespace patrol::aws::test

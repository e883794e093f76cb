// GET /events: the event hub as one Server-Sent Events stream per browser. The pacer holds every scan
// to four events a second on each stream: a progress event that comes too early waits and is replaced by
// a newer one, other events wait in order, and none is lost. Streams end with the caller's session or
// token (looked at every few seconds) and after a while; browsers come back with Last-Event-ID.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "net/event_stream.h"
#include "scan/event_hub.h"

namespace patrol::api {

class EventPacer {
public:
    static constexpr auto scan_interval = std::chrono::milliseconds(250);
    static constexpr auto check_interval = std::chrono::seconds(5);
    static constexpr auto stream_age = std::chrono::minutes(15);

    EventPacer(scan::EventHub& hub, Clock& clock);
    ~EventPacer();
    EventPacer(const EventPacer&) = delete;
    EventPacer& operator=(const EventPacer&) = delete;

    struct Subscription {
        TenantId tenant;
        std::vector<std::string> topics;
        std::uint64_t after = 0;                       // Last-Event-ID
        Timestamp ends_at;                             // of the session; not set: never
        std::function<bool()> may_go_on;               // asked every check_interval; empty: yes
        std::function<bool(const scan::Event&)> sees;  // asked of every event; empty: yes
        std::function<void()> on_close;
    };
    std::shared_ptr<net::EventStream> open(Subscription subscription);

private:
    struct Topic {
        std::chrono::steady_clock::time_point next_at;
        std::deque<scan::Event> waiting;
    };
    struct Listener {
        std::shared_ptr<net::EventStream> stream = std::make_shared<net::EventStream>();
        std::uint64_t subscription = 0;
        Timestamp ends_at;
        std::function<bool()> may_go_on;
        std::chrono::steady_clock::time_point check_at;
        std::mutex mutex;
        std::map<std::string, Topic, std::less<>> topics;
    };
    static std::uint64_t safe_id(const Listener& listener, std::uint64_t id);
    void send(Listener& listener, const scan::Event& event);
    void receive(Listener& listener, const scan::Event& event);
    void flush(Listener& listener, std::chrono::steady_clock::time_point now);
    void check(Listener& listener, std::chrono::steady_clock::time_point now) const;
    void loop(std::stop_token stop);

    scan::EventHub& hub_;
    Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::list<std::shared_ptr<Listener>> listeners_;
    std::jthread thread_;
};

}  // namespace patrol::api

#include "notify/sender.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/random.h"
#include "notify/digest.h"
#include "store/account_watch.h"
#include "store/audit.h"
#include "store/notification_deliveries.h"
#include "store/notification_routes.h"
#include "store/today.h"

namespace patrol::notify {

namespace {

constexpr auto tick = std::chrono::seconds(1);
constexpr auto watch_every = std::chrono::seconds(10);
constexpr auto sweep_every = std::chrono::hours(1);
constexpr auto heartbeat_time = std::chrono::seconds(10);
constexpr std::size_t heartbeat_answer_bytes = 64 * 1024;
// Scans that fall due are queued within seconds; so late means that nobody queues them.
constexpr auto schedule_late = std::chrono::minutes(30);

std::uint64_t random_number() {
    std::uint64_t number = 0;
    crypto::random_bytes(&number, sizeof number);
    return number;
}

// What may be shown and kept: the sentence and, where there is one, what to do.
std::string sentence_of(const Error& error) {
    return error.hint.empty() ? error.message : error.message + " " + error.hint;
}

}  // namespace

Millis retry_delay(int attempt, std::uint64_t random) {
    Millis delay = limits::delivery_retry_min;
    for (int i = 1; i < attempt && delay < limits::delivery_retry_max; ++i) delay *= 4;
    delay = std::min<Millis>(delay, limits::delivery_retry_max);
    return delay -
           Millis(static_cast<std::int64_t>(random % static_cast<std::uint64_t>(delay.count() / 2 + 1)));
}

struct Sender::Impl {
    store::Store& store;
    const Courier& courier;
    net::Transport& http;
    Clock& clock;
    SenderOptions options;

    std::mutex mutex;
    std::condition_variable_any stopped;
    std::vector<std::jthread> threads;
    std::optional<Timestamp> last_watch, last_sweep, last_beat;

    void pause(std::stop_token stop, Millis length) {
        std::unique_lock lock(mutex);
        stopped.wait_for(lock, stop, length, [] { return false; });
    }

    // ---- deliveries

    Result<bool> deliver_one(std::stop_token stop) {
        auto& deliveries = store.notification_deliveries();
        const auto claimed = TRY(deliveries.claim(clock.now()));
        if (!claimed) return false;
        const auto outcome = courier.carry(*claimed, stop);
        if (stop.stop_requested() && !outcome) return false;
        const auto ended =
            outcome ? deliveries.mark_sent(*claimed, clock.now()) : note_failure(*claimed, outcome.error());
        // Another sender took it over: its end is the one that counts.
        if (!ended && ended.error().code != "lease_lost") return Failure(ended.error());
        return true;
    }

    Result<void> note_failure(const store::ClaimedDelivery& claimed, const Error& error) {
        const auto now = clock.now();
        const auto random = random_number();
        const auto delay = std::max(retry_delay(claimed.attempt, random), Millis(error.retry_after_ms));
        const bool is_last = claimed.attempt >= options.attempts || now + delay > claimed.give_up_at;
        const auto pause_length =
            std::min<Millis>(retry_delay(claimed.channel_failures + 1, random), limits::channel_pause_max);
        const auto sentence = sentence_of(error);
        log::warn(is_last ? "a notification was given up" : "a notification was not delivered",
                  {{"delivery", claimed.id.str()},
                   {"channel", claimed.channel.id.str()},
                   {"attempt", std::to_string(claimed.attempt)},
                   {"why", describe(error)}});
        return store.notification_deliveries().mark_failed(claimed,
                                                           {.error = sentence,
                                                            .next_at = is_last ? Timestamp{} : now + delay,
                                                            .channel_until = now + pause_length},
                                                           now);
    }

    void deliver(std::stop_token stop, Sender& sender) {
        while (!stop.stop_requested()) {
            if (auto done = sender.deliver_due(stop); !done)
                log::warn("no notification could be taken", {{"why", describe(done.error())}});
            pause(stop, tick);
        }
    }

    // ---- what is not a delivery

    bool is_time(std::optional<Timestamp>& last, Millis every) {
        const auto now = clock.now();
        if (last && now - *last < every) return false;
        last = now;
        return true;
    }

    Result<void> write_digests() {
        for (auto& due : TRY(store.notification_routes().due_digests(clock.now()))) {
            const store::TodayFilter filter{.customer = due.route.customer,
                                            .min_severity = due.route.min_severity};
            const auto today = TRY(store.today().read(due.tenant, filter, clock.now()));
            TRY(store.notification_routes().put_digest(due, digest_of(today), clock.now()));
        }
        return {};
    }

    void look_around(std::stop_token stop, Sender& sender) {
        while (!stop.stop_requested()) {
            auto looked = sender.look_after();
            if (!looked) log::warn("notices could not be looked after", {{"why", describe(looked.error())}});
            if (looked)
                if (auto beaten = sender.beat(stop); !beaten)
                    log::warn("the heartbeat was not delivered", {{"why", describe(beaten.error())}});
            pause(stop, tick);
        }
    }
};

Sender::Sender(store::Store& store, const Courier& courier, net::Transport& http, Clock& clock,
               SenderOptions options)
    : impl_(new Impl{store, courier, http, clock, std::move(options), {}, {}, {}, {}, {}, {}}) {}

Sender::~Sender() { stop(); }

void Sender::start() {
    for (int i = 0; i < impl_->options.threads; ++i)
        impl_->threads.emplace_back([this](std::stop_token stop) { impl_->deliver(stop, *this); });
    impl_->threads.emplace_back([this](std::stop_token stop) { impl_->look_around(stop, *this); });
}

void Sender::stop() {
    for (auto& thread : impl_->threads) thread.request_stop();
    impl_->threads.clear();
}

Result<std::int64_t> Sender::deliver_due(std::stop_token stop) {
    std::int64_t attempts = 0;
    while (!stop.stop_requested() && TRY(impl_->deliver_one(stop))) ++attempts;
    return attempts;
}

Result<void> Sender::look_after() {
    auto& impl = *impl_;
    if (impl.is_time(impl.last_watch, watch_every)) {
        TRY(impl.store.account_watch().look(impl.clock.now()));
        TRY(impl.write_digests());
    }
    if (impl.is_time(impl.last_sweep, sweep_every)) {
        impl.store.audit().log_heads();
        TRY(impl.store.audit().settle_announced(impl.clock.now() - Millis(limits::audit_announced_age)));
        TRY(impl.store.notification_deliveries().sweep(impl.clock.now()));
    }
    while (TRY(impl.store.notification_deliveries().route_new(impl.clock.now())) > 0) {
    }
    return {};
}

Result<bool> Sender::beat(std::stop_token stop) {
    auto& impl = *impl_;
    if (impl.options.heartbeat_url.empty() || !impl.is_time(impl.last_beat, limits::heartbeat_interval))
        return false;
    const auto late = TRY(impl.store.accounts().due_for_scan(impl.clock.now() - schedule_late, 1));
    if (!late.empty()) {
        log::warn("no heartbeat: scans are due and nobody queues them",
                  {{"due", to_rfc3339(late.front().next_scan_at)}});
        return false;
    }
    const net::TrustProfile trust{.proxy = net::ProxyUse::environment,
                                  .destination = net::Destination::operator_chosen};
    const auto answer = TRY(impl.http.send({.url = impl.options.heartbeat_url,
                                            .timeout = heartbeat_time,
                                            .max_body_bytes = heartbeat_answer_bytes,
                                            .stop = std::move(stop),
                                            .trust = trust}));
    if (answer.status >= 200 && answer.status < 300) return true;
    return fail(Error{
        .kind = Error::Kind::unavailable,
        .message = "The heartbeat's receiver answered with status " + std::to_string(answer.status) + "."});
}

}  // namespace patrol::notify

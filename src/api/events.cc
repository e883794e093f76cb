#include "api/events.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "api/handlers.h"
#include "api/metrics.h"

namespace patrol::api {
namespace {

constexpr std::size_t topics_max = 100;
constexpr std::size_t waiting_max = 256;  // per stream and scan; beyond it the stream is closed

std::string render(const scan::Event& event) {
    json::object data{{"topic", event.topic}, {"kind", event.kind}};
    for (const auto& [name, value] : event.data) data[name] = value;
    return to_text(json::value(std::move(data)));
}

// The newer event takes the older one's place; cells that only the older one names stay named.
void replace(scan::Event& older, const scan::Event& newer) {
    json::object cells;
    if (const auto* kept = older.data.if_contains("cells"); kept != nullptr && kept->is_object())
        cells = kept->get_object();
    older = newer;
    auto* now = older.data.if_contains("cells");
    if (now == nullptr || !now->is_object()) return;
    for (auto& [name, cell] : cells) now->get_object().emplace(name, std::move(cell));
}

}  // namespace

EventPacer::EventPacer(scan::EventHub& hub, Clock& clock)
    : hub_(hub), clock_(clock), thread_([this](std::stop_token stop) { loop(stop); }) {}

EventPacer::~EventPacer() {
    thread_.request_stop();
    changed_.notify_all();
    thread_.join();
    for (const auto& listener : listeners_) {
        hub_.unsubscribe(listener->subscription);
        listener->stream->close();
    }
}

std::shared_ptr<net::EventStream> EventPacer::open(Subscription subscription) {
    auto listener = std::make_shared<Listener>();
    const Timestamp oldest = clock_.now() + stream_age;
    listener->ends_at = subscription.ends_at.is_set() ? std::min(subscription.ends_at, oldest) : oldest;
    listener->may_go_on = std::move(subscription.may_go_on);
    listener->check_at = clock_.steady() + check_interval;
    if (subscription.on_close) listener->stream->on_close(std::move(subscription.on_close));
    listener->subscription =
        hub_.subscribe(subscription.tenant, std::move(subscription.topics), subscription.after,
                       [this, listener, sees = std::move(subscription.sees)](const scan::Event& event) {
                           if (!sees || sees(event)) receive(*listener, event);
                       });
    std::lock_guard lock(mutex_);
    listeners_.push_back(listener);
    changed_.notify_all();
    return listener->stream;
}

// An older event that still waits must not be skipped by a client that comes back: until it is sent,
// newer events carry the number before it.
std::uint64_t EventPacer::safe_id(const Listener& listener, std::uint64_t id) {
    for (const auto& [name, topic] : listener.topics)
        if (!topic.waiting.empty() && topic.waiting.front().id <= id) id = topic.waiting.front().id - 1;
    return id;
}

void EventPacer::send(Listener& listener, const scan::Event& event) {
    listener.stream->push(std::to_string(safe_id(listener, event.id)), {}, render(event));
}

void EventPacer::receive(Listener& listener, const scan::Event& event) {
    std::lock_guard lock(listener.mutex);
    if (!event.topic.starts_with("scan:")) {
        send(listener, event);
        return;
    }
    Topic& topic = listener.topics[event.topic];
    const auto now = clock_.steady();
    if (topic.waiting.empty() && now >= topic.next_at) {
        topic.next_at = now + scan_interval;
        send(listener, event);
        return;
    }
    if (event.kind == "progress" && !topic.waiting.empty() && topic.waiting.back().kind == "progress")
        replace(topic.waiting.back(), event);
    else
        topic.waiting.push_back(event);
    if (topic.waiting.size() > waiting_max) listener.stream->close();
}

void EventPacer::flush(Listener& listener, std::chrono::steady_clock::time_point now) {
    std::lock_guard lock(listener.mutex);
    for (auto& [name, topic] : listener.topics) {
        if (topic.waiting.empty() || now < topic.next_at) continue;
        topic.next_at = now + scan_interval;
        const scan::Event event = std::move(topic.waiting.front());
        topic.waiting.pop_front();
        send(listener, event);
    }
}

void EventPacer::check(Listener& listener, std::chrono::steady_clock::time_point now) const {
    if (listener.ends_at <= clock_.now()) return listener.stream->close();
    if (now < listener.check_at || !listener.may_go_on) return;
    listener.check_at = now + check_interval;
    if (!listener.may_go_on()) listener.stream->close();
}

void EventPacer::loop(std::stop_token stop) {
    while (!stop.stop_requested()) {
        std::vector<std::shared_ptr<Listener>> current;
        std::vector<std::shared_ptr<Listener>> ended;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [this] { return !listeners_.empty(); });
            changed_.wait_for(lock, stop, std::chrono::milliseconds(50), [] { return false; });
            for (auto each = listeners_.begin(); each != listeners_.end();) {
                const bool open = (*each)->stream->is_open();
                (open ? current : ended).push_back(*each);
                each = open ? std::next(each) : listeners_.erase(each);
            }
        }
        for (const auto& listener : ended) hub_.unsubscribe(listener->subscription);
        for (const auto& listener : current) {
            flush(*listener, clock_.steady());
            check(*listener, clock_.steady());
        }
    }
}

namespace events {
namespace {

// A topic of another tenant is not there; the hub would not deliver it either.
Result<void> check_topic(Call& call, std::string_view topic) {
    if (topic == "drift" || topic == "accounts") return {};
    const auto colon = topic.find(':');
    const std::string_view id =
        colon == std::string_view::npos ? std::string_view() : topic.substr(colon + 1);
    if (topic.starts_with("scan:")) {
        const auto scan = ScanId::parse(id);
        if (!scan) return fail(Call::not_found());
        TRY(call.store().scans().get(call.viewer(), *scan));
        return {};
    }
    if (topic.starts_with("account:")) {
        const auto account = AccountId::parse(id);
        if (!account) return fail(Call::not_found());
        TRY(call.store().accounts().get(call.viewer(), *account));
        return {};
    }
    return invalid("topics", "A topic is scan:ID, account:ID, accounts or drift.");
}

Result<std::vector<std::string>> topics_of(Call& call) {
    std::vector<std::string> topics;
    const std::string text = call.query("topics").value_or("");
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find(','), rest.size());
        const std::string_view topic = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (std::ranges::find(topics, topic) == topics.end()) topics.emplace_back(topic);
        if (topics.size() > topics_max) return invalid("topics", "These are too many topics for one stream.");
    }
    if (topics.empty())
        return invalid("topics", "Name at least one topic: scan:ID, account:ID, accounts or drift.");
    for (const std::string& topic : topics) TRY(check_topic(call, topic));
    return topics;
}

std::uint64_t last_event_id(const net::ServerRequest& request) {
    const std::string_view text = request.header("Last-Event-ID");
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && end == text.data() + text.size() ? id : 0;
}

// The accounts that a limited caller sees, looked up again every few seconds while his stream is open.
class VisibleAccounts {
public:
    VisibleAccounts(const Services& services, store::Viewer viewer, UserId user)
        : services_(services), viewer_(std::move(viewer)), user_(std::move(user)) {}

    // False when he sees less than before, or his customers were changed: the stream ends, and the topics are
    // checked when he comes back.
    bool refresh() {
        const auto user = services_.store.users().get(viewer_.tenant, user_);
        if (user && !user->customers.covers(viewer_.customers)) return false;
        auto now = services_.store.accounts().ids(viewer_);
        if (!now) return true;
        const std::lock_guard lock(mutex_);
        const bool all = std::ranges::includes(*now, ids_);
        ids_ = std::move(*now);
        return all;
    }
    // An event of no account is of all customers.
    bool sees(const scan::Event& event) const {
        const auto* id = event.data.if_contains("account_id");
        if (id == nullptr || !id->is_string()) return event.topic != "drift";
        const std::lock_guard lock(mutex_);
        return ids_.contains(AccountId(std::string(id->get_string())));
    }

private:
    const Services& services_;
    const store::Viewer viewer_;
    const UserId user_;
    mutable std::mutex mutex_;
    std::set<AccountId> ids_;
};

void show_only_visible(EventPacer::Subscription& subscription, const Call& call) {
    if (!call.viewer().is_limited()) return;
    auto accounts = std::make_shared<VisibleAccounts>(call.services, call.viewer(), call.caller.user.id);
    accounts->refresh();
    subscription.sees = [accounts](const scan::Event& event) { return accounts->sees(event); };
    subscription.may_go_on = [accounts, before = std::move(subscription.may_go_on)] {
        return (!before || before()) && accounts->refresh();
    };
}

// A look that fails says nothing about the caller: the stream goes on.
void end_with_caller(EventPacer::Subscription& subscription, const Call& call) {
    const auto& services = call.services;
    if (const auto& session = call.caller.session) {
        subscription.ends_at = session->expires_at;
        subscription.may_go_on = [&services, tenant = call.viewer().tenant, id = session->id] {
            return services.store.sessions().is_live(tenant, id, services.clock.now()).value_or(true);
        };
    }
    if (const auto& token = call.caller.api_token) {
        subscription.ends_at = token->expires_at;
        subscription.may_go_on = [&services, tenant = call.viewer().tenant, id = token->id] {
            return services.store.api_tokens().is_live(tenant, id, services.clock.now()).value_or(true);
        };
    }
}

}  // namespace

Result<Answer> stream(Call& call) {
    Metrics& metrics = call.shared.metrics;
    EventPacer::Subscription subscription{.tenant = call.viewer().tenant,
                                          .topics = TRY(topics_of(call)),
                                          .after = last_event_id(call.request),
                                          .on_close = [&metrics] { metrics.stream_closed(); }};
    end_with_caller(subscription, call);
    show_only_visible(subscription, call);
    metrics.stream_opened();
    return Answer{.status = 200,
                  .headers = {{"X-Accel-Buffering", "no"}},
                  .body = call.shared.pacer.open(std::move(subscription))};
}

}  // namespace events
}  // namespace patrol::api

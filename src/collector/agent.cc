#include "collector/agent.h"

#include <algorithm>
#include <random>

#include "base/log.h"

namespace patrol::collector {
namespace {

constexpr std::string_view json_type = "application/json";

Millis between(Millis least, Millis most) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return Millis(std::uniform_int_distribution<std::int64_t>(least.count(), most.count())(random));
}

}  // namespace

Agent::Agent(const Site& site, ServerClient& server, int parallel, AgentPace pace)
    : site_(site), server_(server), pace_(pace), last_accounts_(static_cast<std::size_t>(parallel)) {
    for (int i = 0; i < parallel; ++i) {
        lanes_.push_back(std::make_unique<Lane>());
        auto& lane = *lanes_.back();
        lane.thread = std::thread([this, &lane] { work(lane); });
    }
}

Agent::~Agent() {
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    soon_.request_stop();
    now_.request_stop();
    changed_.notify_all();
    for (auto& lane : lanes_) lane->thread.join();
}

void Agent::run(std::stop_token shutdown) {
    while (!shutdown.stop_requested())
        if (wait_for_lane(shutdown)) poll(shutdown);
    soon_.request_stop();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pace_.farewell + worker::time_to_end, [this] {
        return std::ranges::none_of(lanes_, [](const auto& lane) { return lane->operation.has_value(); });
    });
}

// ------------------------------------------------------------------ asking

int Agent::busy() const {
    return static_cast<int>(
        std::ranges::count_if(lanes_, [](const auto& lane) { return lane->operation.has_value(); }));
}

bool Agent::wait_for_lane(const std::stop_token& shutdown) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, shutdown, [this] { return busy() < static_cast<int>(lanes_.size()); });
}

void Agent::wait(Millis time, const std::stop_token& shutdown) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, shutdown, time, [] { return false; });
}

// Nothing is to be done. An operation that ends is often followed by another one of its scan.
void Agent::rest(Millis time, const std::stop_token& shutdown) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, shutdown, time, [this] { return freed_; });
    freed_ = false;
}

// Sets `pause` where the server has nothing to do.
Result<std::optional<relay::Operation>> Agent::ask(const std::stop_token& shutdown, Millis& pause) {
    int count = 0;
    {
        std::lock_guard lock(mutex_);
        count = busy();
    }
    const auto body = to_text(
        json::object{{"protocol", relay::collector_protocol}, {"version", PATROL_VERSION}, {"busy", count}});
    const auto answer = TRY(server_.send({.method = "POST",
                                          .path = "/collector/poll",
                                          .content_type = json_type,
                                          .body = body,
                                          .time = pace_.poll_time,
                                          .answer_bytes = operation_bytes_max,
                                          .stop = shutdown}));
    if (answer.status == 204) {
        const auto told = retry_after(answer);
        const auto every = told.count() > 0 ? told : pace_.poll_every;
        pause = between(every, every * 5 / 4);
        return std::optional<relay::Operation>();
    }
    const auto value = TRY(parse_json(answer.body));
    const auto* operation = find(value, "operation");
    if (operation == nullptr) return worker::malformed_message();
    return TRY(relay::parse_operation(*operation));
}

void Agent::poll(const std::stop_token& shutdown) {
    Millis pause{0};
    auto asked = ask(shutdown, pause);
    if (!asked) {
        if (!shutdown.stop_requested()) wait(pause_after(asked.error()), shutdown);
        return;
    }
    if (failures_ > 0) log::info("the server answers again");
    failures_ = 0;
    if (*asked)
        hand_out(std::move(**asked));
    else
        rest(pause, shutdown);
}

// Says what is wrong when it begins, and then now and then.
Millis Agent::pause_after(const Error& error) {
    ++failures_;
    if (error.kind == Error::Kind::unauthenticated) {
        log::error(
            "the server does not accept this collector: it was revoked there, or enrolled anew elsewhere",
            {{"hint", "make a new enrolment token in Patrol, run patrol collector enrol, and start again"}});
        return pace_.refused;
    }
    if (error.code == "collector-protocol") {
        log::error("this version of the collector does not fit the server's",
                   {{"why", error.message}, {"hint", error.hint}});
        return pace_.refused;
    }
    if (failures_ == 1 || failures_ % 20 == 0)
        log::warn("the server does not answer",
                  {{"why", describe(error)}, {"attempts", std::to_string(failures_)}});
    const auto most = std::min(pace_.retry_max, pace_.retry_min * (1 << std::min(failures_, 10)));
    return std::max(between(Millis(0), most), Millis(error.retry_after_ms));
}

// ------------------------------------------------------------------ doing

void Agent::hand_out(relay::Operation operation) {
    std::lock_guard lock(mutex_);
    std::size_t chosen = lanes_.size();
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i]->operation) continue;
        if (chosen == lanes_.size() || last_accounts_[i] == operation.account) chosen = i;
    }
    if (chosen == lanes_.size()) return;
    last_accounts_[chosen] = operation.account;
    lanes_[chosen]->operation = std::move(operation);
    lanes_[chosen]->taken = false;
    changed_.notify_all();
}

void Agent::work(Lane& lane) {
    Bench bench;
    for (;;) {
        std::unique_lock lock(mutex_);
        const auto wanted = [&] { return closing_ || (lane.operation && !lane.taken); };
        if (!changed_.wait_for(lock, pace_.bench_kept, wanted)) {
            lock.unlock();
            bench = {};
            lock.lock();
            changed_.wait(lock, wanted);
        }
        if (closing_) return;
        lane.taken = true;
        const auto operation = *lane.operation;
        lock.unlock();
        log::info("an operation begins", {{"operation", operation.id.str()},
                                          {"kind", std::string(relay::operation_name(operation.kind))},
                                          {"account", operation.account_name}});
        carry_out({site_, server_, pace_.uplink}, operation, bench,
                  {.soon = soon_.get_token(), .now = now_.get_token()});
        lock.lock();
        lane.operation.reset();
        freed_ = true;
        changed_.notify_all();
    }
}

}  // namespace patrol::collector

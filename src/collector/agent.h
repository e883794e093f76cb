// The collector at work: asks its server for operations, has at most `parallel` of them done at once, each on
// a thread of its own, and goes on asking whatever happens. Only the operator ends it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "collector/assignment.h"

namespace patrol::collector {

struct AgentPace {
    Millis poll_time{60'000};  // of one request
    Millis poll_every{2'000};  // where the server does not say
    Millis retry_min{1'000}, retry_max{30'000};
    Millis refused{60'000};     // after an answer that only people can change
    Millis farewell{5'000};     // for the last parts, at the end
    Millis bench_kept{20'000};  // a worker that nobody needs
    Pace uplink;
};

class Agent {
public:
    Agent(const Site& site, ServerClient& server, int parallel, AgentPace pace = {});
    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    // Until `shutdown`; then gives up what is being done.
    void run(std::stop_token shutdown);

private:
    struct Lane {
        std::optional<relay::Operation> operation;  // to be done, or being done
        bool taken = false;
        std::thread thread;
    };

    void poll(const std::stop_token& shutdown);
    Result<std::optional<relay::Operation>> ask(const std::stop_token& shutdown, Millis& pause);
    void hand_out(relay::Operation operation);
    Millis pause_after(const Error& error);
    void work(Lane& lane);
    bool wait_for_lane(const std::stop_token& shutdown);
    void wait(Millis time, const std::stop_token& shutdown);
    void rest(Millis time, const std::stop_token& shutdown);
    [[nodiscard]] int busy() const;

    const Site& site_;
    ServerClient& server_;
    const AgentPace pace_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<AccountId> last_accounts_;  // of each lane: the next operation of an account goes there
    bool closing_ = false, freed_ = false;
    int failures_ = 0;
    std::stop_source soon_, now_;
};

}  // namespace patrol::collector

// The sender: its threads take new notices to their channels, look after accounts, write digests and send
// the heartbeat. Several servers on one database may each have one: the store hands every delivery to one
// of them at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "net/transport.h"
#include "notify/courier.h"
#include "store/store.h"

namespace patrol::notify {

struct SenderOptions {
    int threads = 2;                           // deliveries at once; one for each channel at most
    int attempts = limits::delivery_attempts;  // then a delivery is dead
    std::string heartbeat_url;                 // empty: none
};

// When a delivery that failed `attempt` times in a row is tried again: limits::delivery_retry_min, four times
// as long after each failure, up to limits::delivery_retry_max; `random` takes up to half of it off, so that
// many do not come back at once.
Millis retry_delay(int attempt, std::uint64_t random);

class Sender {
public:
    Sender(store::Store& store, const Courier& courier, net::Transport& http, Clock& clock,
           SenderOptions options);
    ~Sender();

    void start();
    void stop();  // attempts that run are cut off; their deliveries are tried again after the lease

    // One turn of each loop, for tests and for the loops themselves.
    // Delivers what waits, until nothing is due. How many attempts.
    Result<std::int64_t> deliver_due(std::stop_token stop);
    // New notices become deliveries; accounts are looked after; digests that are due are written.
    Result<void> look_after();
    // The heartbeat, every limits::heartbeat_interval. False where none is due, or where Patrol is not well:
    // then silence tells.
    Result<bool> beat(std::stop_token stop);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patrol::notify

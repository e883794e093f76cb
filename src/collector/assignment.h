// Doing one operation of a server: held against collector.yaml, proved to be the right account, read through
// a worker process, its reports on their way as they come, its result last.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

#include "collector/server_client.h"
#include "collector/site.h"
#include "collector/uplink.h"

namespace patrol::collector {

// The provider of the operation before, kept for the next one of the same scan. A worker dies with the thread
// that started it, so a bench belongs to one thread.
struct Bench {
    relay::Operation last;
    Credential credential;
    std::unique_ptr<worker::RemoteProvider> provider;
};

struct AssignmentTools {
    const Site& site;
    ServerClient& server;
    Pace pace;
};

struct StopWishes {
    std::stop_token soon;  // the collector shuts down: give the operation up and say so
    std::stop_token now;   // say nothing more either
};

// Returns when the server has the result, or when the operation is lost.
void carry_out(const AssignmentTools& tools, const relay::Operation& operation, Bench& bench,
               const StopWishes& wishes);

}  // namespace patrol::collector

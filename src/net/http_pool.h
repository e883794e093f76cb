// The connections of one trust profile: a multi handle with its pool, DNS cache and CA store, the transfers
// in it and those that wait to enter. Internal to the client; belongs to the loop's thread.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "net/http_transfer.h"

namespace patrol::net {

using TransferPointer = std::shared_ptr<Transfer>;

class Pool {
public:
    Pool(std::uint64_t id, int epoll, const HttpClientOptions& options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    void enqueue(TransferPointer transfer) { waiting_.push_back(std::move(transfer)); }
    void on_socket(int descriptor, std::uint32_t events);
    void run_timer(std::chrono::steady_clock::time_point now);
    bool admit();    // true where something entered
    bool collect();  // true where something finished
    void sweep();    // waiting transfers whose time is over
    void cancel_marked();
    void cancel_all();
    [[nodiscard]] int milliseconds_to_wait(std::chrono::steady_clock::time_point now) const;

private:
    void start(const TransferPointer& transfer);
    void remove(CURL* easy, const TransferPointer& transfer);
    [[nodiscard]] std::size_t resolving();
    static int on_interest(CURL*, curl_socket_t descriptor, int what, void* self, void* known);
    static int on_timer(CURLM*, long milliseconds, void* self);

    std::uint64_t id_;
    int epoll_;
    const HttpClientOptions& options_;
    CURLM* multi_;
    std::optional<std::chrono::steady_clock::time_point> timer_;
    std::deque<TransferPointer> waiting_;
    std::unordered_map<CURL*, TransferPointer> running_;
    std::vector<Transfer*> at_gate_;
    std::vector<EasyHandle> spare_;
};

}  // namespace patrol::net

// The worker's half: asks the server to look up hosts and to begin connections (worker/dial_desk.h).
#pragma once

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "net/dialer.h"
#include "worker/messages.h"
#include "worker/process.h"

namespace patrol::worker {

class PipeDialer final : public net::Dialer {
public:
    static constexpr auto kept = std::chrono::seconds(60);  // how long an answer is used again

    explicit PipeDialer(std::array<Descriptor, dial_lines> lines);
    Result<std::vector<net::IpAddress>> look_up(const std::string& host, std::uint16_t port) override;
    int open(const net::IpAddress& address, std::uint16_t port) override;

private:
    struct Known {
        std::vector<net::IpAddress> addresses;
        std::chrono::steady_clock::time_point until;
    };
    Result<DialReply> ask(const Descriptor& line, const DialRequest& request, Descriptor& socket);

    std::array<Descriptor, dial_lines> lines_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::size_t> free_;  // lines of look-ups
    std::map<std::pair<std::string, std::uint16_t>, Known> known_;
};

}  // namespace patrol::worker

// The server's half of a worker's connections: looks up the hosts that the account's reading needs and
// begins connections to what they resolved to; every other wish is refused. A worker thus cannot reach the
// machine's metadata service, the database, the server itself or anybody's network. Hosts: those of AWS, or
// the endpoints and the proxy that the operator set, or the account's own endpoint under the egress policy.
#pragma once

#include <array>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cloud/aws/endpoints.h"
#include "net/egress_policy.h"
#include "net/ip_address.h"
#include "net/transport.h"
#include "worker/messages.h"
#include "worker/process.h"

namespace patrol::worker {

inline constexpr std::size_t dial_message_bytes = 4 * 1024;
inline constexpr std::size_t addresses_per_host = 16;
inline constexpr std::size_t addresses_known_max = 50'000;

class DialPolicy {
public:
    // `trust.destination` says whether the endpoints are a user's.
    DialPolicy(const aws::EndpointOverrides& endpoints, const net::TrustProfile& trust,
               std::string_view https_proxy, net::EgressPolicy egress);

    [[nodiscard]] Result<void> check_host(const std::string& host, std::uint16_t port) const;
    [[nodiscard]] Result<void> check_address(const std::string& host, std::uint16_t port,
                                             const net::IpAddress& address) const;

private:
    [[nodiscard]] const net::Url* named(const std::string& host, std::uint16_t port) const;

    std::vector<net::Url> named_;  // endpoints that somebody wrote
    bool aws_ = false;             // whether AWS's own hosts are needed beside them
    net::Destination destination_;
    net::EgressPolicy egress_;
};

class DialDesk {
public:
    // Serves the lines until they end; begins at once.
    DialDesk(DialPolicy policy, std::array<Descriptor, dial_lines>& lines);
    ~DialDesk();
    DialDesk(const DialDesk&) = delete;
    DialDesk& operator=(const DialDesk&) = delete;

private:
    void serve(int line);
    DialReply look_up(const DialRequest& request);
    DialReply open(const DialRequest& request, Descriptor& socket);

    DialPolicy policy_;
    std::array<Descriptor, dial_lines>& lines_;
    std::mutex mutex_;
    std::set<std::pair<net::IpAddress, std::uint16_t>> known_;
    std::vector<std::thread> threads_;
};

}  // namespace patrol::worker

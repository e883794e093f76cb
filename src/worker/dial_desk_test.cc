#include "worker/dial_desk.h"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "worker/fields.h"
#include "worker/pipe_dialer.h"
#include "worker/sandbox.h"

namespace patrol::worker {
namespace {

const net::TrustProfile operators{.destination = net::Destination::operator_chosen};
const net::TrustProfile users{.destination = net::Destination::user_supplied};

net::IpAddress ip(std::string_view text) { return *net::IpAddress::parse(text); }

std::uint16_t listen_somewhere(Descriptor& out) {
    out = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(out.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(out.get(), 4) == 0);
    socklen_t size = sizeof address;
    ::getsockname(out.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

// Both halves in one process.
struct Lines {
    std::array<Descriptor, dial_lines> desk, worker;
    Lines() {
        for (std::size_t i = 0; i < dial_lines; ++i) {
            int both[2];
            REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both) == 0);
            desk[i] = Descriptor(both[0]);
            worker[i] = Descriptor(both[1]);
        }
    }
};

}  // namespace

TEST_CASE("dialing: AWS's own hosts on https, and nothing else") {
    const DialPolicy policy({}, operators, "", {});
    for (const char* host : {"ec2.eu-west-1.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn",
                             "bucket.s3.amazonaws.com", "notifications.us-east-1.api.aws"})
        CHECK(policy.check_host(host, 443).has_value());
    for (const char* host : {"169.254.169.254", "localhost", "127.0.0.1", "example.com", "amazonaws.com",
                             "amazonaws.com.example.com", "evilamazonaws.com", "postgres.internal", ""})
        CHECK_FALSE(policy.check_host(host, 443).has_value());
    CHECK_FALSE(policy.check_host("ec2.eu-west-1.amazonaws.com", 80).has_value());
}

TEST_CASE("dialing: an AWS name that leads to the machine or its metadata is refused") {
    const DialPolicy policy({}, operators, "", {});
    const std::string host = "ec2.eu-west-1.amazonaws.com";
    for (const char* bad : {"127.0.0.1", "169.254.169.254", "169.254.170.2", "0.0.0.0", "::1", "fe80::1",
                            "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::"}) {
        CAPTURE(bad);
        CHECK_FALSE(policy.check_address(host, 443, ip(bad)).has_value());
    }
    CHECK(policy.check_address(host, 443, ip("52.94.1.1")).has_value());
    CHECK(policy.check_address(host, 443, ip("10.0.0.5")).has_value());  // a VPC endpoint
}

TEST_CASE("dialing: endpoints that the operator set, and the proxy, replace or join AWS") {
    const DialPolicy all({.everything = "http://127.0.0.1:4566", .by_service = {}}, operators, "", {});
    CHECK(all.check_host("127.0.0.1", 4566).has_value());
    CHECK(all.check_address("127.0.0.1", 4566, ip("127.0.0.1")).has_value());
    CHECK_FALSE(all.check_host("127.0.0.1", 5432).has_value());
    CHECK_FALSE(all.check_host("ec2.eu-west-1.amazonaws.com", 443).has_value());
    const DialPolicy one(
        {.everything = "", .by_service = {{"ec2", "https://ec2.example.com"}}},
        {.proxy = net::ProxyUse::environment, .destination = net::Destination::operator_chosen},
        "proxy.example.com:3128", {});
    CHECK(one.check_host("ec2.example.com", 443).has_value());
    CHECK(one.check_host("proxy.example.com", 3128).has_value());
    CHECK(one.check_host("s3.eu-west-1.amazonaws.com", 443).has_value());
    CHECK_FALSE(one.check_host("ec2.example.com", 80).has_value());
}

TEST_CASE("dialing: an account's own endpoint keeps to the egress policy, and needs no proxy") {
    const aws::EndpointOverrides endpoints{.everything = "https://stack.example.com:4566", .by_service = {}};
    const DialPolicy closed(
        endpoints, {.proxy = net::ProxyUse::environment, .destination = net::Destination::user_supplied},
        "http://proxy.example.com:3128", {});
    CHECK(closed.check_host("stack.example.com", 4566).has_value());
    CHECK_FALSE(closed.check_host("proxy.example.com", 3128).has_value());
    CHECK_FALSE(closed.check_address("stack.example.com", 4566, ip("10.0.0.1")).has_value());
    CHECK_FALSE(closed.check_address("stack.example.com", 4566, ip("169.254.169.254")).has_value());
    const DialPolicy opened(endpoints, users, "", *net::EgressPolicy::parse("10.0.0.0/8"));
    CHECK(opened.check_address("stack.example.com", 4566, ip("10.0.0.1")).has_value());
}

TEST_CASE("dialing: a socket crosses for what was looked up, and for nothing else") {
    Descriptor listener;
    const auto port = listen_somewhere(listener);
    Lines lines;
    DialDesk desk(DialPolicy({.everything = fmt::format("http://127.0.0.1:{}", port), .by_service = {}},
                             operators, "", {}),
                  lines.desk);
    PipeDialer dialer(std::move(lines.worker));
    CHECK(dialer.open(ip("127.0.0.1"), port) == -1);  // not looked up yet
    CHECK(errno == EACCES);
    const auto found = dialer.look_up("127.0.0.1", port);
    REQUIRE(found.has_value());
    CHECK(*found == std::vector{ip("127.0.0.1")});
    const Descriptor socket(dialer.open(ip("127.0.0.1"), port));
    REQUIRE(socket.get() >= 0);
    if (has_sandbox) {
        pollfd ready{.fd = socket.get(), .events = POLLOUT, .revents = 0};
        REQUIRE(::poll(&ready, 1, 2'000) == 1);
        int problem = -1;
        socklen_t size = sizeof problem;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
        CHECK(problem == 0);
    }
    CHECK(dialer.open(ip("127.0.0.1"), static_cast<std::uint16_t>(port + 1)) == -1);
    CHECK(dialer.open(ip("169.254.169.254"), 80) == -1);
    const auto elsewhere = dialer.look_up("example.com", 443);
    REQUIRE_FALSE(elsewhere.has_value());
    CHECK(elsewhere.error().code == "egress_blocked");
}

TEST_CASE("dialing: a request that cannot be read ends its line") {
    Lines lines;
    const DialDesk desk(DialPolicy({}, operators, "", {}), lines.desk);
    for (auto& line : lines.worker) REQUIRE(::send(line.get(), "nonsense", 8, 0) == 8);
    char byte = 0;
    for (auto& line : lines.worker) {
        ::shutdown(line.get(), SHUT_WR);
        CHECK(::recv(line.get(), &byte, 1, MSG_DONTWAIT) <= 0);
    }
}

}  // namespace patrol::worker

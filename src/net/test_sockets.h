// Plain blocking TCP for tests: a peer that sends exactly the bytes a test wants, on either side.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace patrol::net::testing {

class RawSocket {
public:
    explicit RawSocket(int descriptor) : descriptor_(descriptor) {}
    RawSocket(RawSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket() { close(); }

    static RawSocket connect(std::uint16_t port) {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            ::close(descriptor);
            return RawSocket(-1);
        }
        return RawSocket(descriptor);
    }

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // What arrives until the peer closes, `mark` has arrived, or the time is over.
    std::string receive(std::string_view mark = {}, int milliseconds = 5000) {
        std::string text;
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
        char bytes[16384];
        while (mark.empty() || text.find(mark) == text.npos) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now())
                    .count();
            pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
            if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) break;
            const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
            closed_by_peer_ = got <= 0;
            if (got <= 0) break;
            text.append(bytes, static_cast<std::size_t>(got));
        }
        return text;
    }

    [[nodiscard]] bool closed_by_peer() const { return closed_by_peer_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }

private:
    int descriptor_;
    bool closed_by_peer_ = false;
};

// Accepts on a loopback port and gives each connection, in a thread of its own, to `serve`.
class RawServer {
public:
    explicit RawServer(std::function<void(RawSocket)> serve)
        : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_, 64);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~RawServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        for (std::thread& thread : connections_) thread.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(std::string_view path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
    }
    [[nodiscard]] int accepted() const { return accepted_; }

private:
    void run() {
        sigset_t signals;  // inherited by the threads below
        sigemptyset(&signals);
        sigaddset(&signals, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        while (true) {
            const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (descriptor < 0) return;
            ++accepted_;
            connections_.emplace_back([this, descriptor] { serve_(RawSocket(descriptor)); });
        }
    }

    std::function<void(RawSocket)> serve_;
    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> accepted_ = 0;
    std::thread thread_;
    std::vector<std::thread> connections_;
};

}  // namespace patrol::net::testing

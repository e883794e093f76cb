// The product's HTTP/1.1 server: one thread does the I/O, a bounded pool of workers runs the handler.
// It refuses malformed and ambiguous messages (400, then close), TRACE and CONNECT (405), bodies and heads
// over their limits (413, 431), slow senders (408 or a plain close) and work beyond its queue (503).
// Content-Length, Connection and Date are the server's; a HEAD answer's body is left out by the server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "net/event_stream.h"
#include "net/ip_address.h"
#include "net/transport.h"
#include "net/url.h"

namespace patrol::net {

struct ServerRequest {
    std::string method;  // as sent: "GET"
    std::string target;  // origin form, still percent-encoded: "/a%20b?x=1"
    std::string path;    // target before '?', still percent-encoded
    QueryPairs query;    // decoded
    Headers headers;
    std::string body;
    IpAddress peer_address;
    bool is_loopback = false;
    bool is_tls = false;                                               // TLS ends here, not at a proxy
    std::vector<std::pair<std::string, std::string>> path_parameters;  // decoded; filled by the Router
    std::stop_token stop;  // the server is going down and will not wait for this answer

    [[nodiscard]] std::string_view header(std::string_view name) const;          // empty where absent
    [[nodiscard]] std::string_view path_parameter(std::string_view name) const;  // empty where absent
    [[nodiscard]] const std::string* query_value(std::string_view name) const;   // the first; nullptr if none
};

struct ServerResponse {
    int status = 200;
    Headers headers;
    // A stream is sent as text/event-stream until it is closed.
    std::variant<std::string, std::shared_ptr<const std::string>, std::shared_ptr<EventStream>> body;
};

// Runs on a worker thread, several at once. What it throws becomes 500.
using Handler = std::function<ServerResponse(ServerRequest&)>;

// Asked before a large body is read, on a worker thread: an answer is sent instead of reading it, and the
// connection closed. What it throws becomes 500.
using Admission = std::function<std::optional<ServerResponse>(ServerRequest&)>;
inline constexpr std::size_t unasked_body_bytes = 16 * 1024;  // bodies up to this are read first

// PEM: the certificate with its chain, and its key.
struct TlsFiles {
    std::filesystem::path certificate, key;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: the kernel chooses
    std::size_t workers = 8;
    std::size_t queued_requests_max = 1024;
    std::size_t connections_max = 10'000;
    std::size_t connections_per_address = limits::connections_per_address;
    std::size_t header_bytes_max = limits::request_header_bytes;
    std::size_t headers_max = limits::request_headers;
    std::size_t body_bytes_max = limits::request_body_bytes;
    // What it is at an address, where that differs; empty: everywhere the same. Runs on the I/O thread.
    std::function<std::size_t(std::string_view method, std::string_view path)> body_limit;
    std::chrono::milliseconds header_time = limits::request_header_time;  // from the first byte to the last
    std::chrono::milliseconds body_time = std::chrono::seconds(60);
    std::chrono::milliseconds idle_time = limits::request_idle_time;  // between two requests
    std::chrono::milliseconds write_time = std::chrono::seconds(30);  // plus body / the slowest rate:
    std::size_t write_bytes_per_second_least = 16 * 1024;
    std::chrono::milliseconds heartbeat = std::chrono::seconds(15);  // of event streams
    std::optional<TlsFiles> tls;  // absent: plain http. Read again when they change (net/tls_context.h)
    std::chrono::milliseconds tls_files_interval = limits::tls_files_interval;
    Admission admission;  // empty: every body is read
    // Bodies of the answers the server itself gives (400, 405, 408, 413, 417, 431, 500, 503), so that they
    // look like the product's own errors. Empty: problem+json with status and title. Runs on any thread.
    std::function<ServerResponse(int status)> error_response;
};

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
    std::string_view scheme = "http";
    [[nodiscard]] std::string url() const;  // "http://127.0.0.1:8080"
};

class HttpServer {
public:
    HttpServer(ServerOptions options, Handler handler);
    ~HttpServer();  // stop(0)
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Kind::unavailable, code "bind", where the address cannot be had; Kind::invalid for a bad address, with
    // code "tls_files" for a certificate or key that cannot be used.
    Result<Endpoint> start();
    // Stops accepting, ends event streams, lets requests in hand finish for at most `drain`, then asks
    // handlers to stop through their stop_token and waits for them to return. Call from outside a handler.
    void stop(std::chrono::milliseconds drain = std::chrono::seconds(10));

    [[nodiscard]] std::size_t connections() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace patrol::net

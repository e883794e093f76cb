// Large bodies are only read from callers who may send them.
#include <doctest/doctest.h>

#include "net/http_server.h"
#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using patrol::net::testing::RawSocket;

namespace {

// A server that admits whoever says so in a header.
struct Guarded {
    std::atomic<int> asked = 0, handled = 0;
    std::uint16_t port = 0;
    HttpServer server{{.admission = [this](ServerRequest& request) -> std::optional<ServerResponse> {
                          ++asked;
                          if (request.header("X-Throw") == "yes") throw std::runtime_error("no");
                          if (request.header("X-Known") == "yes") return std::nullopt;
                          return ServerResponse{.status = 401, .body = std::string("who?")};
                      }},
                      [this](ServerRequest& request) {
                          ++handled;
                          return ServerResponse{.body = std::to_string(request.body.size())};
                      }};
    Guarded() {
        const auto endpoint = server.start();
        REQUIRE(endpoint);
        port = endpoint->port;
    }
    // The answer to a head without its body.
    std::string ask(const std::string& head) const {
        RawSocket socket = RawSocket::connect(port);
        socket.send("POST / HTTP/1.1\r\nHost: x\r\n" + head + "\r\n");
        return socket.receive("\r\n\r\n", 5000);
    }
};

std::string length(std::size_t bytes) { return "Content-Length: " + std::to_string(bytes) + "\r\n"; }

}  // namespace

TEST_CASE("a large body of an unknown caller is refused before it is sent") {
    Guarded guarded;
    CHECK(guarded.ask(length(1024 * 1024)).starts_with("HTTP/1.1 401 "));
    CHECK(guarded.ask(length(unasked_body_bytes + 1)).starts_with("HTTP/1.1 401 "));
    CHECK(guarded.ask("Transfer-Encoding: chunked\r\n").starts_with("HTTP/1.1 401 "));
    // Told before it is told to go on.
    CHECK(guarded.ask(length(1024 * 1024) + "Expect: 100-continue\r\n").starts_with("HTTP/1.1 401 "));
    CHECK(guarded.ask(length(1024 * 1024) + "X-Throw: yes\r\n").starts_with("HTTP/1.1 500 "));
    CHECK(guarded.asked == 5);
    CHECK(guarded.handled == 0);
}

TEST_CASE("the connection of a refused caller is closed, whatever else it sends") {
    Guarded guarded;
    RawSocket socket = RawSocket::connect(guarded.port);
    socket.send("POST / HTTP/1.1\r\nHost: x\r\n" + length(1024 * 1024) + "\r\n" + std::string(30'000, 'x'));
    const auto answer = socket.receive({}, 5000);
    CHECK(answer.starts_with("HTTP/1.1 401 "));
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(answer.find("HTTP/1.1", 9) == std::string::npos);
    CHECK(socket.closed_by_peer());
    CHECK(guarded.handled == 0);
}

TEST_CASE("a known caller's large body is read, and a small one without asking") {
    Guarded guarded;
    RawSocket socket = RawSocket::connect(guarded.port);
    socket.send("POST / HTTP/1.1\r\nHost: x\r\nX-Known: yes\r\n" + length(100'000) + "\r\n" +
                std::string(100'000, 'x'));
    CHECK(socket.receive("100000", 5000).starts_with("HTTP/1.1 200 "));
    CHECK(guarded.asked == 1);
    socket.send("POST / HTTP/1.1\r\nHost: x\r\n" + length(unasked_body_bytes) + "\r\n" +
                std::string(unasked_body_bytes, 'x'));
    CHECK(socket.receive("16384", 5000).starts_with("HTTP/1.1 200 "));
    socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(socket.receive("\r\n\r\n0", 5000).starts_with("HTTP/1.1 200 "));
    CHECK(guarded.asked == 1);
    CHECK(guarded.handled == 3);
}

TEST_CASE("an address may have another limit of its bodies") {
    HttpServer server({.body_limit = [](std::string_view method, std::string_view path) -> std::size_t {
                          return method == "PUT" && path == "/large" ? 2000 : 1000;
                      }},
                      [](ServerRequest& request) { return ServerResponse{.body = request.body}; });
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    const auto status = [&](const std::string& request) {
        RawSocket socket = RawSocket::connect(endpoint->port);
        socket.send(request);
        return socket.receive({}, 5000).substr(9, 3);
    };
    const std::string rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    const auto body = [](std::size_t bytes) { return length(bytes) + "\r\n" + std::string(bytes, 'x'); };
    CHECK(status("PUT /large" + rest + body(2000)) == "200");
    CHECK(status("PUT /large?x=1" + rest + body(2000)) == "200");
    CHECK(status("PUT /large" + rest + body(2001)) == "413");
    CHECK(status("POST /large" + rest + body(1001)) == "413");
    CHECK(status("PUT /other" + rest + body(1001)) == "413");
    const auto chunks = [](int count) {
        std::string out = "Transfer-Encoding: chunked\r\n\r\n";
        for (int i = 0; i < count; ++i) out += "1f4\r\n" + std::string(500, 'x') + "\r\n";
        return out + "0\r\n\r\n";
    };
    CHECK(status("PUT /large" + rest + chunks(4)) == "200");
    CHECK(status("PUT /large" + rest + chunks(5)) == "413");
    CHECK(status("POST /other" + rest + chunks(2)) == "200");
    CHECK(status("POST /other" + rest + chunks(3)) == "413");
}

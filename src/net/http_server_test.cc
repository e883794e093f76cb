#include "net/http_server.h"

#include <doctest/doctest.h>

#include <condition_variable>

#include "net/http_client.h"
#include "net/router.h"
#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using namespace std::chrono_literals;
using patrol::net::testing::RawSocket;

namespace {

ServerResponse echo(ServerRequest& request) {
    return {.headers = {{"X-Path", request.path}}, .body = request.method + "|" + request.body};
}

// Sends raw bytes and gives back everything until the server closes.
struct Answer {
    std::string text;
    bool closed = false;
    [[nodiscard]] int status() const {
        return text.starts_with("HTTP/1.1 ") ? std::stoi(text.substr(9, 3)) : 0;
    }
};

Answer ask(std::uint16_t port, std::string_view bytes, int milliseconds = 5000) {
    RawSocket socket = RawSocket::connect(port);
    socket.send(bytes);
    Answer answer{.text = socket.receive({}, milliseconds)};
    answer.closed = socket.closed_by_peer();
    return answer;
}

std::uint16_t start(HttpServer& server) {
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    return endpoint->port;
}

const std::string host = "Host: x\r\n";

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

}  // namespace

TEST_CASE("ambiguous and malformed messages are refused and the connection closed") {
    std::atomic<int> handled = 0;
    HttpServer server({}, [&](ServerRequest& request) {
        ++handled;
        return echo(request);
    });
    const auto port = start(server);
    const std::string post = "POST / HTTP/1.1\r\n" + host;
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const std::string& bytes : {
             post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
             post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled,
             post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + smuggled,
             post + "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello" + smuggled,
             post + "Content-Length: 5, 5\r\n\r\nhello",
             post + "Content-Length: +5\r\n\r\nhello",
             post + "Content-Length: 0x5\r\n\r\nhello",
             post + "Content-Length: -1\r\n\r\n",
             post + "Content-Length: \r\n\r\n",
             post + "Content-Length : 5\r\n\r\nhello",
             post + "Content-Length: 99999999999999999999\r\n\r\n",
             post + "Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
             post + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
             std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
             "GET / HTTP/1.1\r\n" + host + "X-A: b\r\n folded\r\n\r\n",
             "GET / HTTP/1.1\r\n" + host + "X-A: b\r\n\tfolded\r\n\r\n",
             "GET / HTTP/1.1\r\n folded: first\r\n" + host + "\r\n",
             std::string("GET / HTTP/1.1\nHost: x\n\n"),
             std::string("GET / HTTP/1.1\r\nHost: x\n\r\n"),
             "GET / HTTP/1.1\r\n" + host + "X-A: b\rc\r\n\r\n",
             "GET / HTTP/1.1\r\n" + host + std::string("X-A: b\0c\r\n\r\n", 12),
             "GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n",
             "GET / HTTP/1.1\r\n" + host + ": no name\r\n\r\n",
             "GET / HTTP/1.1\r\n" + host + host + "\r\n",
             std::string("GET / HTTP/1.1\r\n\r\n"),
             std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28),
             "GET /a b HTTP/1.1\r\n" + host + "\r\n",
             "GET /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n",
             "GET /#x HTTP/1.1\r\n" + host + "\r\n",
             "GET /?a=%zz HTTP/1.1\r\n" + host + "\r\n",
             "GET a HTTP/1.1\r\n" + host + "\r\n",
             "GET * HTTP/1.1\r\n" + host + "\r\n",
             "GET http://u:p@x/ HTTP/1.1\r\n" + host + "\r\n",
             "GET / HTTP/1.1 \r\n" + host + "\r\n",
             std::string("GET /\r\n\r\n"),
             "G@T / HTTP/1.1\r\n" + host + "\r\n",
             std::string("\x16\x03\x01\x02\r\n\r\n"),
         }) {
        CAPTURE(bytes);
        const Answer answer = ask(port, bytes);
        CHECK(answer.status() == 400);
        CHECK(answer.closed);
        CHECK(count(answer.text, "HTTP/1.1 ") == 1);
    }
    CHECK(handled == 0);
    CHECK(ask(port, "GET / HTTP/2.0\r\n" + host + "\r\n").status() == 505);
    CHECK(ask(port, post + "Transfer-Encoding: gzip\r\n\r\n").status() == 501);
    CHECK(ask(port, post + "Expect: miracles\r\nContent-Length: 1\r\n\r\n").status() == 417);
}

TEST_CASE("TRACE and CONNECT are refused in every form") {
    HttpServer server({}, echo);
    const auto port = start(server);
    for (const char* line :
         {"TRACE / HTTP/1.1\r\n", "CONNECT x:443 HTTP/1.1\r\n", "CONNECT / HTTP/1.1\r\n"}) {
        const Answer answer = ask(port, line + host + "\r\n");
        CHECK(answer.status() == 405);
        CHECK(answer.closed);
    }
}

TEST_CASE("a method override header changes nothing") {
    Router router;
    router.add(Method::post, "/a", [](const ServerRequest&) { return ServerResponse{}; });
    HttpServer server({}, [&](ServerRequest& request) { return router.handle(request); });
    const auto port = start(server);
    const std::string rest = " /a HTTP/1.1\r\nConnection: close\r\n" + host;
    CHECK(ask(port, "GET" + rest + "X-HTTP-Method-Override: POST\r\n\r\n").status() == 405);
    CHECK(ask(port, "HEAD" + rest + "\r\n").status() == 405);
    CHECK(ask(port, "POST" + rest + "\r\n").status() == 200);
}

TEST_CASE("every limit is named by its status") {
    HttpServer server({.body_bytes_max = 1000}, echo);
    const auto port = start(server);
    const std::string get = "GET / HTTP/1.1\r\nConnection: close\r\n" + host;
    std::string many;
    for (int i = 0; i < 98; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
    CHECK(ask(port, get + many + "\r\n").status() == 200);
    CHECK(ask(port, get + many + "X-More: y\r\n\r\n").status() == 431);
    CHECK(ask(port, get + "X-Long: " + std::string(15'000, 'a') + "\r\n\r\n").status() == 200);
    CHECK(ask(port, get + "X-Long: " + std::string(17'000, 'a') + "\r\n\r\n").status() == 431);
    CHECK(ask(port, get + "X-Long: " + std::string(200'000, 'a')).status() == 431);
    const std::string post = "POST / HTTP/1.1\r\nConnection: close\r\n" + host;
    CHECK(ask(port, post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x')).status() == 200);
    CHECK(ask(port, post + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x')).status() == 413);
    CHECK(ask(port, post + "Content-Length: 1000000000\r\n\r\n").status() == 413);
    CHECK(ask(port, post + "Content-Length: 5000000\r\n\r\n" + std::string(2'000'000, 'x')).status() == 413);
    CHECK(ask(port, post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'x') +
                        "\r\n1\r\nx\r\n0\r\n\r\n")
              .status() == 413);
}

TEST_CASE("pipelined requests are answered in order, and connections kept") {
    HttpServer server({}, echo);
    const auto port = start(server);
    const Answer answer =
        ask(port, "\r\nPOST /1 HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello" +
                      "GET /2 HTTP/1.1\r\n" + host + "\r\n" + "POST /3 HTTP/1.1\r\n" + host +
                      "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: z\r\n\r\n" +
                      "GET http://other/4?x HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n" +
                      "GET /never HTTP/1.1\r\n" + host + "\r\n");
    CHECK(count(answer.text, "HTTP/1.1 200 OK") == 4);
    const auto first = answer.text.find("POST|hello");
    const auto second = answer.text.find("GET|");
    const auto third = answer.text.find("POST|abc");
    CHECK(first < second);
    CHECK(second < third);
    CHECK(answer.text.find("X-Path: /4\r\n") != std::string::npos);
    CHECK(answer.text.find("/never") == std::string::npos);
    CHECK(answer.closed);
}

TEST_CASE("requests that arrive byte by byte") {
    HttpServer server({}, echo);
    const auto port = start(server);
    RawSocket socket = RawSocket::connect(port);
    for (char c : "POST /1 HTTP/1.1\r\n" + host + "Connection: close\r\nContent-Length: 5\r\n\r\nhello")
        socket.send({&c, 1});
    CHECK(socket.receive().ends_with("POST|hello"));
}

TEST_CASE("HTTP/1.0, HEAD, 204 and 304") {
    HttpServer server({}, [](ServerRequest& request) {
        const std::string* status = request.query_value("status");
        return ServerResponse{.status = status ? std::stoi(*status) : 200,
                              .headers = {{"Content-Length", "999"}, {"ETag", "x"}},
                              .body = std::string("12345")};
    });
    const auto port = start(server);
    const Answer old = ask(port, "GET / HTTP/1.0\r\n\r\n");
    CHECK(old.text.ends_with("\r\n\r\n12345"));
    CHECK(old.closed);
    CHECK(count(old.text, "Content-Length") == 1);
    const std::string rest = " HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n";
    const Answer head = ask(port, "HEAD /" + rest);
    CHECK(head.text.ends_with("\r\n\r\n"));
    CHECK(head.text.find("Content-Length: 5\r\n") != std::string::npos);
    CHECK(head.text.find("Date: ") != std::string::npos);
    for (const char* status : {"204", "304"}) {
        const Answer empty = ask(port, "GET /?status=" + std::string(status) + rest);
        CHECK(empty.text.ends_with("\r\n\r\n"));
        CHECK(empty.text.find("Content-Length") == std::string::npos);
    }
}

TEST_CASE("Expect: 100-continue") {
    HttpServer server({.body_bytes_max = 1000}, echo);
    const auto port = start(server);
    const std::string post = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n" + host;
    RawSocket socket = RawSocket::connect(port);
    socket.send(post + "Content-Length: 5\r\n\r\n");
    CHECK(socket.receive("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("hello");
    CHECK(socket.receive().ends_with("POST|hello"));
    CHECK(ask(port, post + "Content-Length: 5000\r\n\r\n").status() == 413);
}

TEST_CASE("slow senders are closed by their timers, and others are served meanwhile") {
    HttpServer server({.header_time = 300ms, .body_time = 300ms, .idle_time = 300ms}, echo);
    const auto port = start(server);
    std::vector<RawSocket> slow;
    for (int i = 0; i < 100; ++i) {
        slow.push_back(RawSocket::connect(port));
        slow.back().send(i % 2 ? "GET / HTTP/1.1\r\nX-"
                               : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
    }
    slow.push_back(RawSocket::connect(port));  // says nothing at all
    // Each byte must not win new time.
    RawSocket dripping = RawSocket::connect(port);
    const auto begin = std::chrono::steady_clock::now();
    std::jthread drip([&] {
        while (std::chrono::steady_clock::now() - begin < 3s && dripping.send("\r\n"))
            std::this_thread::sleep_for(20ms);
    });
    CHECK(ask(port, "GET / HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n").status() == 200);
    RawSocket idle = RawSocket::connect(port);
    idle.send("GET / HTTP/1.1\r\n" + host + "\r\n");
    CHECK(idle.receive({}, 3000).starts_with("HTTP/1.1 200"));
    CHECK(idle.closed_by_peer());
    for (RawSocket& socket : slow) {
        socket.receive({}, 3000);
        CHECK(socket.closed_by_peer());
    }
    drip.join();
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
    CHECK(server.connections() == 0);
}

TEST_CASE("a reader that does not read is closed by its timer") {
    const auto body = std::make_shared<const std::string>(50'000'000, 'x');
    HttpServer server({.write_time = 300ms, .write_bytes_per_second_least = 100'000'000},
                      [&](ServerRequest&) { return ServerResponse{.body = body}; });
    RawSocket socket = RawSocket::connect(start(server));
    socket.send("GET /big HTTP/1.1\r\n" + host + "\r\n");
    std::this_thread::sleep_for(100ms);
    CHECK(server.connections() == 1);
    for (int i = 0; i < 300 && server.connections() > 0; ++i) std::this_thread::sleep_for(10ms);
    CHECK(server.connections() == 0);
}

TEST_CASE("stopping without a drain ends an answer on its way") {
    const auto body = std::make_shared<const std::string>(50'000'000, 'x');
    HttpServer server({}, [&](ServerRequest&) { return ServerResponse{.body = body}; });
    RawSocket socket = RawSocket::connect(start(server));
    socket.send("GET /big HTTP/1.1\r\n" + host + "\r\n");
    std::this_thread::sleep_for(100ms);
    CHECK(server.connections() == 1);
    server.stop(0ms);
    CHECK(server.connections() == 0);
}

TEST_CASE("connections per address and in all are bounded") {
    HttpServer server({.connections_per_address = 3}, echo);
    const auto port = start(server);
    std::vector<RawSocket> held;
    const std::string get = "GET / HTTP/1.1\r\n" + host + "\r\n";
    for (int i = 0; i < 3; ++i) {
        held.push_back(RawSocket::connect(port));
        held.back().send(get);
        CHECK(held.back().receive("GET|").starts_with("HTTP/1.1 200"));
    }
    CHECK(ask(port, get).status() == 0);
    held.pop_back();
    for (int i = 0; i < 100 && server.connections() > 2; ++i) std::this_thread::sleep_for(10ms);
    RawSocket next = RawSocket::connect(port);
    next.send(get);
    CHECK(next.receive("GET|").starts_with("HTTP/1.1 200"));
}

TEST_CASE("work beyond the queue is answered with 503") {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    HttpServer server({.workers = 1, .queued_requests_max = 1}, [&](ServerRequest&) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
        return ServerResponse{};
    });
    const auto port = start(server);
    const std::string get = "GET / HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n";
    std::vector<RawSocket> sockets;
    for (int i = 0; i < 5; ++i) {
        sockets.push_back(RawSocket::connect(port));
        sockets.back().send(get);
        std::this_thread::sleep_for(50ms);
    }
    CHECK(sockets[4].receive().starts_with("HTTP/1.1 503"));
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    CHECK(sockets[0].receive().starts_with("HTTP/1.1 200"));
    CHECK(sockets[1].receive().starts_with("HTTP/1.1 200"));
}

TEST_CASE("a handler that throws or forges headers answers 500 without a word of it") {
    HttpServer server({}, [](ServerRequest& request) -> ServerResponse {
        if (request.path == "/throw") throw std::runtime_error("secret inside");
        if (request.path == "/int") throw 7;
        return {.headers = {{"X-A", "b\r\nSet-Cookie: c"}}};
    });
    const auto port = start(server);
    for (const char* path : {"/throw", "/int", "/forge"}) {
        const Answer answer =
            ask(port, "GET " + std::string(path) + " HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n");
        CHECK(answer.status() == 500);
        CHECK(answer.text.find("secret") == std::string::npos);
        CHECK(answer.text.find("Set-Cookie") == std::string::npos);
    }
}

TEST_CASE("the product's own error bodies") {
    HttpServer server({.error_response =
                           [](int status) {
                               return ServerResponse{.status = status,
                                                     .body = "ours " + std::to_string(status)};
                           }},
                      echo);
    CHECK(ask(start(server), "nonsense\r\n\r\n").text.ends_with("ours 400"));
}

TEST_CASE("stopping lets requests in hand finish and refuses new connections") {
    std::atomic<bool> begun = false;
    auto server = std::make_unique<HttpServer>(ServerOptions{}, [&](ServerRequest&) {
        begun = true;
        std::this_thread::sleep_for(300ms);
        return ServerResponse{.body = std::string("done")};
    });
    const auto port = start(*server);
    RawSocket idle = RawSocket::connect(port);
    RawSocket busy = RawSocket::connect(port);
    busy.send("GET / HTTP/1.1\r\n" + host + "\r\n");
    while (!begun) std::this_thread::sleep_for(1ms);
    const auto begin = std::chrono::steady_clock::now();
    server->stop(5s);
    CHECK(std::chrono::steady_clock::now() - begin < 4s);
    const std::string answer = busy.receive();
    CHECK(answer.ends_with("done"));
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(idle.receive() == "");
    CHECK(RawSocket::connect(port).descriptor() == -1);
}

TEST_CASE("handlers that take longer than the drain are asked to stop") {
    HttpServer server({}, [&](ServerRequest& request) {
        while (!request.stop.stop_requested()) std::this_thread::sleep_for(5ms);
        return ServerResponse{};
    });
    const auto port = start(server);
    RawSocket socket = RawSocket::connect(port);
    socket.send("GET / HTTP/1.1\r\n" + host + "\r\n");
    std::this_thread::sleep_for(50ms);
    const auto begin = std::chrono::steady_clock::now();
    server.stop(200ms);
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
}

TEST_CASE("addresses that cannot be had") {
    HttpServer first({}, echo);
    const auto port = start(first);
    HttpServer second({.port = port}, echo);
    const auto taken = second.start();
    REQUIRE(!taken);
    CHECK(taken.error().code == "bind");
    HttpServer third({.address = "nonsense"}, echo);
    CHECK(third.start().error().kind == Error::Kind::invalid);
    CHECK(Endpoint{.address = "::1", .port = 80}.url() == "http://[::1]:80");
}

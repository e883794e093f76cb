#include "net/event_stream.h"

#include <doctest/doctest.h>

#include "net/http_server.h"
#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using namespace std::chrono_literals;
using patrol::net::testing::RawSocket;

namespace {

const std::string request = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

// A server whose every answer is a new stream, kept for the test to push into.
struct EventServer {
    std::mutex mutex;
    std::vector<std::shared_ptr<EventStream>> streams;
    HttpServer server;
    std::uint16_t port = 0;

    explicit EventServer(ServerOptions options = {})
        : server(std::move(options), [this](ServerRequest&) {
              const auto stream = std::make_shared<EventStream>();
              const std::lock_guard lock(mutex);
              streams.push_back(stream);
              return ServerResponse{.body = stream};
          }) {
        port = server.start()->port;
    }
    std::shared_ptr<EventStream> stream(std::size_t index = 0) {
        for (int i = 0; i < 500; ++i) {
            {
                const std::lock_guard lock(mutex);
                if (streams.size() > index) return streams[index];
            }
            std::this_thread::sleep_for(10ms);
        }
        return nullptr;
    }
};

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 500; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

}  // namespace

TEST_CASE("events are written as lines that cannot be forged") {
    EventStream stream;
    CHECK(stream.push("7", "scan", "{\"a\":1}"));
    CHECK(stream.push("", "", "one\ntwo\r\nthree\rfour\n"));
    CHECK(stream.push("8\nid: 9", "x\r\ny", "z"));
    CHECK(stream.take().bytes ==
          "id: 7\nevent: scan\ndata: {\"a\":1}\n\n"
          "data: one\ndata: two\ndata: three\ndata: four\ndata: \n\n"
          "id: 8id: 9\nevent: xy\ndata: z\n\n");
    CHECK(!stream.take().ended);
}

TEST_CASE("a full buffer drops the client") {
    EventStream stream(1000);
    while (stream.push("1", "e", std::string(90, 'x'))) {
    }
    CHECK(!stream.is_open());
    CHECK(!stream.push("2", "e", "y"));
    const auto pending = stream.take();
    CHECK(pending.bytes.empty());
    CHECK(pending.ended);
}

TEST_CASE("on_close runs once, also when set too late") {
    EventStream stream;
    int calls = 0;
    stream.on_close([&] { ++calls; });
    stream.detach();
    stream.detach();
    CHECK(calls == 1);
    stream.on_close([&] { ++calls; });
    CHECK(calls == 2);
    CHECK(!stream.push("1", "e", "x"));
}

TEST_CASE("a stream over a connection, its heartbeat and its end") {
    EventServer events({.heartbeat = 100ms});
    RawSocket socket = RawSocket::connect(events.port);
    socket.send(request);
    const auto stream = events.stream();
    REQUIRE(stream);
    stream->push("1", "a", "first");
    const std::string head = socket.receive("first\n\n");
    CHECK(head.starts_with("HTTP/1.1 200 OK"));
    CHECK(head.find("Content-Type: text/event-stream") != std::string::npos);
    CHECK(head.find("Content-Length") == std::string::npos);
    CHECK(socket.receive(": keep-alive\n\n").find(": keep-alive\n\n") != std::string::npos);
    stream->push("2", "a", "last");
    stream->close();
    CHECK(socket.receive().find("data: last\n\n") != std::string::npos);
    CHECK(socket.closed_by_peer());
}

TEST_CASE("the peer's end is noticed") {
    EventServer events;
    std::atomic<bool> closed = false;
    RawSocket socket = RawSocket::connect(events.port);
    socket.send(request);
    const auto stream = events.stream();
    REQUIRE(stream);
    stream->on_close([&] { closed = true; });
    socket.receive("\r\n\r\n");
    socket.close();
    CHECK(eventually([&] { return closed.load(); }));
    CHECK(!stream->push("1", "e", "x"));
    CHECK(eventually([&] { return events.server.connections() == 0; }));
}

TEST_CASE("a client that does not read is dropped, and others go on") {
    EventServer events({.write_time = 300ms});
    RawSocket slow = RawSocket::connect(events.port);
    slow.send(request);
    REQUIRE(events.stream(0));
    RawSocket good = RawSocket::connect(events.port);
    good.send(request);
    REQUIRE(events.stream(1));
    std::atomic<bool> closed = false;
    events.stream(0)->on_close([&] { closed = true; });
    const std::string data(100'000, 'x');
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (events.stream(0)->push("1", "e", data) && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(1ms);
    CHECK(eventually([&] { return closed.load(); }));
    events.stream(1)->push("1", "e", "still here");
    CHECK(good.receive("still here").find("still here") != std::string::npos);
}

TEST_CASE("many threads push while clients come and go, and stopping ends all") {
    auto events = std::make_unique<EventServer>();
    std::atomic<bool> stop = false;
    std::vector<RawSocket> sockets;
    for (std::size_t i = 0; i < 30; ++i) {
        sockets.push_back(RawSocket::connect(events->port));
        sockets.back().send(request);
        REQUIRE(events->stream(i));
    }
    std::vector<std::jthread> pushers;
    for (int t = 0; t < 3; ++t)
        pushers.emplace_back([&] {
            while (!stop)
                for (std::size_t i = 0; i < 30; ++i) events->stream(i)->push("1", "e", "x");
        });
    for (std::size_t i = 0; i < 10; ++i) sockets[i].close();
    for (std::size_t i = 10; i < 30; ++i)
        CHECK(sockets[i].receive("data: x\n\n").find("data: x") != std::string::npos);
    const auto begin = std::chrono::steady_clock::now();
    events->server.stop(5s);
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(events->server.connections() == 0);
    stop = true;
    pushers.clear();
}

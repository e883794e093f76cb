#include "net/http_client.h"

#include <doctest/doctest.h>

#include "net/http_server.h"
#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using namespace std::chrono_literals;
using patrol::net::testing::RawServer;
using patrol::net::testing::RawSocket;

namespace {

const TrustProfile operators{.destination = Destination::operator_chosen};

HttpRequest get(std::string url) { return {.url = std::move(url), .timeout = 10s, .trust = operators}; }

// Reads a request's head, sends `answer`, and closes after `pause`.
std::function<void(RawSocket)> answering(std::string answer, std::chrono::milliseconds pause = 0ms) {
    return [answer = std::move(answer), pause](RawSocket socket) {
        socket.receive("\r\n\r\n");
        socket.send(answer);
        if (pause > 0ms) socket.receive({}, static_cast<int>(pause.count()));
    };
}

Error error_of(const Result<HttpResponse>& result) {
    REQUIRE(!result);
    return result.error();
}

std::string patterned(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
    return text;
}

ServerOptions many_connections() { return {.workers = 4, .connections_per_address = 2000}; }

ServerResponse echo(const ServerRequest& request) {
    ServerResponse response{.headers = {{"X-Method", request.method}, {"X-Target", request.target}}};
    for (const Header& header : request.headers)
        response.headers.push_back({"Got-" + header.name, header.value});
    response.body = request.body;
    return response;
}

}  // namespace

TEST_CASE("a request goes out as written and its answer comes back whole") {
    HttpServer server({}, echo);
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    HttpClient client;
    auto request = get(endpoint->url() + "/a/../b%2Fc//d?x=1&policy&y=%20");
    request.method = "POST";
    request.headers = {{"X-Amz-Date", "20261122T000000Z"}, {"X-Empty", ""}};
    request.body = patterned(900'000);
    const auto response = client.send(request);
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->header("x-method") == "POST");
    CHECK(response->header("x-target") == "/a/../b%2Fc//d?x=1&policy&y=%20");
    CHECK(response->header("got-x-amz-date") == "20261122T000000Z");
    CHECK(find_header(response->headers, "Got-X-Empty"));
    CHECK(!find_header(response->headers, "Got-Content-Type"));
    CHECK(!find_header(response->headers, "Got-Expect"));
    CHECK(response->header("got-user-agent").starts_with("patrol/"));
    CHECK(response->body == request.body);
    for (const char* method : {"GET", "PUT", "DELETE", "PATCH", "HEAD"}) {
        auto other = get(endpoint->url());
        other.method = method;
        const auto answer = client.send(other);
        REQUIRE(answer);
        CHECK(answer->header("X-Method") == method);
        CHECK(answer->body.empty());
    }
}

TEST_CASE("connections are reused, and never between trust profiles") {
    HttpServer server({}, echo);
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    HttpClient client({.egress = *EgressPolicy::parse("127.0.0.0/8")});
    for (int i = 0; i < 20; ++i) CHECK(client.send(get(endpoint->url())));
    CHECK(client.connections_opened() == 1);
    auto user = get(endpoint->url());
    user.trust = {};
    CHECK(client.send(user));
    CHECK(client.connections_opened() == 2);
    CHECK(client.send(user));
    CHECK(client.send(get(endpoint->url())));
    CHECK(client.connections_opened() == 2);
}

TEST_CASE("many threads share the loop") {
    HttpServer server(many_connections(), echo);
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    HttpClient client({.in_flight_max = 24, .resolving_at_once = 4});  // fewer than callers: some wait
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 48; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 20; ++i) {
                    auto request = get(endpoint->url() + "/" + std::to_string(t * 1000 + i));
                    const auto response = client.send(request);
                    if (response && response->header("X-Target") == "/" + std::to_string(t * 1000 + i))
                        ++right;
                }
            });
    }
    CHECK(right == 48 * 20);
    CHECK(client.connections_opened() <= 24);
}

TEST_CASE("large bodies over keep-alive") {
    const auto body = std::make_shared<const std::string>(patterned(3'000'000));
    HttpServer server(many_connections(), [&](ServerRequest&) { return ServerResponse{.body = body}; });
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    HttpClient client;
    constexpr int rounds = 100;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) {
        const auto response = client.send(get(endpoint->url()));
        REQUIRE(response);
        REQUIRE(response->body.size() == body->size());
        if (i == 0) CHECK(response->body == *body);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    MESSAGE("3 MB bodies: " << rounds * 3.0 / seconds / 1000 << " GB/s");
    CHECK(client.connections_opened() == 1);
}

TEST_CASE("a redirect is an answer like any other") {
    std::atomic<int> followed = 0;
    HttpServer server({}, [&](ServerRequest& request) {
        if (request.path != "/") ++followed;
        return ServerResponse{.status = 302, .headers = {{"Location", "/elsewhere"}}};
    });
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    HttpClient client;
    const auto response = client.send(get(endpoint->url()));
    REQUIRE(response);
    CHECK(response->status == 302);
    CHECK(response->header("Location") == "/elsewhere");
    CHECK(followed == 0);
}

TEST_CASE("HTTP/1.0 with a body that ends with the connection") {
    RawServer server(answering("HTTP/1.0 200 OK\r\nServer: x\r\n\r\nthe body"));
    HttpClient client;
    for (int i = 0; i < 3; ++i) {
        const auto response = client.send(get(server.url()));
        REQUIRE(response);
        CHECK(response->body == "the body");
    }
    CHECK(server.accepted() == 3);
}

TEST_CASE("broken answers are errors with a kind and a code") {
    HttpClient client;
    const auto ask = [&](std::string answer) {
        RawServer server(answering(std::move(answer)));
        return client.send(get(server.url()));
    };
    SUBCASE("cut in the body") {
        const Error error = error_of(ask("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"));
        CHECK(error.kind == Error::Kind::unavailable);
        CHECK(error.code == "cut");
    }
    SUBCASE("cut in a chunk") {
        CHECK(error_of(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nabc")).code == "cut");
    }
    SUBCASE("cut before the last chunk") {
        CHECK(error_of(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")).code ==
              "cut");
    }
    SUBCASE("closed without a word") { CHECK(error_of(ask("")).code == "cut"); }
    SUBCASE("not HTTP") {
        const Error error = error_of(ask("SSH-2.0-OpenSSH_9.2\r\n"));
        CHECK(error.kind == Error::Kind::unavailable);
        CHECK(error.code == "bad_response");
    }
    SUBCASE("endless headers") {
        std::string head = "HTTP/1.1 200 OK\r\n";
        for (int i = 0; i < 2000; ++i) head += "X-" + std::to_string(i) + ": y\r\n";
        CHECK(error_of(ask(head + "\r\n")).code == "bad_response");
    }
    SUBCASE("a body announced larger than allowed") {
        const Error error = error_of(ask("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"));
        CHECK(error.kind == Error::Kind::too_large);
        CHECK(error.code == "too_large");
    }
}

TEST_CASE("a body over the limit ends the transfer while it arrives") {
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    RawServer server([&](RawSocket socket) {
        socket.receive("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (socket.send(chunk)) {
        }
    });
    HttpClient client;
    auto request = get(server.url());
    request.max_body_bytes = 1'000'000;
    CHECK(error_of(client.send(request)).kind == Error::Kind::too_large);
    HttpServer exact({}, [](ServerRequest&) { return ServerResponse{.body = std::string(1000, 'x')}; });
    auto at_limit = get(exact.start()->url());
    at_limit.max_body_bytes = 1000;
    CHECK(client.send(at_limit));
    at_limit.max_body_bytes = 999;
    CHECK(error_of(client.send(at_limit)).kind == Error::Kind::too_large);
}

TEST_CASE("time limits") {
    HttpClient client;
    SUBCASE("no answer") {
        RawServer server(answering("", 3000ms));
        auto request = get(server.url());
        request.timeout = 200ms;
        const auto begin = std::chrono::steady_clock::now();
        CHECK(error_of(client.send(request)).kind == Error::Kind::timeout);
        CHECK(std::chrono::steady_clock::now() - begin < 2s);
    }
    SUBCASE("a body that stops") {
        RawServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", 5000ms));
        auto request = get(server.url());
        request.idle_timeout = 1s;
        CHECK(error_of(client.send(request)).kind == Error::Kind::timeout);
    }
    SUBCASE("no room in the pool") {
        RawServer server(answering("", 2000ms));
        HttpClient narrow({.in_flight_max = 1});
        std::jthread first([&] { (void)narrow.send(get(server.url())); });
        std::this_thread::sleep_for(100ms);
        auto request = get(server.url());
        request.timeout = 300ms;
        const auto begin = std::chrono::steady_clock::now();
        CHECK(error_of(narrow.send(request)).kind == Error::Kind::timeout);
        CHECK(std::chrono::steady_clock::now() - begin < 1500ms);
    }
}

TEST_CASE("no peer") {
    HttpClient client;
    std::uint16_t closed_port = 0;
    {
        closed_port = RawServer([](RawSocket) {}).port();
    }
    const Error refused = error_of(client.send(get("http://127.0.0.1:" + std::to_string(closed_port))));
    CHECK(refused.kind == Error::Kind::unavailable);
    CHECK(refused.code == "connect");
    const Error unknown = error_of(client.send(get("http://no-such-host.invalid/")));
    CHECK(unknown.kind == Error::Kind::unavailable);
    CHECK(unknown.code == "dns");
}

TEST_CASE("a stop token ends a call at once") {
    RawServer server(answering("", 5000ms));
    HttpClient client;
    std::stop_source source;
    auto request = get(server.url());
    request.stop = source.get_token();
    std::jthread later([&] {
        std::this_thread::sleep_for(100ms);
        source.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    CHECK(error_of(client.send(request)).kind == Error::Kind::cancelled);
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    CHECK(error_of(client.send(request)).kind == Error::Kind::cancelled);  // stopped before it began
}

TEST_CASE("the client's end cancels what is in flight") {
    RawServer server(answering("", 5000ms));
    auto client = std::make_unique<HttpClient>();
    std::optional<Result<HttpResponse>> result;
    std::jthread caller([&, raw = client.get()] { result = raw->send(get(server.url())); });
    std::this_thread::sleep_for(100ms);
    client.reset();
    caller.join();
    CHECK(error_of(*result).kind == Error::Kind::cancelled);
}

TEST_CASE("requests that cannot be sent") {
    HttpClient client;
    const auto refused = [&](HttpRequest request) { return error_of(client.send(request)).kind; };
    auto header = get("http://127.0.0.1:1/");
    header.headers = {{"X-Bad", "a\r\nX-Injected: b"}};
    CHECK(refused(header) == Error::Kind::invalid);
    header.headers = {{"X Bad", "a"}};
    CHECK(refused(header) == Error::Kind::invalid);
    auto method = get("http://127.0.0.1:1/");
    method.method = "GET / HTTP/1.1\r\nX";
    CHECK(refused(method) == Error::Kind::invalid);
    CHECK(refused(get("file:///etc/passwd")) == Error::Kind::invalid);
    CHECK(refused(get("http://user:pw@127.0.0.1/")) == Error::Kind::invalid);
    CHECK(refused(get("http://127.0.0.1/a b")) == Error::Kind::invalid);
}

TEST_CASE("what a user chose is checked as text and as resolved address") {
    HttpServer server({}, echo);
    const auto endpoint = server.start();
    REQUIRE(endpoint);
    HttpClient strict;
    HttpRequest request{.url = endpoint->url()};
    CHECK(error_of(strict.send(request)).code == "egress_blocked");
    // Allowed by its text, since a block is listed; then resolves to 127.0.0.1, which is not in the block.
    HttpClient other({.egress = *EgressPolicy::parse("10.0.0.0/8 ::1")});
    request.url = "http://localhost:" + std::to_string(endpoint->port);
    CHECK(error_of(other.send(request)).code == "egress_blocked");
    HttpClient open({.egress = *EgressPolicy::parse("127.0.0.0/8")});
    CHECK(open.send(request));
    CHECK(strict.connections_opened() == 0);
    CHECK(other.connections_opened() <= 1);  // at most a refused try of ::1
}

TEST_CASE("proxies are used for the operator's https only, and never for what a user chose") {
    std::atomic<int> connects = 0;
    RawServer proxy([&](RawSocket socket) {
        if (socket.receive("\r\n\r\n").starts_with("CONNECT example.test:443")) ++connects;
        socket.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    HttpServer server({}, echo);
    const auto endpoint = server.start();
    HttpClient client({.egress = *EgressPolicy::parse("127.0.0.0/8"), .https_proxy = proxy.url()});
    HttpRequest request{.url = "https://example.test/", .timeout = 5s};
    request.trust = {.proxy = ProxyUse::environment, .destination = Destination::operator_chosen};
    CHECK(!client.send(request));
    CHECK(connects == 1);
    request.url = endpoint->url();
    CHECK(client.send(request));
    request.trust.destination = Destination::user_supplied;
    CHECK(client.send(request));
    CHECK(proxy.accepted() == 1);
}

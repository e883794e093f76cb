// The server over TLS, against OpenSSL's own client: what it speaks, and certificates that change.
#include <doctest/doctest.h>

#include <openssl/ssl.h>

#include <atomic>
#include <fstream>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net/test_certificate.h"
#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using namespace patrol::net::testing;
using namespace std::chrono_literals;

namespace {

struct Files {
    Files() {
        static std::atomic<int> number = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("patrol-tls-server-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
        std::filesystem::create_directories(folder);
        replace(1);
    }
    ~Files() { std::filesystem::remove_all(folder); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    // A new pair; the certificate's serial is `serial`.
    void replace(long serial) const {
        const TestKey key = new_key();
        write_key(folder / "key.pem", key.get());
        write_certificate(folder / "cert.pem", self_signed(key.get(), "IP:127.0.0.1", serial).get());
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
    }
    [[nodiscard]] TlsFiles names() const { return {folder / "cert.pem", folder / "key.pem"}; }
    [[nodiscard]] std::string bundle() const { return (folder / "cert.pem").string(); }
    std::filesystem::path folder;
};

ServerOptions options_with(const Files& files) {
    ServerOptions options;
    options.tls = files.names();
    options.tls_files_interval = 5ms;
    return options;
}

struct Running {
    explicit Running(
        ServerOptions options,
        Handler handler =
            [](ServerRequest& request) {
                return ServerResponse{.body = std::string(request.is_tls ? "tls " : "plain ") + request.path};
            })
        : server(std::move(options), std::move(handler)) {
        const auto started = server.start();
        REQUIRE(started);
        endpoint = *started;
    }
    HttpServer server;
    Endpoint endpoint;
};

// One connection of OpenSSL's client; whoever the server is, is looked at by the test.
class Client {
public:
    explicit Client(std::uint16_t port, const std::function<void(SSL_CTX*)>& change = {})
        : context_(SSL_CTX_new(TLS_client_method())), socket_(RawSocket::connect(port)) {
        SSL_CTX_set_security_level(context_.get(), 0);
        if (change) change(context_.get());
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), socket_.descriptor());
        connected_ = SSL_connect(tls_.get()) == 1;
    }
    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] std::string version() const { return SSL_get_version(tls_.get()); }
    [[nodiscard]] long serial() const {
        const TestCertificate peer(SSL_get1_peer_certificate(tls_.get()));
        return peer ? ASN1_INTEGER_get(X509_get0_serialNumber(peer.get())) : 0;
    }
    [[nodiscard]] std::string protocol() const {
        const unsigned char* name = nullptr;
        unsigned int size = 0;
        SSL_get0_alpn_selected(tls_.get(), &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    bool send(std::string_view text) {
        return SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) ==
               static_cast<int>(text.size());
    }
    std::string receive(std::string_view mark) {
        std::string text;
        char bytes[4096];
        while (mark.empty() || text.find(mark) == std::string::npos) {
            const int got = SSL_read(tls_.get(), bytes, sizeof bytes);
            last_error_ = got > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), got);
            if (got <= 0) break;
            text.append(bytes, static_cast<std::size_t>(got));
        }
        return text;
    }
    std::string get(std::string_view path, std::string_view mark = "\r\n\r\n") {
        send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return receive(mark);
    }
    [[nodiscard]] int last_error() const { return last_error_; }

private:
    std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> context_;
    RawSocket socket_;
    std::unique_ptr<SSL, Freer<SSL_free>> tls_;
    bool connected_ = false;
    int last_error_ = 0;
};

// The serial of the certificate that a new connection is shown, once it is `wanted` or the time is over.
long served_serial(std::uint16_t port, long wanted, std::chrono::milliseconds longest = 5s) {
    const auto end = std::chrono::steady_clock::now() + longest;
    for (;;) {
        const long serial = Client(port).serial();
        if (serial == wanted || std::chrono::steady_clock::now() > end) return serial;
        std::this_thread::sleep_for(10ms);
    }
}

}  // namespace

TEST_CASE("tls: requests and answers, small and large") {
    const Files files;
    const std::string large(3'000'000, 'x');
    Running running(options_with(files), [&](ServerRequest& request) {
        if (request.path == "/large") return ServerResponse{.body = large};
        return ServerResponse{.body = std::string(request.is_tls ? "tls " : "plain ") + request.body};
    });
    CHECK(running.endpoint.url().starts_with("https://127.0.0.1:"));
    HttpClient client;
    const TrustProfile trust{.ca_bundle = files.bundle(), .destination = Destination::operator_chosen};
    const auto small = client.send({.method = "POST",
                                    .url = running.endpoint.url() + "/",
                                    .body = std::string(500'000, 'y'),
                                    .timeout = 20s,
                                    .trust = trust});
    REQUIRE(small);
    CHECK(small->body == "tls " + std::string(500'000, 'y'));
    const auto answer =
        client.send({.url = running.endpoint.url() + "/large", .timeout = 20s, .trust = trust});
    REQUIRE(answer);
    CHECK(answer->body == large);
}

TEST_CASE("tls: only TLS 1.2 and 1.3, with forward secrecy, and only HTTP/1.1") {
    const Files files;
    Running running(options_with(files));
    const auto port = running.endpoint.port;
    CHECK(Client(port).version() == "TLSv1.3");
    CHECK(Client(port, [](SSL_CTX* context) {
              SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
          }).version() == "TLSv1.2");
    CHECK_FALSE(Client(port, [](SSL_CTX* context) {
                    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
                }).connected());
    for (const char* cipher : {"AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"})
        CHECK_FALSE(Client(port, [cipher](SSL_CTX* context) {
                        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
                        REQUIRE(SSL_CTX_set_cipher_list(context, cipher) == 1);
                    }).connected());
    const auto offering = [](std::string_view protocols) {
        return [protocols](SSL_CTX* context) {
            SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                                    static_cast<unsigned int>(protocols.size()));
        };
    };
    CHECK(Client(port, offering("\x02h2\x08http/1.1")).protocol() == "http/1.1");
    CHECK_FALSE(Client(port, offering("\x03"
                                      "ftp"))
                    .connected());
}

TEST_CASE("tls: a new certificate serves new connections, open ones go on") {
    const Files files;
    Running running(options_with(files));
    const auto port = running.endpoint.port;
    Client open(port);
    CHECK(open.serial() == 1);
    CHECK(open.get("/1", "tls /1").ends_with("tls /1"));
    files.replace(2);
    CHECK(served_serial(port, 2) == 2);
    CHECK(open.get("/2", "tls /2").ends_with("tls /2"));
}

TEST_CASE("tls: bad new files keep the old certificate") {
    const Files files;
    Running running(options_with(files));
    const auto port = running.endpoint.port;
    SUBCASE("not PEM") { files.write("cert.pem", "garbage"); }
    SUBCASE("gone") { std::filesystem::remove(files.folder / "cert.pem"); }
    SUBCASE("empty") { files.write("key.pem", ""); }
    SUBCASE("another key") { write_key(files.folder / "key.pem", new_key().get()); }
    CHECK(served_serial(port, 2, 300ms) == 1);
    files.replace(3);
    CHECK(served_serial(port, 3) == 3);
}

TEST_CASE("tls: files that cannot be used keep the server from starting") {
    const Files files;
    SUBCASE("no certificate") { std::filesystem::remove(files.folder / "cert.pem"); }
    SUBCASE("another key") { write_key(files.folder / "key.pem", new_key().get()); }
    HttpServer server(options_with(files), [](ServerRequest&) { return ServerResponse(); });
    const auto started = server.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == "tls_files");
}

TEST_CASE("tls: who does not shake hands is let go, others are served meanwhile") {
    const Files files;
    auto options = options_with(files);
    options.header_time = 300ms;
    Running running(options);
    auto silent = RawSocket::connect(running.endpoint.port);
    auto plain = RawSocket::connect(running.endpoint.port);
    plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(plain.receive().find("HTTP/1.1") == std::string::npos);
    Client client(running.endpoint.port);
    CHECK(client.get("/", "tls /").ends_with("tls /"));
    CHECK(silent.receive({}, 3000).empty());
    for (int each = 0; each < 100 && running.server.connections() > 1; ++each)
        std::this_thread::sleep_for(20ms);
    CHECK(running.server.connections() == 1);  // the one that was served
}

TEST_CASE("tls: the end of a connection is told, so that nothing can be cut off unseen") {
    const Files files;
    Running running(options_with(files));
    Client client(running.endpoint.port);
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(client.receive("").ends_with("tls /"));
    CHECK(client.last_error() == SSL_ERROR_ZERO_RETURN);
}

TEST_CASE("tls: a refusal reaches a client that is still sending") {
    const Files files;
    auto options = options_with(files);
    options.body_bytes_max = 1000;
    Running running(options);
    Client client(running.endpoint.port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n" + std::string(100'000, 'x'));
    CHECK(client.receive("").starts_with("HTTP/1.1 413"));
}

TEST_CASE("tls: event streams, and a stop while connections are open") {
    const Files files;
    auto stream = std::make_shared<EventStream>();
    Running running(options_with(files), [&](ServerRequest&) { return ServerResponse{.body = stream}; });
    Client client(running.endpoint.port);
    client.get("/events");
    for (int each = 0; each < 3; ++each) {
        stream->push(std::to_string(each), "e", "data");
        CHECK(client.receive("data\n\n").find("data: data") != std::string::npos);
    }
    Client idle(running.endpoint.port);
    running.server.stop(5s);
    CHECK(running.server.connections() == 0);
}

// The client against a TLS peer with a certificate made here: whom it trusts, and what a handshake costs.
#include <doctest/doctest.h>

#include <openssl/ssl.h>

#include <ctime>
#include <filesystem>
#include <fstream>

#include "net/http_client.h"
#include "net/test_certificate.h"
#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using namespace std::chrono_literals;
using patrol::net::testing::Freer;
using patrol::net::testing::RawServer;
using patrol::net::testing::RawSocket;
using patrol::net::testing::self_signed;
using patrol::net::testing::TestCertificate;
using patrol::net::testing::TestKey;

namespace {

// Answers every request of a connection, one after another, over TLS.
class TlsServer {
public:
    explicit TlsServer(const std::string& alternative_names)
        : key_(EVP_EC_gen("P-256")),
          certificate_(self_signed(key_.get(), alternative_names)),
          context_(SSL_CTX_new(TLS_server_method())) {
        SSL_CTX_use_certificate(context_.get(), certificate_.get());
        SSL_CTX_use_PrivateKey(context_.get(), key_.get());
        server_ = std::make_unique<RawServer>([this](RawSocket socket) { serve(socket); });
    }
    [[nodiscard]] std::string url() const {
        return "https://127.0.0.1:" + std::to_string(server_->port()) + "/";
    }
    [[nodiscard]] int accepted() const { return server_->accepted(); }

    void write_certificate(std::ostream& out) const {
        BIO* memory = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(memory, certificate_.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(memory, &data);
        out.write(data, size);
        BIO_free(memory);
    }

private:
    void serve(RawSocket& socket) {
        const std::unique_ptr<SSL, Freer<SSL_free>> tls(SSL_new(context_.get()));
        SSL_set_fd(tls.get(), socket.descriptor());
        if (SSL_accept(tls.get()) != 1) return;
        char bytes[8192];
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        int got = 0;
        while ((got = SSL_read(tls.get(), bytes, sizeof bytes)) > 0) {
            SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
            if (std::string_view(bytes, got).find("Connection: close") != std::string_view::npos) return;
        }
    }

    TestKey key_;
    TestCertificate certificate_;
    std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> context_;
    std::unique_ptr<RawServer> server_;
};

class TemporaryFile {
public:
    TemporaryFile()
        : path_(std::filesystem::temp_directory_path() / ("patrol-tls-" + std::to_string(::getpid()))) {}
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

HttpRequest get(const TlsServer& server, std::string ca_bundle) {
    return {.url = server.url(),
            .timeout = 10s,
            .trust = {.ca_bundle = std::move(ca_bundle), .destination = Destination::operator_chosen}};
}

}  // namespace

TEST_CASE("only the profile's CA bundle is trusted") {
    const TlsServer server("IP:127.0.0.1");
    const TemporaryFile file;
    {
        std::ofstream out(file.path());
        server.write_certificate(out);
    }
    HttpClient client;
    const auto trusted = client.send(get(server, file.path()));
    REQUIRE(trusted);
    CHECK(trusted->body == "ok");
    // The open connection of the profile above does not serve this one.
    const auto untrusted = client.send(get(server, {}));
    REQUIRE(!untrusted);
    CHECK(untrusted.error().kind == Error::Kind::unavailable);
    CHECK(untrusted.error().code == "tls");
    CHECK(untrusted.error().message.find("certificate") != std::string::npos);
    const auto no_bundle = client.send(get(server, "/nonexistent/bundle.pem"));
    REQUIRE(!no_bundle);
    CHECK(no_bundle.error().code == "tls");
    CHECK(client.send(get(server, file.path())));
    for (int each = 0; each < 100 && server.accepted() < 3; ++each) std::this_thread::sleep_for(10ms);
    CHECK(server.accepted() == 3);  // the missing file was noticed before or after connecting
}

TEST_CASE("a certificate of another name is refused") {
    const TlsServer server("DNS:other.example");
    const TemporaryFile file;
    {
        std::ofstream out(file.path());
        server.write_certificate(out);
    }
    HttpClient client;
    const auto response = client.send(get(server, file.path()));
    REQUIRE(!response);
    CHECK(response.error().code == "tls");
}

TEST_CASE("a plain peer on a TLS port") {
    RawServer server([](RawSocket socket) {
        socket.receive("\n", 200);
        socket.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    HttpClient client;
    HttpRequest request{.url = "https://127.0.0.1:" + std::to_string(server.port()),
                        .timeout = 5s,
                        .trust = {.destination = Destination::operator_chosen}};
    const auto response = client.send(request);
    REQUIRE(!response);
    CHECK(response.error().code == "tls");
}

TEST_CASE("the CA bundle is read once, not for every connection") {
    const TlsServer server("IP:127.0.0.1");
    const TemporaryFile file;
    {
        std::ofstream out(file.path());
        out << std::ifstream("/etc/ssl/certs/ca-certificates.crt").rdbuf();
        out.clear();  // without that file nothing was inserted
        server.write_certificate(out);
    }
    HttpClient client;
    auto request = get(server, file.path());
    request.headers = {{"Connection", "close"}};
    REQUIRE(client.send(request));
    constexpr int rounds = 50;
    const std::clock_t begin = std::clock();
    for (int i = 0; i < rounds; ++i) REQUIRE(client.send(request));
    const double milliseconds = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / rounds;
    MESSAGE("CPU per new TLS connection, both sides: " << milliseconds << " ms");
    CHECK(server.accepted() > rounds);
    CHECK(milliseconds < 20);  // 26 ms and more where every connection parses the bundle
}

// The mail client against a server that speaks SMTP line by line.
#include "net/smtp_client.h"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <mutex>

#include "net/test_sockets.h"

using namespace patrol;
using namespace patrol::net;
using namespace std::chrono_literals;
using patrol::net::testing::RawServer;
using patrol::net::testing::RawSocket;

namespace {

// Answers each command by its first word; `replies` replaces single answers. Keeps all that was said.
class MailServerDouble {
public:
    explicit MailServerDouble(std::map<std::string, std::string> replies = {})
        : replies_(std::move(replies)), server_([this](RawSocket socket) { serve(socket); }) {}
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] int accepted() const { return server_.accepted(); }
    std::string said() {
        std::scoped_lock lock(mutex_);
        return said_;
    }

private:
    std::string answer(const std::string& word) {
        if (const auto given = replies_.find(word); given != replies_.end()) return given->second;
        if (word == "EHLO") return "250-double\r\n250 AUTH PLAIN\r\n";
        if (word == "DATA") return "354 go on\r\n";
        if (word == "AUTH") return "235 welcome\r\n";
        if (word == "QUIT") return "221 bye\r\n";
        return "250 ok\r\n";
    }
    void serve(RawSocket& socket) {
        socket.send("220 double\r\n");
        while (true) {
            const auto line = socket.receive("\r\n");
            if (line.empty()) return;
            keep(line);
            const auto word = line.substr(0, line.find_first_of(" \r"));
            socket.send(answer(word));
            if (word == "DATA" && answer(word).starts_with("354")) {
                keep(socket.receive("\r\n.\r\n"));
                socket.send(answer("."));
            }
        }
    }
    void keep(const std::string& text) {
        std::scoped_lock lock(mutex_);
        said_ += text;
    }

    std::map<std::string, std::string> replies_;
    std::mutex mutex_;
    std::string said_;
    RawServer server_;
};

EgressPolicy loopback_open() { return EgressPolicy::parse("127.0.0.0/8").value(); }

MailServer plain(std::uint16_t port) {
    return {.host = "127.0.0.1", .port = port, .security = MailServer::Security::loopback_only};
}

const MailMessage letter{.from = "patrol@example.com",
                         .to = {"a@example.com", "b@example.com"},
                         .text = "Subject: x\r\n\r\n.dots\r\n..\r\n"};

Result<void> deliver(const MailServer& server, const MailMessage& message = letter,
                     std::chrono::milliseconds timeout = 5s, std::stop_token stop = {}) {
    return SmtpClient(loopback_open(), "", "patrol.example.com").send(server, message, timeout, stop);
}

}  // namespace

TEST_CASE("a message reaches every recipient, its dots doubled on the wire") {
    MailServerDouble server;
    REQUIRE(deliver(plain(server.port())));
    const auto said = server.said();
    CHECK(said.find("EHLO patrol.example.com\r\n") != said.npos);
    CHECK(said.find("MAIL FROM:<patrol@example.com>") != said.npos);
    CHECK(said.find("RCPT TO:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n") != said.npos);
    CHECK(said.find("Subject: x\r\n\r\n..dots\r\n...\r\n.\r\n") != said.npos);
    CHECK(said.find("AUTH") == said.npos);
}

TEST_CASE("a user signs in with the password of this call") {
    MailServerDouble server({{"EHLO", "250-double\r\n250 AUTH LOGIN\r\n"},
                             {"AUTH", "334 VXNlcm5hbWU6\r\n"},
                             {"dQ==", "334 UGFzc3dvcmQ6\r\n"},
                             {"a2V5", "235 welcome\r\n"}});
    auto with_user = plain(server.port());
    with_user.username = "u";
    with_user.password = "key";
    CHECK(deliver(with_user));
    CHECK(server.said().find("a2V5\r\n") != std::string::npos);
}

TEST_CASE("STARTTLS is never left out, and nothing is said before it") {
    MailServerDouble server;
    auto starttls = plain(server.port());
    starttls.security = MailServer::Security::starttls;
    starttls.username = "u";
    starttls.password = "key";
    const auto refused = deliver(starttls);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "tls");
    CHECK(server.said().find("AUTH") == std::string::npos);
    CHECK(server.said().find("MAIL") == std::string::npos);
}

TEST_CASE("what a server says in refusing is not repeated, only its reply code") {
    struct Case {
        std::string word, reply, code;
    };
    for (const auto& [word, reply, code] :
         {Case{"MAIL", "550 secret words\r\n", "smtp"}, Case{"RCPT", "553 secret words\r\n", "smtp"},
          Case{"DATA", "451 secret words\r\n", "smtp"}, Case{".", "554 secret words\r\n", "smtp"}}) {
        INFO(word);
        MailServerDouble server({{word, reply}});
        const auto refused = deliver(plain(server.port()));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == Error::Kind::unavailable);
        CHECK(refused.error().code == code);
        CHECK(refused.error().message.find("secret") == std::string::npos);
        CHECK(refused.error().detail.find("secret") == std::string::npos);
    }
}

TEST_CASE("a refused sign-in is told as one") {
    MailServerDouble server({{"AUTH", "535 no\r\n"}});
    auto with_user = plain(server.port());
    with_user.username = "u";
    with_user.password = "key";
    const auto refused = deliver(with_user);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Error::Kind::denied);
    CHECK(refused.error().message.find("key") == std::string::npos);
}

TEST_CASE("a server that is not there, silent, or stopped for") {
    std::uint16_t closed = 0;
    {
        const RawServer gone([](RawSocket) {});
        closed = gone.port();
    }
    CHECK(deliver(plain(closed)).error().code == "connect");
    const RawServer silent([](RawSocket socket) { socket.receive({}, 3000); });
    CHECK(deliver(plain(silent.port()), letter, 300ms).error().kind == Error::Kind::timeout);
    std::stop_source stop;
    stop.request_stop();
    CHECK(deliver(plain(silent.port()), letter, 5s, stop.get_token()).error().kind == Error::Kind::cancelled);
}

TEST_CASE("addresses of the message cannot carry commands or headers") {
    MailServerDouble server;
    for (const std::string bad :
         {"a@b\r\nRCPT TO:<x@y>", "a b@c", "a@b>", "<a@b", "a", "@b", "a@", "a@b@c", "a,b@c", ""}) {
        INFO(bad);
        CHECK_FALSE(is_mail_address(bad));
        CHECK(deliver(plain(server.port()), {.from = bad, .to = {"a@b"}, .text = "x"}).error().field ==
              "from");
        CHECK(deliver(plain(server.port()), {.from = "a@b", .to = {bad}, .text = "x"}).error().field == "to");
    }
    CHECK(deliver(plain(server.port()), {.from = "a@b", .to = {}, .text = "x"}).error().field == "to");
    CHECK(is_mail_address("a.b+c@mail-1.example.com"));
    CHECK_FALSE(is_mail_address(std::string(250, 'a') + "@b.cc"));
    CHECK(server.accepted() == 0);
}

TEST_CASE("the egress policy holds for mail servers: names, addresses, ports") {
    using Security = MailServer::Security;
    const auto code = [](const EgressPolicy& policy, const MailServer& server) {
        const auto checked = SmtpClient::check(policy, server);
        return checked ? std::string("allowed") : checked.error().code;
    };
    CHECK(code({}, {.host = "mail.example.com", .port = 587}) == "allowed");
    CHECK(code({}, {.host = "mail.example.com", .port = 465, .security = Security::tls}) == "allowed");
    CHECK(code({}, {.host = "mail.example.com", .port = 2525}) == "allowed");
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{22, 80, 443, 6379, 5432})
        CHECK(code({}, {.host = "mail.example.com", .port = port}) == "egress_blocked");
    for (const std::string host : {"169.254.169.254", "127.0.0.1", "localhost", "10.0.0.1", "2130706433",
                                   "0x7f.1", "metadata.google.internal", "fd00:ec2::254", "::1"})
        CHECK_MESSAGE(code({}, {.host = host}) == "egress_blocked", host);
    CHECK(code(loopback_open(), {.host = "169.254.169.254"}) == "egress_blocked");
    for (const std::string host : {"a/b", "a b", "user@host", "", "a?b"})
        CHECK_MESSAGE(code({}, {.host = host}) != "allowed", host);
    const auto open = EgressPolicy::parse("10.0.0.0/8").value();
    CHECK(code(open, {.host = "10.0.0.1"}) == "allowed");
    CHECK_FALSE(SmtpClient::check(open, {.host = "10.0.0.1", .security = Security::loopback_only}));
    // A name is checked again when it is resolved.
    MailServerDouble server;
    const auto refused =
        SmtpClient({}, "", "x").send({.host = "127.0.0.1", .port = server.port()}, letter, 1s, {});
    CHECK(refused.error().code == "egress_blocked");
    CHECK(server.accepted() == 0);
}

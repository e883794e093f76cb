#include "collector/enrolment.h"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <deque>
#include <set>

#include "base/encoding.h"
#include "collector/private_file.h"
#include "collector/scratch_folder.h"
#include "collector/server_client.h"
#include "crypto/token.h"
#include "relay/signature.h"

namespace patrol::collector {
namespace {

class Peer final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        requests.push_back(request);
        if (answers.empty()) return fail(Error::Kind::unavailable, "Nothing answers.");
        auto answer = answers.front();
        if (answers.size() > 1) answers.pop_front();
        return answer;
    }
    std::vector<net::HttpRequest> requests;
    std::deque<net::HttpResponse> answers;
};

const CollectorId id("col_abcdefghijklmnopqrstuvwxyz");

Enrolment example() {
    return {.server = "https://patrol.example",
            .ca_bundle = {},
            .id = id,
            .name = "muc-01",
            .key = crypto::SigningKey::generate()};
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

EnrolmentRequest request_with(std::string token) {
    return {.server = "https://patrol.example",
            .ca_bundle = {},
            .token = std::move(token),
            .host = "h",
            .os = "Linux",
            .arch = "x"};
}

}  // namespace

TEST_CASE("an enrolment is kept for its owner only and read again") {
    const test::ScratchFolder folder;
    const auto state = folder.path / "deep" / "state";
    CHECK(load_enrolment(state).error().code == "not_enrolled");
    const auto made = example();
    REQUIRE(save(state, made));
    CHECK(mode_of(state) == 0700);
    CHECK(mode_of(state / enrolment_file) == 0600);
    const auto read = load_enrolment(state);
    REQUIRE(read.has_value());
    CHECK(read->server == made.server);
    CHECK(read->id == made.id);
    CHECK(read->name == "muc-01");
    CHECK(read->key.public_key() == made.key.public_key());
    // Anew, in its place, with nothing left beside it.
    REQUIRE(save(state, example()));
    CHECK(std::distance(std::filesystem::directory_iterator(state), {}) == 1);
    CHECK(load_enrolment(state)->key.public_key() != made.key.public_key());
}

TEST_CASE("an enrolment that others may read, or that is damaged, is not used") {
    const test::ScratchFolder folder;
    const auto state = folder.path / "state";
    REQUIRE(save(state, example()));
    const auto file = state / enrolment_file;
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    CHECK(load_enrolment(state).error().kind == Error::Kind::denied);
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    for (const char* text :
         {"", "{}", "nonsense", R"({"form":2})",
          R"({"form":1,"server":"https://x.example","collector_id":"col_x","key":"AA"})"}) {
        REQUIRE(write_private_file(file, text));
        CHECK(load_enrolment(state).error().kind == Error::Kind::invalid);
    }
    std::filesystem::permissions(state, std::filesystem::perms(0750));
    CHECK(save(state, example()).error().kind == Error::Kind::denied);
}

TEST_CASE("a collector speaks https, or http to this machine") {
    CHECK(*check_server("https://patrol.example//") == "https://patrol.example");
    CHECK(check_server("http://127.0.0.1:8080").has_value());
    CHECK(check_server("http://localhost:8080").has_value());
    CHECK(check_server("http://[::1]:8080").has_value());
    for (const char* url : {"http://patrol.example", "", "patrol.example", "https://a.example/path",
                            "https://a.example?x=1", "https://user:p@a.example", "http://10.0.0.1"})
        CHECK_MESSAGE(check_server(url).error().field == "--server", url);
}

TEST_CASE("enrolment sends the public half of a new key, and never the other") {
    Peer peer;
    peer.answers = {
        {.status = 200, .body = R"({"collector_id":"col_abcdefghijklmnopqrstuvwxyz","name":"muc-01"})"}};
    const auto token = crypto::make_token(crypto::collector_token_prefix);
    const auto enrolment = enrol(peer, request_with(token));
    REQUIRE(enrolment.has_value());
    CHECK(enrolment->id == id);
    REQUIRE(peer.requests.size() == 1);
    const auto& request = peer.requests[0];
    CHECK(request.url == "https://patrol.example/api/v1/collector/enroll");
    CHECK(request.body.contains(to_base64url(enrolment->key.public_key())));
    CHECK_FALSE(request.body.contains(to_base64url(as_bytes(enrolment->key.seed().expose()))));
    CHECK(request.trust.destination == net::Destination::operator_chosen);
}

TEST_CASE("a token that is no token is not sent; a refusal says why") {
    Peer peer;
    for (const char* token : {"", "pce_x", "pat_0123456789"})
        CHECK(enrol(peer, request_with(token)).error().kind == Error::Kind::unauthenticated);
    CHECK(peer.requests.empty());
    const auto token = crypto::make_token(crypto::collector_token_prefix);
    peer.answers = {
        {.status = 410,
         .body = R"({"type":"token_used","detail":"This token was used.","hint":"Make a new one."})"},
        {.status = 200, .body = "{}"},
        {.status = 502, .body = "<html>"}};
    const auto used = enrol(peer, request_with(token)).error();
    CHECK(used.kind == Error::Kind::gone);
    CHECK(used.code == "token_used");
    CHECK(used.hint == "Make a new one.");
    CHECK(enrol(peer, request_with(token)).error().kind == Error::Kind::unavailable);
    CHECK(enrol(peer, request_with(token)).error().kind == Error::Kind::unavailable);
}

TEST_CASE("every request is signed anew, over its path and body") {
    Peer peer;
    SystemClock clock;
    const auto enrolment = example();
    ServerClient client(peer, clock, enrolment);
    peer.answers = {{.status = 204}};
    REQUIRE(client.send(
        {.method = "POST", .path = "/collector/poll?x=1", .content_type = "text/plain", .body = "b"}));
    REQUIRE(client.send(
        {.method = "POST", .path = "/collector/poll?x=1", .content_type = "text/plain", .body = "b"}));
    std::set<std::string> nonces;
    for (const auto& request : peer.requests) {
        const auto header = relay::parse_signature(*net::find_header(request.headers, "Authorization"));
        REQUIRE(header.has_value());
        CHECK(header->collector == id);
        CHECK(relay::is_timely(*header, clock.now()));
        CHECK(relay::is_body_of(*header, "b"));
        CHECK(
            relay::is_signed_by(*header, {"POST", "/api/v1/collector/poll?x=1"}, enrolment.key.public_key()));
        nonces.insert(header->nonce);
    }
    CHECK(nonces.size() == 2);
}

TEST_CASE("a wrong clock is corrected by the server's date, once") {
    Peer peer;
    SystemClock clock;
    const auto enrolment = example();
    ServerClient client(peer, clock, enrolment);
    const auto refusal = [&](std::string_view date) {
        return net::HttpResponse{.status = 401, .headers = {{"Date", std::string(date)}}, .body = "{}"};
    };
    peer.answers = {refusal("Sat, 01 Jan 2050 00:00:00 GMT"), {.status = 204}};
    CHECK(client.send({.method = "POST", .path = "/collector/poll"}).has_value());
    REQUIRE(peer.requests.size() == 2);
    const auto header = relay::parse_signature(*net::find_header(peer.requests[1].headers, "Authorization"));
    REQUIRE(header.has_value());
    CHECK(relay::is_timely(*header, *parse_rfc3339("2050-01-01T00:00:01Z")));
    // The same date again is not why: no further attempt.
    peer.answers = {refusal("Sat, 01 Jan 2050 00:00:00 GMT")};
    CHECK(client.send({.method = "POST", .path = "/collector/poll"}).error().kind ==
          Error::Kind::unauthenticated);
    CHECK(peer.requests.size() == 3);
}

}  // namespace patrol::collector

// A whole server and a collector that is none: it speaks the collectors' interface over HTTP, well and badly.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "base/encoding.h"
#include "crypto/ed25519.h"
#include "net/http_client.h"
#include "relay/operation.h"
#include "relay/parts.h"
#include "relay/signature.h"
#include "server/server.h"
#include "store/store_fixture.h"
#include "worker/fields.h"
#include "worker/reports.h"

namespace patrol::server {
namespace {

using store::need;
using worker::Message;

constexpr auto patience = std::chrono::seconds(30);

struct Reply {
    int status = 0;
    std::string text;
    [[nodiscard]] json::value body() const { return need(parse_json(text)); }
    [[nodiscard]] std::string at(std::string_view name) const { return std::string(string_or(body(), name)); }
    // "409 operation-ended"
    [[nodiscard]] std::string problem() const {
        const std::string type(status >= 400 ? at("type") : "");
        return std::to_string(status) + (type.empty() ? "" : " " + type.substr(type.rfind(':') + 1));
    }
};

class Site {
public:
    Site() {
        ::setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
        std::ofstream(folder_.path() / "password") << "correct horse battery\n";
        Configuration settings{.listen_port = 0,
                               .data_dir = folder_.path() / "data",
                               .master_key_file = folder_.path() / "data/master.key"};
        settings.catalogue_dir.clear();
        settings.bootstrap_owner = "me@example.com";
        settings.bootstrap_password_file = folder_.path() / "password";
        settings.bootstrap_token_file = folder_.path() / "token";
        server = need(Server::start(settings));
        std::getline(std::ifstream(folder_.path() / "token"), token_);
    }
    Reply send(const std::string& method, const std::string& path, const std::string& body,
               const std::string& authorization, const std::string& type = "application/json") {
        net::HttpRequest request{.method = method,
                                 .url = server->local_url() + path,
                                 .headers = {{"Content-Type", type}},
                                 .body = body};
        if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
        request.trust.destination = net::Destination::operator_chosen;
        const auto answer = need(client_.send(request));
        return {answer.status, answer.body};
    }
    Reply ask(const std::string& method, const std::string& path, const json::value& body = json::object()) {
        return send(method, path, method == "GET" || method == "DELETE" ? "" : to_text(body),
                    "Bearer " + token_);
    }
    // What the answer becomes, in the end.
    template <class Done>
    Reply wait(const std::string& path, Done done) {
        const auto end = std::chrono::steady_clock::now() + patience;
        for (;;) {
            const auto reply = ask("GET", path);
            if (done(reply) || std::chrono::steady_clock::now() > end) return reply;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

    std::unique_ptr<Server> server;

private:
    store::TemporaryFolder folder_;
    net::HttpClient client_;
    std::string token_;
};

std::string one_frame(Message kind, worker::Encoder&& body) {
    relay::FrameWriter frames;
    need(frames.add(kind, std::move(body)));
    return frames.pack();
}
template <class T>
std::string result_of(T value) {
    return one_frame(Message::result,
                     worker::encode(worker::Reply<T>{.error = {}, .value = std::move(value)}));
}

// What a collector of this name would say.
class FakeCollector {
public:
    FakeCollector(Site& site, const std::string& name) : site_(site) {
        const auto made = site.ask("POST", "/api/v1/collectors", json::object{{"name", name}});
        REQUIRE_MESSAGE(made.status == 201, made.text);
        id = made.at("id");
        token = made.at("enrolment_token");
    }
    Reply enrol() {
        return site_.send("POST", "/api/v1/collector/enroll",
                          to_text(json::object{{"token", token},
                                               {"public_key", to_base64url(key.public_key())},
                                               {"host", "muc"},
                                               {"version", "1"},
                                               {"protocol", relay::collector_protocol},
                                               {"os", "linux"},
                                               {"arch", "x86_64"}}),
                          "");
    }
    [[nodiscard]] std::string sign(const std::string& method, const std::string& path,
                                   const std::string& body) const {
        return relay::sign_request(key, CollectorId(id), {method, path}, body, SystemClock().now());
    }
    Reply poll(std::int64_t busy = 0, std::int64_t protocol = relay::collector_protocol) {
        const auto body = to_text(json::object{{"protocol", protocol}, {"version", "1"}, {"busy", busy}});
        return site_.send("POST", "/api/v1/collector/poll", body,
                          sign("POST", "/api/v1/collector/poll", body));
    }
    relay::Operation wait_for_work(std::int64_t busy = 0) {
        const auto end = std::chrono::steady_clock::now() + patience;
        for (;;) {
            const auto reply = poll(busy);
            if (reply.status == 200) return need(relay::parse_operation(reply.body().at("operation")));
            REQUIRE_MESSAGE(reply.status == 204, reply.text);
            REQUIRE(std::chrono::steady_clock::now() < end);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
    static std::string part_path(const OperationId& operation, std::int64_t number) {
        return "/api/v1/collector/operations/" + operation.str() + "/parts/" + std::to_string(number);
    }
    Reply part(const OperationId& operation, std::int64_t number, const std::string& body) {
        const auto path = part_path(operation, number);
        return site_.send("PUT", path, body, sign("PUT", path, body), std::string(relay::frames_media_type));
    }
    // Works off what comes before the plan is run.
    relay::Operation until(Message kind) {
        for (;;) {
            const auto operation = wait_for_work();
            if (operation.kind == kind) return operation;
            CHECK(part(operation.id, 0, answer_to(operation.kind)).status == 200);
        }
    }
    static std::string answer_to(Message kind) {
        switch (kind) {
            case Message::verify_trust:
                return result_of(true);
            case Message::identity:
                return result_of(
                    inventory::Identity{"111122223333", "arn:aws:iam::111122223333:user/p", "aws"});
            case Message::regions:
                return result_of(std::vector<inventory::RegionState>{{"us-east-1", true}});
            default:
                return result_of(model::TestReport{.ok = true, .checks = {}, .tested_at = Timestamp{1}});
        }
    }

    std::string id, token;
    crypto::SigningKey key = crypto::SigningKey::generate();

private:
    Site& site_;
};

std::string make_account(Site& site, const FakeCollector& collector) {
    const auto made = site.ask("POST", "/api/v1/cloud-accounts",
                               json::object{{"name", "site"},
                                            {"provider", "aws"},
                                            {"mode", "collector"},
                                            {"collector_id", collector.id},
                                            {"auth", {{"kind", "on_site"}, {"credential", "main"}}},
                                            {"regions", json::array{"us-east-1"}}});
    REQUIRE_MESSAGE(made.status == 201, made.text);
    return made.at("id");
}

std::string start_scan(Site& site, const std::string& account) {
    const auto scan = site.ask("POST", "/api/v1/cloud-accounts/" + account + "/scans",
                               json::object{{"types", json::array{"AWS::EC2::VPC"}}});
    REQUIRE_MESSAGE(scan.status == 202, scan.text);
    return scan.at("id");
}

// Of one resource type: a page, a question about what was there before, and the end.
void report(relay::FrameWriter& frames, const model::SliceKey& slice, std::vector<std::string> ids) {
    worker::Page page{.slice = slice, .resources = {}};
    for (auto& id : ids)
        page.resources.push_back({.native_id = id,
                                  .arn = "",
                                  .name = id,
                                  .region = slice.scope,
                                  .tags = {},
                                  .document = R"({"VpcId":")" + id + "\"}",
                                  .hash = std::string(32, 'h')});
    need(frames.add(Message::start_slice, worker::encode(slice)));
    need(frames.add(Message::put, worker::encode(page)));
    need(frames.add(Message::live_count, worker::encode(worker::SliceQuestion{.number = 7, .slice = slice})));
    need(frames.add(Message::finish_slice,
                    worker::encode(model::SliceCoverage{.key = slice,
                                                        .service = "ec2",
                                                        .status = model::SliceStatus::complete,
                                                        .count = static_cast<std::int64_t>(ids.size())})));
}

std::vector<model::SliceCoverage> coverage_of(const worker::RunOrder& order) {
    std::vector<model::SliceCoverage> out;
    for (const auto& slice : order.slices)
        out.push_back(
            {.key = slice.key, .service = slice.service, .status = model::SliceStatus::complete, .count = 2});
    return out;
}

// The answer to question 7 in an answered part.
std::int64_t live_count_in(const std::string& packed) {
    const auto frames = need(relay::unpack_part(packed));
    relay::FrameReader reader(frames);
    const auto frame = need(reader.next());
    REQUIRE(frame);
    CHECK(frame->kind == Message::answer);
    std::int64_t number = 0;
    worker::Reply<std::int64_t> reply;
    worker::Decoder decoder(frame->body);
    decoder(number, reply);
    REQUIRE(decoder.done());
    CHECK(number == 7);
    CHECK(!need(reader.next()));
    return reply.value;
}

bool is_over(const Reply& scan) {
    const auto state = scan.at("state");
    return state != "queued" && state != "running";
}

// One scan to its snapshot; the number of resources that the server knew before.
std::int64_t scan_once(Site& site, FakeCollector& collector, const std::string& account,
                       const std::vector<std::string>& ids, std::string& scan) {
    scan = start_scan(site, account);
    const auto operation = collector.until(Message::run);
    CHECK(operation.purpose == scan);
    CHECK(operation.credential == "main");
    CHECK(operation.account.str() == account);
    const auto order = need(worker::decode<worker::RunOrder>(operation.order));
    REQUIRE(order.slices.size() == 1);
    relay::FrameWriter frames;
    report(frames, order.slices[0].key, ids);
    const auto first = frames.pack();
    const auto answered = collector.part(operation.id, 0, first);
    REQUIRE_MESSAGE(answered.status == 200, answered.text);
    const auto live = live_count_in(answered.text);
    CHECK(collector.part(operation.id, 0, first).text == answered.text);  // the answer got lost
    CHECK(collector.part(operation.id, 1, "").status == 200);             // a sign of life
    const auto last = result_of(inventory::RunOutcome{.coverage = coverage_of(order), .fatal = {}});
    CHECK(collector.part(operation.id, 2, last).status == 200);
    CHECK(collector.part(operation.id, 2, last).status == 200);
    CHECK(collector.part(operation.id, 3, "").problem() == "409 operation-ended");
    return live;
}

}  // namespace

TEST_CASE("a collector reads an account for the server") {
    Site site;
    FakeCollector collector(site, "muc");
    CHECK(collector.poll().status == 401);
    CHECK(collector.enrol().status == 200);
    CHECK(collector.enrol().status == 410);
    const auto account = make_account(site, collector);
    CHECK(collector.poll().status == 204);
    CHECK(site.ask("GET", "/api/v1/collectors/" + collector.id).at("state") == "online");

    std::thread working([&] {
        CHECK(collector.part(collector.until(Message::test).id, 0, FakeCollector::answer_to(Message::test))
                  .status == 200);
        CHECK(collector
                  .part(collector.until(Message::identity).id, 0, FakeCollector::answer_to(Message::identity))
                  .status == 200);
    });
    const auto tested = site.ask("POST", "/api/v1/cloud-accounts/" + account + "/test");
    working.join();
    CHECK_MESSAGE(tested.text.find("\"ok\":true") != std::string::npos, tested.text);
    CHECK(site.ask("GET", "/api/v1/cloud-accounts/" + account).at("native_account_id") == "111122223333");
    CHECK(site.ask("GET", "/api/v1/cloud-accounts/" + account + "/setup").problem() == "409 at-collector");

    std::string scan;
    CHECK(scan_once(site, collector, account, {"vpc-1", "vpc-2"}, scan) == 0);
    auto ended = site.wait("/api/v1/scans/" + scan, is_over);
    CHECK_MESSAGE(ended.at("state") == "succeeded", ended.text);
    CHECK(int_or(ended.body().at("counts"), "resources") == 2);
    CHECK(scan_once(site, collector, account, {"vpc-1", "vpc-2"}, scan) == 2);
    ended = site.wait("/api/v1/scans/" + scan, is_over);
    CHECK_MESSAGE(ended.at("state") == "succeeded", ended.text);
    for (const std::string_view change : {"added", "modified", "removed"})
        CHECK(int_or(ended.body().at("counts"), change) == 0);
    CHECK(site.ask("DELETE", "/api/v1/collectors/" + collector.id).problem() == "409 collector-has-accounts");
}

TEST_CASE("parts come in order, from whom was asked, and are believed only as far as the plan goes") {
    Site site;
    FakeCollector collector(site, "muc"), other(site, "ber");
    CHECK(collector.enrol().status == 200);
    CHECK(other.enrol().status == 200);
    CHECK(collector.poll().status == 204);
    const auto account = make_account(site, collector);
    const auto scan = start_scan(site, account);
    const auto operation = collector.until(Message::run);
    const auto good = one_frame(Message::progress, worker::encode(inventory::Progress{}));

    CHECK(other.part(operation.id, 0, good).problem() == "403 not-your-operation");
    CHECK(collector.part(crypto::new_id<OperationId>(), 0, good).problem() == "409 operation-ended");
    CHECK(collector.part(operation.id, 1, good).problem() == "409 part-out-of-order");
    CHECK(collector.part(operation.id, 0, good).status == 200);
    CHECK(collector.part(operation.id, 0, good + "x").problem() == "409 part-differs");
    CHECK(collector.part(operation.id, 2, good).problem() == "409 part-out-of-order");

    const auto path = FakeCollector::part_path(operation.id, 1);
    const auto signature = collector.sign("PUT", path, "");
    const std::string frames(relay::frames_media_type);
    CHECK(site.send("PUT", path, "", signature, frames).status == 200);
    CHECK(site.send("PUT", path, "", signature, frames).problem() == "409 replayed");
    CHECK(site.send("PUT", path, good, collector.sign("PUT", path, ""), frames).status == 401);
    CHECK(site.send("PUT", path, good, other.sign("PUT", path, good), frames).problem() ==
          "403 not-your-operation");
    CHECK(site.send("PUT", path, good, collector.sign("POST", path, good), frames).status == 401);

    relay::FrameWriter zeroes;
    for (int i = 0; i < 2; ++i) {
        worker::Encoder message;
        message(std::string(20 * 1024 * 1024, '\0'));
        need(zeroes.add(Message::put, std::move(message)));
    }
    const auto bomb = zeroes.pack();
    CHECK(bomb.size() < 100'000);
    CHECK(collector.part(operation.id, 2, bomb).problem() == "413 part-too-large");
    CHECK(collector.part(operation.id, 2, std::string(relay::part_bytes_max + 1, 'x')).status == 413);
    CHECK(site.ask("GET", "/api/v1/scans/" + scan).at("state") == "running");

    const auto stray =
        one_frame(Message::start_slice, worker::encode(model::SliceKey{"AWS::EC2::VPC", "not-planned-1"}));
    CHECK(collector.part(operation.id, 2, stray).problem() == "400 worker-protocol");
    CHECK(collector.part(operation.id, 3, good).problem() == "409 operation-ended");
    const auto ended = site.wait("/api/v1/scans/" + scan, is_over);
    CHECK(ended.at("state") == "failed");
    CHECK(int_or(ended.body().at("counts"), "removed") == 0);
}

TEST_CASE("a collector is given two scans at once, the others wait in the queue") {
    Site site;
    FakeCollector collector(site, "muc");
    CHECK(collector.enrol().status == 200);
    CHECK(collector.poll().status == 204);
    std::vector<std::string> scans;
    for (int i = 0; i < 3; ++i) scans.push_back(start_scan(site, make_account(site, collector)));
    const std::set given{collector.wait_for_work().purpose, collector.wait_for_work(1).purpose};
    CHECK(given.size() == 2);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(2500));  // longer than the server's look at the queue
    CHECK(collector.poll(2).status == 204);
    for (const auto& scan : scans)
        CHECK(site.ask("GET", "/api/v1/scans/" + scan).at("state") ==
              (given.contains(scan) ? "running" : "queued"));
}

TEST_CASE("a collector that starts anew gives the scan another chance, one that is revoked does not") {
    Site site;
    FakeCollector collector(site, "muc");
    CHECK(collector.enrol().status == 200);
    CHECK(collector.poll(0, relay::collector_protocol + 1).problem() == "409 collector-protocol");
    CHECK(collector.poll().status == 204);
    const auto account = make_account(site, collector);
    const auto scan = start_scan(site, account);
    auto operation = collector.until(Message::run);
    CHECK(collector.wait_for_work().id == operation.id);  // the answer to its poll got lost
    CHECK(collector.part(operation.id, 0, "").status == 200);
    CHECK(collector.poll(1).status == 204);
    CHECK(collector.poll(0).status != 401);  // it knows of nothing
    const auto again = collector.until(Message::run);
    CHECK(again.id != operation.id);
    CHECK(again.purpose == scan);
    CHECK(collector.part(operation.id, 1, "").problem() == "409 operation-ended");

    CHECK(collector.part(again.id, 0, "").status == 200);
    CHECK(site.ask("POST", "/api/v1/collectors/" + collector.id + "/revoke").at("state") == "revoked");
    CHECK(collector.part(again.id, 1, "").status == 401);
    CHECK(collector.poll().status == 401);
    CHECK(site.wait("/api/v1/scans/" + scan, is_over).at("state") == "failed");
}

}  // namespace patrol::server

#include "collector/agent.h"

#include <doctest/doctest.h>

#include <deque>
#include <set>

#include "base/encoding.h"
#include "collector/scratch_folder.h"
#include "worker/fields.h"

namespace patrol::collector {
namespace {

using worker::Message;

class Variables final : public aws::Environment {
public:
    [[nodiscard]] std::optional<std::string> variable(std::string_view) const override { return {}; }
    [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
        return fail(Error::Kind::not_found, path);
    }
    [[nodiscard]] Result<aws::ProcessOutput> run(const aws::Process&, std::stop_token) const override {
        return fail(Error::Kind::not_found, "no program");
    }
    [[nodiscard]] bool has_program(std::string_view) const override { return false; }
    [[nodiscard]] std::string home() const override { return "/nowhere"; }
};

// A server that hands out what is queued, and keeps the results.
class FakeServer final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        std::lock_guard lock(mutex);
        return request.url.ends_with("/poll") ? poll(request) : part(request);
    }

    net::HttpResponse poll(const net::HttpRequest& request) {
        polls.push_back(request.body);
        if (!answers.empty()) {
            auto answer = std::move(answers.front());
            answers.pop_front();
            return answer;
        }
        if (operations.empty()) return {.status = 204};
        const json::object body{{"operation", relay::to_json(operations.front())}};
        operations.pop_front();
        return {.status = 200, .body = to_text(body)};
    }

    net::HttpResponse part(const net::HttpRequest& request) {
        const auto frames = relay::unpack_part(request.body);
        REQUIRE(frames.has_value());
        relay::FrameReader reader(*frames);
        for (auto frame = reader.next(); frame && *frame; frame = reader.next())
            if ((*frame)->kind == Message::result) results.emplace_back((*frame)->body);
        return {.status = 200};
    }

    std::size_t seen() {
        std::lock_guard lock(mutex);
        return results.size();
    }
    std::size_t polled() {
        std::lock_guard lock(mutex);
        return polls.size();
    }

    std::mutex mutex;
    std::deque<relay::Operation> operations;
    std::deque<net::HttpResponse> answers;
    std::vector<std::string> polls, results;
};

relay::Operation operation(Message kind, std::string credential) {
    return {.id = OperationId("opr_abcdefghijklmnopqrstuvwxyz"),
            .kind = kind,
            .account = AccountId("acc_abcdefghijklmnopqrstuvwxyz"),
            .account_name = "acme",
            .credential = std::move(credential),
            .purpose = "scn_1"};
}

const catalogue::Catalogue& the_catalogue() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded.has_value());
    return *loaded;
}

struct World {
    World() {
        folder.write("collector.yaml",
                     "credentials:\n"
                     "  acme: {account: \"111122223333\", access_key_id: {env: NO_ID}, secret_access_key: "
                     "{env: NO_KEY}}\n"
                     "  chain: {account: \"111122223333\", profile: nobody}\n");
    }
    void run_until(const std::function<bool()>& done) {
        Agent agent(site, client, 2,
                    {.poll_every = Millis(5),
                     .retry_min = Millis(1),
                     .retry_max = Millis(2),
                     .refused = Millis(5),
                     .farewell = Millis(2'000)});
        std::jthread working([&](std::stop_token stop) { agent.run(std::move(stop)); });
        for (int i = 0; i < 1'000 && !done(); ++i) std::this_thread::sleep_for(Millis(5));
        CHECK(done());
    }
    Error error_of(std::size_t result) {
        const auto reply = worker::decode<worker::Reply<inventory::Identity>>(server.results.at(result));
        REQUIRE(reply.has_value());
        REQUIRE(reply->error.has_value());
        return *reply->error;
    }

    const test::ScratchFolder folder;
    Variables variables;
    FakeServer server;
    SystemClock clock;
    Enrolment enrolment{.server = "https://patrol.example",
                        .ca_bundle = {},
                        .id = CollectorId("col_abcdefghijklmnopqrstuvwxyz"),
                        .name = "muc-01",
                        .key = crypto::SigningKey::generate()};
    ServerClient client{server, clock, enrolment};
    Site site{{.file = folder.path / "collector.yaml",
               .environment = variables,
               .transport = server,
               .clock = clock,
               .catalogue = the_catalogue(),
               .program = "/nowhere/patrol"}};
};

}  // namespace

TEST_CASE("what collector.yaml does not allow is answered by an error, and nothing is asked of a cloud") {
    World world;
    auto foreign = operation(Message::identity, "acme");
    foreign.native_account_id = "999999999999";
    world.server.operations = {operation(Message::identity, "unknown"), foreign};
    world.run_until([&] { return world.server.seen() == 2; });
    std::set<std::string> codes{world.error_of(0).code, world.error_of(1).code};
    CHECK(codes == std::set<std::string>{"collector_credential", "collector_refused"});
}

TEST_CASE("why there are no keys stays on site") {
    World world;
    world.server.operations = {operation(Message::identity, "acme"), operation(Message::identity, "chain")};
    world.run_until([&] { return world.server.seen() == 2; });
    for (std::size_t i = 0; i < 2; ++i) {
        const auto error = world.error_of(i);
        CHECK(error.code == "collector_credential");
        for (const auto& text : {error.message, error.hint, error.detail}) {
            CHECK_FALSE(text.contains("NO_ID"));
            CHECK_FALSE(text.contains("nobody"));
        }
    }
}

TEST_CASE("a file that was broken meanwhile stops everything and says where to look") {
    World world;
    world.folder.write("collector.yaml", "credentials: [");
    world.server.operations = {operation(Message::identity, "acme")};
    world.run_until([&] { return world.server.seen() == 1; });
    CHECK(world.error_of(0).code == "collector_credential");
    CHECK(world.error_of(0).hint.contains("log"));
}

TEST_CASE("orders that are none are refused before a worker begins") {
    World world;
    auto run = operation(Message::run, "acme");
    run.order = "nonsense";
    auto foreign = operation(Message::run, "acme");
    foreign.order =
        worker::encode(
            worker::RunOrder{
                .slices = {{.key = {"AWS::EC2::VPC", "x"}, .service = "ec2", .region = "evil.example/"}}})
            .body();
    auto audit = operation(Message::audit, "acme");
    audit.order = worker::encode(std::vector<inventory::AuditQuestion>{{.region = "evil.example/"}}).body();
    world.server.operations = {run, foreign, audit};
    world.run_until([&] { return world.server.seen() == 3; });
    const auto reply = worker::decode<worker::Reply<inventory::RunOutcome>>(world.server.results[0]);
    for (const auto& result : world.server.results) {
        worker::Decoder decoder(result);
        std::optional<Error> error;
        decoder(error);
        REQUIRE(error.has_value());
        CHECK(error->code == "worker_protocol");
    }
}

TEST_CASE("a test that cannot begin is reported, not lost") {
    World world;
    world.server.operations = {operation(Message::test, "acme")};
    world.run_until([&] { return world.server.seen() == 1; });
    const auto reply = worker::decode<worker::Reply<model::TestReport>>(world.server.results[0]);
    REQUIRE(reply.has_value());
    CHECK_FALSE(reply->error);
    CHECK_FALSE(reply->value.ok);
}

TEST_CASE("it goes on asking whatever the server answers") {
    World world;
    world.server.answers = {
        {.status = 503},
        {.status = 401, .body = "{}"},
        {.status = 409, .body = R"({"type":"urn:patrol:problem:collector-protocol","detail":"Old."})"},
        {.status = 200, .body = "nonsense"},
        {.status = 200, .body = R"({"operation":{}})"},
        {.status = 204, .headers = {{"Retry-After", "nonsense"}}}};
    world.server.operations = {operation(Message::identity, "unknown")};
    world.run_until([&] { return world.server.seen() == 1; });
    CHECK(world.server.polls.size() >= 7);
    CHECK(world.server.polls[0] == fmt::format(R"({{"protocol":{},"version":"{}","busy":0}})",
                                               relay::collector_protocol, PATROL_VERSION));
}

TEST_CASE("how long to wait is the server's to say, within bounds") {
    const auto after = [](std::string value) {
        return retry_after({.status = 204, .headers = {{"Retry-After", std::move(value)}}}).count();
    };
    CHECK(after("2") == 2'000);
    CHECK(after("999999999") == 300'000);
    for (const char* bad : {"", "-1", "2.5", "soon", "99999999999999999999"}) CHECK(after(bad) == 0);
}

}  // namespace patrol::collector

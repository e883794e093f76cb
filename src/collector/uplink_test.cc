#include "collector/uplink.h"

#include <doctest/doctest.h>

#include <atomic>
#include <deque>

#include "collector/upload_sink.h"
#include "relay/signature.h"
#include "worker/fields.h"
#include "worker/reports.h"

namespace patrol::collector {
namespace {

using worker::Message;

const CollectorId id("col_abcdefghijklmnopqrstuvwxyz");

// The server's end: takes parts in order, answers questions in the part's own answer.
class Desk final : public net::Transport {
public:
    using Failing = std::function<std::optional<net::HttpResponse>(int attempt)>;

    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        std::lock_guard lock(mutex);
        const int attempt = ++attempts;
        urls.push_back(request.url);
        if (failing)
            if (auto answer = failing(attempt)) return *answer;
        const auto frames = relay::unpack_part(request.body);
        REQUIRE(frames.has_value());
        sizes.push_back(frames->size());
        relay::FrameReader reader(*frames);
        relay::FrameWriter out;
        for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
            kinds.push_back((*frame)->kind);
            if ((*frame)->kind == Message::previous) answer_previous(**frame, out);
        }
        if (stops) (void)out.add(Message::stop, worker::Encoder());
        return net::HttpResponse{.status = 200, .body = out.pack()};
    }

    void answer_previous(const worker::Frame& frame, relay::FrameWriter& to) {
        const auto question = worker::decode<worker::SliceQuestion>(frame.body);
        REQUIRE(question.has_value());
        asked.push_back(question->native_ids.size());
        inventory::ItemSink::Documents documents(question->native_ids.begin(), question->native_ids.end());
        worker::Encoder out;
        out(question->number, worker::Reply<inventory::ItemSink::Documents>{.error = {}, .value = documents});
        (void)to.add(Message::answer, std::move(out));
    }

    std::mutex mutex;
    Failing failing;
    bool stops = false;
    int attempts = 0;
    std::vector<std::string> urls;
    std::vector<Message> kinds;
    std::vector<std::size_t> sizes, asked;
};

net::HttpResponse problem(int status, std::string type) {
    return {.status = status, .body = fmt::format(R"({{"type":"{}","detail":"No."}})", type)};
}

struct World {
    explicit World(Pace pace = {.part_age = Millis(50),
                                .sign_of_life = Millis(10'000),
                                .retry_min = Millis(1),
                                .retry_max = Millis(5),
                                .give_up = Millis(2'000)})
        : uplink(client, "opr_1", stop, pace), worker_desk(uplink), sink(worker_desk) {
        uplink.answers_to([this](std::string_view body) { worker_desk.take_answer(body); });
    }
    void say(std::string text = "x") { (void)uplink.send(Message::result, worker::encode(text)); }

    Desk desk;
    SystemClock clock;
    Enrolment enrolment{.server = "https://patrol.example",
                        .ca_bundle = {},
                        .id = id,
                        .name = "muc-01",
                        .key = crypto::SigningKey::generate()};
    ServerClient client{desk, clock, enrolment};
    std::stop_source stop;
    Uplink uplink;
    worker::DeskClient worker_desk;
    UploadSink sink;
    const model::SliceKey slice{"AWS::EC2::VPC", "eu-west-1"};
};

}  // namespace

TEST_CASE("messages arrive in their order, in numbered parts") {
    World world;
    (void)world.sink.start_slice(world.slice);
    CHECK(world.uplink.finish({}));
    (void)world.sink.finish_slice({.key = world.slice});
    world.say();
    CHECK(world.uplink.finish({}));
    CHECK(world.desk.kinds == std::vector{Message::start_slice, Message::finish_slice, Message::result});
    REQUIRE(world.desk.urls.size() == 2);
    CHECK(world.desk.urls[0] == "https://patrol.example/api/v1/collector/operations/opr_1/parts/0");
    CHECK(world.desk.urls[1].ends_with("/parts/1"));
    CHECK_FALSE(world.stop.stop_requested());
}

TEST_CASE("much is sent in parts of bounded size") {
    World world({.part_bytes = 10'000, .part_age = Millis(10'000)});
    for (int i = 0; i < 100; ++i) world.say(std::string(1'000, 'x'));
    CHECK(world.uplink.finish({}));
    CHECK(world.desk.sizes.size() >= 9);
    for (const auto size : world.desk.sizes) CHECK(size < 10'000 + 1'100);
    CHECK(world.desk.kinds.size() == 100);
}

TEST_CASE("what is old leaves by itself, and nothing is said as a sign of life") {
    World world({.part_age = Millis(20), .sign_of_life = Millis(60)});
    world.say();
    for (int i = 0; i < 200; ++i) {
        {
            std::lock_guard lock(world.desk.mutex);
            if (world.desk.sizes.size() >= 2) break;
        }
        std::this_thread::sleep_for(Millis(10));
    }
    std::lock_guard lock(world.desk.mutex);
    REQUIRE(world.desk.sizes.size() >= 2);
    CHECK(world.desk.sizes[0] > 0);
    CHECK(world.desk.sizes[1] == 0);
}

TEST_CASE("a part that was not taken is sent again under its number") {
    World world;
    world.desk.failing = [](int attempt) -> std::optional<net::HttpResponse> {
        if (attempt == 1) return problem(503, "busy");
        if (attempt == 2) return problem(409, "urn:patrol:problem:replayed");
        if (attempt == 3) return problem(502, "");
        return {};
    };
    world.say();
    CHECK(world.uplink.finish({}));
    CHECK(world.desk.attempts == 4);
    for (const auto& url : world.desk.urls) CHECK(url.ends_with("/parts/0"));
    CHECK(world.desk.kinds.size() == 1);
}

TEST_CASE("an operation that the server has ended is given up at once") {
    for (const auto& [status, type] : {std::pair(409, "operation-ended"),
                                       {404, "not_found"},
                                       {403, "denied"},
                                       {401, "unauthenticated"},
                                       {400, "worker_protocol"},
                                       {413, "part-too-large"}}) {
        CAPTURE(status);
        World world;
        world.desk.failing = [&](int) -> std::optional<net::HttpResponse> { return problem(status, type); };
        world.say();
        CHECK_FALSE(world.uplink.finish({}));
        CHECK(world.desk.attempts == 1);
        CHECK(world.stop.stop_requested());
        // Who asks now is not kept waiting, and what is said is dropped.
        world.say();
        CHECK(world.sink.previous(world.slice, std::vector<std::string>{"vpc-1"}).error().code ==
              "uplink_ended");
        CHECK(world.sink.live_count(world.slice).error().code == "uplink_ended");
    }
}

TEST_CASE("without a server the operation is given up after a while") {
    World world(
        {.part_age = Millis(1), .retry_min = Millis(1), .retry_max = Millis(2), .give_up = Millis(100)});
    world.desk.failing = [](int) -> std::optional<net::HttpResponse> { return problem(503, ""); };
    world.say();
    CHECK_FALSE(world.uplink.finish({}));
    CHECK(world.desk.attempts > 3);
    CHECK(world.stop.stop_requested());
}

TEST_CASE("whoever shuts the collector down does not wait for a server that is gone") {
    World world({.part_age = Millis(1), .retry_min = Millis(60'000), .retry_max = Millis(60'000)});
    world.desk.failing = [](int) -> std::optional<net::HttpResponse> { return problem(503, ""); };
    world.say();
    std::stop_source now;
    const std::jthread stopper([&] {
        std::this_thread::sleep_for(Millis(50));
        now.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(world.uplink.finish(now.get_token()));
    CHECK(std::chrono::steady_clock::now() - start < Millis(5'000));
}

TEST_CASE("questions are answered in pieces, and a wish to stop is heard") {
    World world;
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) ids.push_back(fmt::format("vpc-{}", i));
    const auto documents = world.sink.previous(world.slice, ids);
    REQUIRE(documents.has_value());
    REQUIRE(documents->size() == 40);
    for (std::size_t i = 0; i < ids.size(); ++i) CHECK(documents->at(i) == ids[i]);
    CHECK(world.desk.asked == std::vector<std::size_t>{16, 16, 8});
    CHECK_FALSE(world.stop.stop_requested());
    {
        std::lock_guard lock(world.desk.mutex);
        world.desk.stops = true;
    }
    world.say();
    CHECK(world.uplink.finish({}));
    CHECK(world.stop.stop_requested());
}

TEST_CASE("an answer that is none ends the operation") {
    World world;
    world.desk.failing = [](int) -> std::optional<net::HttpResponse> {
        return net::HttpResponse{.status = 200, .body = "no frames"};
    };
    world.say();
    CHECK_FALSE(world.uplink.finish({}));
    CHECK(world.stop.stop_requested());
}

TEST_CASE("what leaves the site holds nothing shaped like a key") {
    World world;
    const auto coverage =
        scrubbed(model::SliceCoverage{.reason = "no AKIAIOSFODNN7EXAMPLE", .hint = "AKIAIOSFODNN7EXAMPLE"});
    CHECK_FALSE((coverage.reason + coverage.hint).contains("IOSFODNN7"));
    const auto error = scrubbed(Error{
        .message = "AKIAIOSFODNN7EXAMPLE", .hint = "AKIAIOSFODNN7EXAMPLE", .detail = "AKIAIOSFODNN7EXAMPLE"});
    CHECK_FALSE((error.message + error.hint + error.detail).contains("IOSFODNN7"));
}

}  // namespace patrol::collector

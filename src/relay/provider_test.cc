#include "relay/provider.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/limits.h"
#include "crypto/random.h"
#include "relay/parts.h"

namespace patrol::relay {
namespace {

using worker::Message;

const catalogue::Catalogue& test_catalogue() {
    static const auto all = catalogue::Catalogue::load_embedded().value();
    return all;
}

class Sink final : public inventory::ItemSink {
public:
    Result<void> start_slice(const model::SliceKey&) override {
        if (is_full) return fail(Error{.kind = Error::Kind::internal, .message = "Full.", .code = "full"});
        return {};
    }
    Result<void> put(const model::SliceKey&, std::span<const model::ScannedResource> page) override {
        resources += page.size();
        return {};
    }
    Result<Documents> previous(const model::SliceKey&, std::span<const std::string> ids) override {
        return Documents(ids.size(), crypto::random_bytes(limits::document_bytes));
    }
    Result<std::int64_t> live_count(const model::SliceKey&) override { return 3; }
    Result<void> finish_slice(const model::SliceCoverage&) override { return {}; }
    bool is_full = false;
    std::size_t resources = 0;
};

const model::SliceKey slice{"ec2.vpc", "us-east-1"};

// A run of one slice, asked for in a thread of its own, and the collector's end of it.
struct Running {
    Running() {
        plan.slices.push_back({.key = slice, .service = "ec2", .region = "us-east-1"});
        desk.poll(collector, 0);
        asking = std::thread([this] {
            outcome = provider.run({.plan = plan,
                                    .sink = sink,
                                    .stop = stop.get_token(),
                                    .on_progress = {},
                                    .on_call = {},
                                    .already_done = {}});
        });
        std::optional<Operation> given;
        while (!given) given = desk.poll(collector, 0);
        id = given->id;
        CHECK(given->kind == Message::run);
        CHECK(given->credential == "main");
    }
    ~Running() {
        stop.request_stop();
        if (asking.joinable()) asking.join();
    }
    Result<std::string> part(FrameWriter& frames) {
        const auto packed = frames.pack();
        const auto number = next++;
        return desk.part(collector, id, number, std::to_string(number), packed);
    }
    template <class T>
    static void add(FrameWriter& frames, Message kind, const T& value) {
        REQUIRE(frames.add(kind, worker::encode(value)));
    }
    std::string end() {
        asking.join();
        return outcome.fatal ? outcome.fatal->code : "";
    }

    SystemClock clock;
    CollectorDesk desk{clock};
    CollectorId collector = crypto::new_id<CollectorId>();
    CollectorProvider provider{{.desk = desk,
                                .catalogue = test_catalogue(),
                                .clock = clock,
                                .collector = collector,
                                .account = {.credential = "main"}}};
    inventory::Plan plan;
    Sink sink;
    std::stop_source stop;
    inventory::RunOutcome outcome;
    OperationId id;
    std::int64_t next = 0;
    std::thread asking;
};

model::ScannedResource vpc() {
    return {.native_id = "vpc-1",
            .name = "vpc-1",
            .region = "us-east-1",
            .document = "{}",
            .hash = std::string(32, 'h')};
}

}  // namespace

TEST_CASE("a run reads what the collector uploads, and ends with its result") {
    Running run;
    FrameWriter frames;
    Running::add(frames, Message::start_slice, slice);
    Running::add(frames, Message::put, worker::Page{slice, {vpc()}});
    CHECK(run.part(frames).value().empty());
    Running::add(frames, Message::finish_slice,
                 model::SliceCoverage{.key = slice, .status = model::SliceStatus::complete, .count = 1});
    Running::add(
        frames, Message::result,
        worker::Reply<inventory::RunOutcome>{
            .error = {},
            .value = {.coverage = {{.key = slice, .status = model::SliceStatus::complete, .count = 1}},
                      .fatal = {}}});
    CHECK(run.part(frames));
    CHECK(run.end().empty());
    CHECK(run.outcome.coverage.size() == 1);
    CHECK(run.sink.resources == 1);
}

TEST_CASE("what a local worker would not be believed a collector is not either") {
    const auto refused = [](auto fill) {
        Running run;
        FrameWriter frames;
        fill(frames);
        const auto answer = run.part(frames);
        REQUIRE(!answer);
        CHECK(answer.error().kind == Error::Kind::malformed);
        CHECK(answer.error().code == "worker_protocol");
        CHECK(run.end() == "worker_protocol");
        CHECK(run.sink.resources == 0);
    };
    refused([](FrameWriter& frames) { Running::add(frames, Message::put, worker::Page{slice, {vpc()}}); });
    refused([](FrameWriter& frames) {
        Running::add(frames, Message::start_slice, model::SliceKey{"ec2.vpc", "eu-west-1"});
    });
    refused([](FrameWriter& frames) { Running::add(frames, Message::assume, std::int64_t{1}); });
    refused([](FrameWriter& frames) { Running::add(frames, static_cast<Message>(99), std::int64_t{1}); });
    refused([](FrameWriter& frames) {
        Running::add(frames, Message::result, worker::Reply<inventory::RunOutcome>{});
        Running::add(frames, Message::progress, inventory::Progress{});
    });
    refused([](FrameWriter& frames) {
        Running::add(frames, Message::start_slice, slice);
        auto bad = vpc();
        bad.document = "no document";
        Running::add(frames, Message::put, worker::Page{slice, {bad}});
    });
}

TEST_CASE("questions of one part have answers of a bounded size") {
    Running run;
    FrameWriter frames;
    Running::add(frames, Message::start_slice, slice);
    const std::vector<std::string> ids(inventory::ItemSink::previous_at_once, "vpc-1");
    for (int i = 0; i < 2; ++i)
        Running::add(frames, Message::previous,
                     worker::SliceQuestion{.number = i, .slice = slice, .native_ids = ids});
    const auto answer = run.part(frames);
    REQUIRE(!answer);
    CHECK(answer.error().code == "worker_protocol");
}

TEST_CASE("what the store refuses ends the run, and the collector learns of it with its next part") {
    Running run;
    run.sink.is_full = true;
    FrameWriter frames;
    Running::add(frames, Message::start_slice, slice);
    CHECK(run.part(frames));
    CHECK(run.end() == "full");
    const auto late = run.part(frames);
    REQUIRE(!late);
    CHECK(late.error().code == "operation_ended");
}

TEST_CASE("a scan that is stopped does not wait for its collector") {
    Running run;
    run.stop.request_stop();
    CHECK(run.end() == "cancelled");
}

}  // namespace patrol::relay

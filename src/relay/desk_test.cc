#include "relay/desk.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "crypto/random.h"
#include "relay/parts.h"

namespace patrol::relay {
namespace {

class SteppedClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return Timestamp{1}; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return at; }
    void sleep_for(Millis) override {}
    std::chrono::steady_clock::time_point at{std::chrono::hours(1)};
};

std::string one_part(const std::string& text = "x") {
    worker::Encoder message;
    message(text);
    FrameWriter frames;
    REQUIRE(frames.add(worker::Message::put, std::move(message)));
    return frames.pack();
}

template <class T>
std::string code(const Result<T>& result) {
    return result ? "none" : result.error().code;
}

struct Room {
    SteppedClock clock;
    CollectorDesk desk{clock};
    CollectorId one = crypto::new_id<CollectorId>(), two = crypto::new_id<CollectorId>();
    std::shared_ptr<Conversation> begin() {
        auto begun = desk.begin(one, {.account_name = "a"});
        REQUIRE(begun);
        return *begun;
    }
};

}  // namespace

TEST_CASE("work is left for those who are here") {
    Room room;
    CHECK(code(room.desk.begin(room.one, {})) == "collector_offline");
    CHECK(room.desk.here().empty());
    CHECK(!room.desk.poll(room.one, 0));
    CHECK(room.desk.here() == std::vector{room.one.str()});
    const auto begun = room.begin();
    CHECK(!room.desk.poll(room.two, 0));
    const auto given = room.desk.poll(room.one, 0);
    REQUIRE(given);
    CHECK(given->id == begun->operation().id);
    CHECK(begun->stage() == Conversation::Stage::fetched);
    CHECK(!room.desk.poll(room.one, 1));
    room.clock.at += silence_max + std::chrono::milliseconds(1);
    CHECK(room.desk.here().empty());
    CHECK(code(room.desk.begin(room.one, {})) == "collector_offline");
}

TEST_CASE("a collector has so many operations in hand at most") {
    Room room;
    room.desk.poll(room.one, 0);
    for (std::size_t i = 0; i < conversations_per_collector; ++i) room.begin();
    CHECK(code(room.desk.begin(room.one, {})) == "collector_busy");
    room.desk.poll(room.two, 0);
    CHECK(room.desk.begin(room.two, {}));
}

TEST_CASE("whoever asked learns of silence") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    CHECK(!begun->receive(Millis(0)).value());
    room.clock.at += silence_max + std::chrono::milliseconds(1);
    CHECK(code(begun->receive(Millis(0))) == "collector_silent");
}

TEST_CASE("an empty part is a sign of life") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    room.desk.poll(room.one, 0);
    for (int i = 0; i < 3; ++i) {
        room.clock.at += std::chrono::seconds(60);
        CHECK(begun->offer(i, "d", "").value().empty());
        CHECK(!begun->receive(Millis(0)).value());
    }
}

TEST_CASE("what a collector does not know of is given again, or lost when it had begun") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    const auto id = room.desk.poll(room.one, 0)->id;
    CHECK(room.desk.poll(room.one, 0)->id == id);
    CHECK(room.desk.part(room.one, id, 0, "d", "").value().empty());
    CHECK(!room.desk.poll(room.one, 1));
    CHECK(!begun->receive(Millis(0)).value());
    CHECK(!room.desk.poll(room.one, 0));
    CHECK(code(begun->receive(Millis(0))) == "collector_silent");
    CHECK(code(room.desk.part(room.one, id, 1, "d", "")) == "operation_ended");
}

TEST_CASE("a part waits for its answer, the next one for its turn, and the same one gets the same answer") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    const auto id = room.desk.poll(room.one, 0)->id;
    std::thread uploading(
        [&] { CHECK(room.desk.part(room.one, id, 0, "zero", one_part()).value() == "answer"); });
    std::optional<std::string> frames;
    while (!frames) frames = begun->receive(Millis(10)).value();
    CHECK(code(room.desk.part(room.one, id, 1, "one", one_part())) == "part_in_hand");
    begun->answer(std::string("answer"));
    uploading.join();
    CHECK(room.desk.part(room.one, id, 0, "zero", one_part()).value() == "answer");
    CHECK(code(room.desk.part(room.one, id, 0, "other", one_part())) == "part_differs");
    CHECK(code(room.desk.part(room.one, id, 2, "two", "")) == "part_out_of_order");
    CHECK(code(room.desk.part(room.two, id, 1, "one", "")) == "not_your_operation");
    room.desk.end(begun);
    CHECK(room.desk.part(room.one, id, 0, "zero", one_part()).value() == "answer");
    CHECK(code(room.desk.part(room.one, id, 1, "one", "")) == "operation_ended");
    CHECK(code(room.desk.part(room.two, id, 1, "one", "")) == "not_your_operation");
    room.clock.at += ended_memory + std::chrono::seconds(1);
    CHECK(code(room.desk.part(room.one, id, 0, "zero", one_part())) == "operation_ended");
}

TEST_CASE("the same part many times at once keeps two requests waiting, not more") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    const auto id = room.desk.poll(room.one, 0)->id;
    const auto part = one_part();
    std::atomic<int> answered = 0, in_hand = 0;
    std::vector<std::jthread> requests;
    for (int i = 0; i < 8; ++i)
        requests.emplace_back([&] {
            const auto answer = room.desk.part(room.one, id, 0, "zero", part);
            (answer ? answered : in_hand) += 1;
            CHECK((answer || code(answer) == "part_in_hand"));
        });
    while (in_hand < 8 - waiting_requests_max) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::optional<std::string> frames;
    while (!frames) frames = begun->receive(Millis(10)).value();
    begun->answer(std::string("answer"));
    requests.clear();
    CHECK(answered == waiting_requests_max);
}

TEST_CASE("the requests of all collectors together leave threads to others") {
    Room room;
    std::vector<std::shared_ptr<Conversation>> begun;
    std::vector<std::jthread> requests;
    std::atomic<int> in_hand = 0;
    for (int i = 0; i < waiting_parts_max + 2; ++i) {
        const auto collector = crypto::new_id<CollectorId>();
        room.desk.poll(collector, 0);
        begun.push_back(room.desk.begin(collector, {}).value());
        const auto id = room.desk.poll(collector, 0)->id;
        requests.emplace_back([&room, &in_hand, collector, id] {
            if (code(room.desk.part(collector, id, 0, "zero", one_part())) == "part_in_hand") ++in_hand;
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    while (in_hand < 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (const auto& each : begun) CHECK(each->receive(Millis(1000)).value());  // digested all the same
    for (const auto& each : begun) each->answer(std::string());
    requests.clear();
    CHECK(in_hand == 2);
}

TEST_CASE("nobody uploads to what was not given to anybody") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    CHECK(code(room.desk.part(room.one, begun->operation().id, 0, "d", "")) == "operation_ended");
}

TEST_CASE("a part that is too large may come again in pieces; one that cannot be read ends the operation") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    const auto id = room.desk.poll(room.one, 0)->id;
    CHECK(code(room.desk.part(room.one, id, 0, "d", std::string(part_bytes_max + 1, 'x'))) ==
          "part_too_large");
    CHECK(!begun->receive(Millis(0)).value());
    CHECK(room.desk.part(room.one, id, 0, "e", "").value().empty());
    CHECK(code(room.desk.part(room.one, id, 1, "f", "no zstd")) == "worker_protocol");
    CHECK(code(begun->receive(Millis(0))) == "worker_protocol");
    CHECK(code(room.desk.part(room.one, id, 2, "g", "")) == "operation_ended");
}

TEST_CASE("an operation uploads so much at most") {
    SteppedClock clock;
    Conversation conversation(crypto::new_id<CollectorId>(), {}, clock, 100);
    conversation.fetch();
    CHECK(code(conversation.offer(0, "d", one_part(std::string(200, 'x')))) == "operation_too_large");
    CHECK(code(conversation.receive(Millis(0))) == "operation_too_large");
}

TEST_CASE("what a revoked collector does ends, and it is here no more") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto begun = room.begin();
    room.desk.drop(room.one);
    CHECK(code(begun->receive(Millis(0))) == "collector_revoked");
    CHECK(room.desk.here().empty());
    CHECK(code(room.desk.begin(room.one, {})) == "collector_offline");
}

TEST_CASE("the next operation of a scan is given to the poll right after the last one") {
    Room room;
    room.desk.poll(room.one, 0);
    const auto first = room.begin();
    room.desk.poll(room.one, 0);
    room.desk.end(first);
    std::thread asking([&] { room.begin(); });
    CHECK(room.desk.poll(room.one, 0));
    asking.join();
}

}  // namespace patrol::relay

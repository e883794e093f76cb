#include "relay/nonces.h"

#include <doctest/doctest.h>

#include "crypto/random.h"

namespace patrol::relay {
namespace {

class SteppedClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return Timestamp{1}; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return at; }
    void sleep_for(Millis) override {}
    std::chrono::steady_clock::time_point at{std::chrono::hours(1)};
};

}  // namespace

TEST_CASE("a nonce is taken once, by each collector") {
    SteppedClock clock;
    NonceMemory memory(clock);
    const auto one = crypto::new_id<CollectorId>(), two = crypto::new_id<CollectorId>();
    CHECK_FALSE(memory.was_taken(one, "n"));
    CHECK(memory.take(one, "n"));
    CHECK(memory.was_taken(one, "n"));
    const auto again = memory.take(one, "n");
    REQUIRE(!again);
    CHECK(again.error().code == "replayed");
    CHECK(again.error().kind == Error::Kind::conflict);
    CHECK(memory.take(two, "n"));
}

TEST_CASE("a nonce is remembered while a request with it would be timely") {
    SteppedClock clock;
    NonceMemory memory(clock);
    const auto one = crypto::new_id<CollectorId>();
    CHECK(memory.take(one, "n"));
    clock.at += 2 * clock_skew_max;
    CHECK_FALSE(memory.take(one, "n"));
    clock.at += std::chrono::seconds(2);
    CHECK(memory.take(one, "n"));
}

TEST_CASE("a collector with too many nonces waits, and none is forgotten") {
    SteppedClock clock;
    NonceMemory memory(clock);
    const auto one = crypto::new_id<CollectorId>();
    for (std::size_t i = 0; i < nonces_per_collector; ++i) REQUIRE(memory.take(one, std::to_string(i)));
    const auto more = memory.take(one, "more");
    REQUIRE(!more);
    CHECK(more.error().kind == Error::Kind::throttled);
    CHECK(memory.was_taken(one, "0"));
    CHECK(memory.take(crypto::new_id<CollectorId>(), "more"));
    clock.at += nonce_age + std::chrono::seconds(2);
    CHECK(memory.take(one, "more"));
}

TEST_CASE("so many large bodies of a collector are read at once") {
    SteppedClock clock;
    NonceMemory memory(clock);
    const auto one = crypto::new_id<CollectorId>(), two = crypto::new_id<CollectorId>();
    for (std::size_t i = 0; i < bodies_per_collector; ++i)
        REQUIRE(memory.expect_body(one, std::to_string(i)));
    const auto more = memory.expect_body(one, "more");
    REQUIRE(!more);
    CHECK(more.error().kind == Error::Kind::throttled);
    CHECK(memory.expect_body(two, "more"));
    CHECK(memory.take(one, "0"));
    CHECK(memory.expect_body(one, "more"));
    CHECK_FALSE(memory.expect_body(one, "again"));
    clock.at += body_time + std::chrono::seconds(2);  // they never arrived
    CHECK(memory.expect_body(one, "again"));
}

}  // namespace patrol::relay

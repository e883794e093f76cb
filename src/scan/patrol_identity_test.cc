#include "scan/patrol_identity.h"

#include <doctest/doctest.h>
#include "base/limits.h"

using namespace patrol;
using namespace patrol::scan;

TEST_CASE("a good identity is looked up once") {
    SystemClock clock;
    std::atomic<int> calls = 0;
    PatrolIdentity identity(
        clock,
        [&](std::stop_token) -> Result<inventory::Identity> {
            ++calls;
            return inventory::Identity{.account_id = "123456789012"};
        },
        "");
    CHECK(identity.get()->account_id == "123456789012");
    CHECK(identity.get()->account_id == "123456789012");
    CHECK(calls == 1);
    CHECK(identity.refresh());
    CHECK(calls == 2);
}

TEST_CASE("without credentials the answer is a conflict that says what to do") {
    SystemClock clock;
    PatrolIdentity identity(
        clock,
        [](std::stop_token) -> Result<inventory::Identity> {
            return fail(Error::Kind::unauthenticated, "No credentials.");
        },
        "");
    auto answer = identity.get();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == Error::Kind::conflict);
    CHECK(answer.error().hint.find("aws-identity") != std::string::npos);
}

TEST_CASE("limits::identity_lookup_time: a look-up that hangs does not hold the answer back") {
    SystemClock clock;
    PatrolIdentity identity(
        clock,
        [](std::stop_token stop) -> Result<inventory::Identity> {
            while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
            return fail(Error::Kind::cancelled, "Stopped.");
        },
        "");
    auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(identity.get());
    CHECK(std::chrono::steady_clock::now() - start < limits::identity_lookup_time + std::chrono::seconds(1));
}

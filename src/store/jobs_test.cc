#include "store/jobs.h"

#include <array>

#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::store;
using namespace std::chrono_literals;

namespace {

constexpr std::array attributions{JobKind::attribute};

Job attribution(const AccountId& account, std::string payload = "{}", Timestamp run_at = {}) {
    return {.kind = JobKind::attribute, .account = account, .payload = std::move(payload), .run_at = run_at};
}

}  // namespace

TEST_CASE("several requests for one account are one job: the earliest time, the newest payload") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto other = need(store.accounts().create(one.tenant, {.name = "other"}, noon));
        auto& jobs = store.jobs();
        need(jobs.enqueue_once(one.tenant, attribution(one.account.id, R"({"n":1})", noon + 20min), noon));
        need(jobs.enqueue_once(one.tenant, attribution(other.id), noon));
        CHECK_FALSE(need(jobs.claim("w", attributions, noon - 1s)));
        need(jobs.enqueue_once(one.tenant, attribution(one.account.id, R"({"n":2})"), noon));
        need(jobs.enqueue_once(one.tenant, attribution(one.account.id, R"({"n":3})", noon + 1h), noon));
        CHECK(need(jobs.depth()).ready == 2);
        auto first = need(jobs.claim("w", attributions, noon));
        auto second = need(jobs.claim("w", attributions, noon));
        REQUIRE(first);
        REQUIRE(second);
        const auto& mine = first->account == one.account.id ? *first : *second;
        CHECK(mine.payload == R"({"n":3})");
        CHECK_FALSE(need(jobs.claim("w", attributions, noon)));
    });
}

TEST_CASE("two attributions of one account never run at once, and none waits for a scan") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& jobs = store.jobs();
        need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon));
        constexpr std::array scans{JobKind::scan};
        REQUIRE(need(jobs.claim("w", scans, noon)));
        need(jobs.enqueue_once(one.tenant, attribution(one.account.id), noon));
        const auto running = need(jobs.claim("w", attributions, noon));
        REQUIRE(running);
        need(jobs.enqueue_once(one.tenant, attribution(one.account.id), noon));
        CHECK_FALSE(need(jobs.claim("w", attributions, noon)));
        CHECK_FALSE(need(jobs.claim("w", scans, noon)));
        need(jobs.complete(*running));
        CHECK(need(jobs.claim("w", attributions, noon)));
    });
}

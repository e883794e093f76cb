#include "scan/schedule.h"

#include <doctest/doctest.h>

#include <random>

#include "crypto/random.h"

using namespace patrol;
using namespace patrol::scan;

TEST_CASE("the next scan is within one interval and its jitter, whatever the time") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        auto account = crypto::new_id<AccountId>();
        Timestamp now{static_cast<std::int64_t>(random() % 2'000'000'000'000)};
        auto next = next_scan_time(account, 6, now, random());
        CHECK(next > now);
        CHECK(next - now <= Millis(6 * 3'600'000 + 6 * 3'600'000 / 40));
    }
}

TEST_CASE("accounts spread evenly over the interval") {
    std::array<int, 6> per_hour{};
    for (int i = 0; i < 6000; ++i) {
        auto wait = next_scan_time(crypto::new_id<AccountId>(), 6, {1'763'802'000'000}, 0) -
                    Timestamp{1'763'802'000'000};
        ++per_hour[static_cast<std::size_t>(std::min<std::int64_t>(wait.count() / 3'600'001, 5))];
    }
    for (int count : per_hour) {
        CHECK(count > 800);
        CHECK(count < 1200);
    }
}

TEST_CASE("an interval of nonsense is taken as the nearest sensible one") {
    Timestamp now{1'763'802'000'000};
    CHECK(next_scan_time(AccountId("acc_x"), 0, now, 0) - now <= Millis(3'600'000));
    CHECK(next_scan_time(AccountId("acc_x"), 1'000'000, now, 0) - now <= Millis(168LL * 3'600'000));
}

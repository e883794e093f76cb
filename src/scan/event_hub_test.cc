#include "scan/event_hub.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::scan;

namespace {
const TenantId mine("ten_mine");
const TenantId theirs("ten_theirs");
}  // namespace

TEST_CASE("a listener gets its tenant's topics only") {
    EventHub hub;
    std::vector<std::string> seen;
    auto id = hub.subscribe(mine, {"scan:1"}, 0,
                            [&](const Event& event) { seen.push_back(event.topic + " " + event.kind); });
    hub.publish(mine, "scan:1", "progress", {});
    hub.publish(mine, "scan:2", "progress", {});
    hub.publish(theirs, "scan:1", "progress", {});
    CHECK(seen == std::vector<std::string>{"scan:1 progress"});
    hub.unsubscribe(id);
    hub.publish(mine, "scan:1", "done", {});
    CHECK(seen.size() == 1);
}

TEST_CASE("the ids of a later run are newer than those of the run before") {
    EventHub hub(3, 1'700'000'000'000);
    hub.publish(mine, "drift", "new", {});
    std::vector<std::uint64_t> seen;
    hub.subscribe(mine, {"drift"}, 41, [&](const Event& event) { seen.push_back(event.id); });
    CHECK(seen == std::vector<std::uint64_t>{1'700'000'000'000});
}

TEST_CASE("what was missed since Last-Event-ID is replayed, never another tenant's") {
    EventHub hub(3);
    for (int i = 0; i < 5; ++i) hub.publish(mine, "drift", std::to_string(i), {});
    hub.publish(theirs, "drift", "foreign", {});
    std::vector<std::string> seen;
    hub.subscribe(mine, {"drift"}, 1, [&](const Event& event) { seen.push_back(event.kind); });
    CHECK(seen == std::vector<std::string>{"3", "4"});  // the buffer holds the newest three of all tenants
}

TEST_CASE("an event of one account tells the list of accounts that something happened, not to which") {
    EventHub hub;
    std::vector<Event> seen;
    hub.subscribe(mine, {"accounts"}, 0, [&](const Event& event) { seen.push_back(event); });
    hub.publish(mine, "account:acc_1", "scan", {{"account_id", "acc_1"}});
    hub.publish(mine, "scan:1", "progress", {});
    hub.publish(theirs, "account:acc_2", "scan", {{"account_id", "acc_2"}});
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].topic == "accounts");
    CHECK(seen[0].kind == "changed");
    CHECK(seen[0].data.empty());
}

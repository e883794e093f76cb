// Removing an account: gone at once, its rows soon, whatever runs at the time.
#include <doctest/doctest.h>

#include <thread>

#include "store/inventory_fixture.h"

using namespace patrol;
using namespace patrol::store;

namespace {

// The tables that still hold rows.
std::string left_rows(Scanned& account) {
    std::string left;
    for (const std::string table :
         {"inventory", "slice", "snapshot", "coverage", "resource", "version", "attributes", "document",
          "term", "mention", "staged_slice", "staged_close", "scan", "job", "cloud_account"})
        if (const auto count = account.count("SELECT COUNT(*) FROM " + table); count != 0)
            left += table + "=" + std::to_string(count) + " ";
    return left;
}

std::vector<model::ScannedResource> page(int turn, int items = 2'000) {
    std::vector<model::ScannedResource> out;
    for (int i = 0; i < items; ++i)
        out.push_back(item(fmt::format("i-{}", turn * 1'000 + i), std::to_string(turn), {{"team", "core"}}));
    return out;
}

}  // namespace

TEST_CASE("an account removed while its scan stages leaves no row behind") {
    for_each_store([&](Store& store) {
        Scanned account(store);
        account.scan({{instances, {page(0)}}, {roles, {{item("admin")}}}});
        const auto writer = account.writer(account.start());
        std::atomic<int> pages = 0;
        std::string ended;
        std::thread scan([&] {
            (void)writer->start_slice(instances);
            for (int turn = 1; turn < 30 && ended.empty(); ++turn) {
                auto put = writer->put(instances, page(turn));
                if (!put) ended = failure(put);
                ++pages;
            }
            if (ended.empty()) ended = failure(writer->publish({}));
            (void)writer->abandon();
        });
        while (pages < 9) std::this_thread::yield();  // what 9 pages wrote is staged in part
        need(store.accounts().remove(account.tenant(), account.account()));
        CHECK(failure(store.accounts().get(account.tenant(), account.account())) == "not_found");
        need(store.accounts().sweep());
        scan.join();
        CHECK(ended == "conflict/lease_lost");
        need(store.accounts().sweep());
        CHECK(left_rows(account) == "");
    });
}

TEST_CASE("two processes erase a removed account side by side, and a stop interrupts them") {
    for_each_store([&](Store& store) {
        Scanned account(store);
        account.scan({{instances, {page(0, 3'000)}}});
        need(store.accounts().remove(account.tenant(), account.account()));
        std::stop_source stop;
        stop.request_stop();
        need(store.accounts().sweep(stop.get_token()));
        CHECK(account.count("SELECT COUNT(*) FROM version") == 3'000);
        std::string other;
        std::thread second([&] { other = failure(store.accounts().sweep()); });
        need(store.accounts().sweep());
        second.join();
        CHECK(other == "success");
        CHECK(account.count("SELECT COUNT(*) FROM version") == 0);
        CHECK(account.count("SELECT COUNT(*) FROM cloud_account") == 0);
    });
}

// Scans larger than one batch, whose rows are written while the next are gathered.
#include <doctest/doctest.h>

#include <thread>

#include "store/inventory_fixture.h"

using namespace patrol;
using namespace patrol::store;

namespace {

// Page t holds the items from t * 1,000 on: its first half was on the page before.
std::vector<model::ScannedResource> page(int turn, std::string_view kind = "i") {
    std::vector<model::ScannedResource> items;
    for (int i = 0; i < 2'000; ++i) {
        items.push_back(item(fmt::format("{}-{:06}", kind, turn * 1'000 + i), std::to_string(turn)));
        items.back().references = {"vpc-1"};
    }
    return items;
}

void set_state(Scanned& account, const std::string& state) {
    need(account.store().database().platform().write([&](Transaction& transaction) {
        return transaction.run("UPDATE scan SET state = ?1 WHERE state <> 'succeeded'", state);
    }));
}

}  // namespace

TEST_CASE("what comes again while it is on its way to the database is stored once, as it came last") {
    for_each_store([](Store& store) {
        Scanned account(store);
        for (int scan = 0; scan < 2; ++scan) {
            const auto writer = account.writer(account.start());
            for (const auto& slice : {instances, volumes}) need(writer->start_slice(slice));
            std::jthread other([&] {
                for (int turn = 0; turn < 12; ++turn) CHECK(writer->put(volumes, page(turn, "vol")));
            });
            for (int turn = 0; turn < 30; ++turn) need(writer->put(instances, page(turn)));
            other.join();
            for (const auto& [slice, count] : {std::pair{instances, 31'000}, {volumes, 13'000}})
                need(writer->finish_slice(
                    {.key = slice, .status = model::SliceStatus::complete, .count = count}));
            const auto snapshot = need(writer->publish({.state = model::ScanState::succeeded}));
            account.complete_job();
            CHECK(snapshot.counts.resources == 44'000);
            CHECK(snapshot.counts.added == (scan == 0 ? 44'000 : 0));
            CHECK(snapshot.counts.modified == 0);
            CHECK(snapshot.counts.removed == 0);
        }
        CHECK(account.count("SELECT COUNT(*) FROM version") == 44'000);
        CHECK(account.count("SELECT COUNT(*) FROM document") == 44'000);
        const auto last = need(store.resources().get(account.tenant(), account.find("i-000999").id));
        CHECK(last.document.find(R"("State":"0")") != std::string::npos);
        const auto seen_twice = need(store.resources().get(account.tenant(), account.find("i-017500").id));
        CHECK(seen_twice.document.find(R"("State":"17")") != std::string::npos);
    });
}

TEST_CASE("a batch that could not be written is said with the next page and waits for another try") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto writer = account.writer(account.start());
        need(writer->start_slice(instances));
        set_state(account, "queued");  // the lease does not hold meanwhile
        std::string said;
        int turn = 0;
        for (; turn < 40 && said.empty(); ++turn)
            if (auto put = writer->put(instances, page(turn)); !put) said = failure(put);
        CHECK(said == "conflict/lease_lost");
        set_state(account, "running");
        need(writer->put(instances, page(turn - 1)));  // the page that met the error comes again
        need(writer->finish_slice({.key = instances, .status = model::SliceStatus::complete}));
        const auto snapshot = need(writer->publish({.state = model::ScanState::succeeded}));
        CHECK(snapshot.counts.resources == turn * 1'000 + 1'000);
        CHECK(account.count("SELECT COUNT(*) FROM version") == turn * 1'000 + 1'000);
    });
}

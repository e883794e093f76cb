#include "store/journal.h"

#include <doctest/doctest.h>

#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::store;

namespace {
JournalEntry entry(int i) {
    return {.time = noon + Millis(i * 10),
            .service = "ec2",
            .operation = "DescribeInstances",
            .region = i % 2 == 0 ? "us-east-1" : "eu-west-1",
            .http_status = i % 7 == 0 ? 403 : 200,
            .error_code = i % 7 == 0 ? "AccessDenied" : "",
            .request_id = "0b1c2d3e-" + std::to_string(i),
            .attempts = 1 + i % 3,
            .bytes = i * 1'000,
            .duration_ms = i};
}
}  // namespace

TEST_CASE("the journal gives back every call of a scan, in order of time") {
    for_each_store([](Store& store) {
        need(Journal::prepare(store.database()));
        need(Journal::prepare(store.database()));
        Journal journal(store.database());
        const auto tenant = crypto::new_id<TenantId>();
        const auto scan = crypto::new_id<ScanId>(), other = crypto::new_id<ScanId>();
        std::vector<JournalEntry> calls;
        for (int i = 0; i < 1'234; ++i) {
            calls.push_back(entry(i));
            need(journal.append(tenant, scan, entry(i)));
        }
        need(journal.append(tenant, other, entry(1)));
        CHECK(need(journal.for_scan(tenant, scan)) == calls);
        CHECK(need(journal.for_scan(tenant, scan, 10)).size() == 10);
        const auto part = need(journal.part(tenant, scan, 7, 3));
        CHECK(part.total == std::ssize(calls));
        CHECK(part.entries == std::vector(calls.begin() + 7, calls.begin() + 10));
        CHECK(need(journal.part(tenant, scan, calls.size() + 5, 3)).entries.empty());
        CHECK(need(journal.for_scan(tenant, other)).size() == 1);
        CHECK(need(journal.for_scan(crypto::new_id<TenantId>(), scan)).empty());
        const auto bytes = need(store.database().platform().read([](Transaction& transaction) {
            return transaction.integer("SELECT SUM(LENGTH(packed)) FROM journal_segment");
        }));
        CHECK(*bytes < 1'234 * 30);
        CHECK(need(journal.drop_old(noon + std::chrono::hours(24 * 29))) == 0);
        CHECK(need(journal.drop_old(noon + std::chrono::hours(24 * 31))) == 4);
        CHECK(need(journal.for_scan(tenant, scan)).empty());
    });
}

TEST_CASE("a damaged segment is an error") {
    for_sqlite([](Store& store) {
        need(Journal::prepare(store.database()));
        Journal journal(store.database());
        const auto tenant = crypto::new_id<TenantId>();
        const auto scan = crypto::new_id<ScanId>();
        need(journal.append(tenant, scan, entry(1)));
        need(journal.flush(tenant, scan));
        need(store.database().platform().write([](Transaction& transaction) {
            return transaction.run("UPDATE journal_segment SET packed = ?1", Blob{"rubbish"});
        }));
        CHECK(failure(journal.for_scan(tenant, scan)) == "internal/corrupt");
    });
}

TEST_CASE("on SQLite the journal is a file of its own") {
    const TemporaryFolder folder;
    auto store = need(Store::open({.data_dir = folder.path()}));
    const auto tenant = crypto::new_id<TenantId>();
    const auto scan = crypto::new_id<ScanId>();
    {
        auto journal = need(Journal::open(store->database(), folder.path()));
        need(journal->append(tenant, scan, entry(1)));
        need(journal->flush(tenant, scan));
    }
    CHECK(std::filesystem::exists(folder.path() / "journal.db"));
    CHECK(need(need(Journal::open(store->database(), folder.path()))->for_scan(tenant, scan)).size() == 1);
}

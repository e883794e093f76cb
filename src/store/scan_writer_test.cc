#include "store/scan_writer.h"

#include <doctest/doctest.h>

#include <random>

#include "store/inventory_fixture.h"

using namespace patrol;
using namespace patrol::store;
using model::SliceStatus;

TEST_CASE("a first scan becomes the first snapshot") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto snapshot =
            account.scan({{instances, {{item("i-1"), item("i-2")}}}, {roles, {{item("admin")}}}});
        CHECK(snapshot.seq == 1);
        CHECK(snapshot.counts.resources == 3);
        CHECK(snapshot.counts.added == 3);
        CHECK(snapshot.counts.slices == 2);
        CHECK(snapshot.counts.slices_done == 2);
        CHECK(snapshot.counts.calls == 7);
        CHECK(account.shown(snapshot.id).size() == 3);
        CHECK(account.shown(snapshot.id).at("AWS::EC2::Instancei-1") == item("i-1").document);

        const auto scan = need(store.scans().get(account.tenant(), snapshot.scan));
        CHECK(scan.state == model::ScanState::succeeded);
        CHECK(scan.snapshot_id == snapshot.id);
        CHECK(scan.counts.resources == 3);
        const auto stored = need(store.accounts().get(account.tenant(), account.account()));
        CHECK(stored.resources == 3);
        CHECK(stored.last_scan_id == snapshot.scan);
        CHECK(need(store.snapshots().get(account.tenant(), snapshot.id)).counts == snapshot.counts);
    });
}

TEST_CASE("what the slices to come are called is stored at once, and the scan finds it there") {
    for_each_store([](Store& store) {
        Scanned account(store);
        auto ticket = account.start();
        auto writer = need(ScanWriter::begin(store, ticket, {}));
        const std::vector to_come{instances, volumes, roles};
        need(writer->expect(to_come));
        const std::string types = "SELECT COUNT(*) FROM word WHERE text LIKE 'AWS::%'";
        CHECK(account.count(types) == 3);
        const auto words = account.count("SELECT COUNT(*) FROM word");
        need(writer->expect(to_come));
        for (const auto& slice : to_come) {
            need(writer->start_slice(slice));
            need(writer->finish_slice({.key = slice, .status = SliceStatus::complete}));
        }
        need(writer->publish({}));
        CHECK(account.count(types) == 3);
        CHECK(account.count("SELECT COUNT(*) FROM word") <= words + 2);  // the rules'
    });
}

TEST_CASE("an unchanged scan writes no version and no line of coverage") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const Reading reading{{instances, {{item("i-1"), item("i-2")}}},
                              {roles, {{}, SliceStatus::denied, "No."}}};
        const auto first = account.scan(reading);
        const auto versions = account.count("SELECT COUNT(*) FROM version");
        const auto lines = account.count("SELECT COUNT(*) FROM coverage");
        const auto second = account.scan(reading);
        CHECK(second.seq == 2);
        CHECK(second.counts.added == 0);
        CHECK(second.counts.modified == 0);
        CHECK(second.counts.removed == 0);
        CHECK(second.counts.resources == 2);
        CHECK(account.count("SELECT COUNT(*) FROM version") == versions);
        CHECK(account.count("SELECT COUNT(*) FROM coverage") == lines);
        CHECK(account.shown(second.id) == account.shown(first.id));
    });
}

TEST_CASE("what changed, came and went is told apart, at every time") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1"), item("i-2"), item("i-3")}}}});
        const auto second = account.scan({{instances, {{item("i-1"), item("i-2", "stopped"), item("i-4")}}}});
        CHECK(second.counts.added == 1);
        CHECK(second.counts.modified == 1);
        CHECK(second.counts.removed == 1);
        CHECK(second.counts.resources == 3);
        CHECK(account.shown(first.id).size() == 3);
        CHECK(account.shown(first.id).contains("AWS::EC2::Instancei-3"));
        CHECK_FALSE(account.shown(second.id).contains("AWS::EC2::Instancei-3"));
        CHECK(account.shown(second.id).at("AWS::EC2::Instancei-2") == item("i-2", "stopped").document);
        const auto changed = account.find("i-2");
        CHECK(changed.first_seen == first.taken_at);
        CHECK(changed.last_changed == second.taken_at);
        CHECK(account.find("i-1").last_changed == first.taken_at);
    });
}

TEST_CASE("what could not be read is never called deleted") {
    for_each_store([](Store& store) {
        for (const auto status :
             {SliceStatus::denied, SliceStatus::partial, SliceStatus::failed, SliceStatus::throttled,
              SliceStatus::not_enabled, SliceStatus::not_granted, SliceStatus::not_read}) {
            CAPTURE(to_string(status));
            Scanned account(store, "account " + std::string(to_string(status)));
            const auto first =
                account.scan({{instances, {{item("i-1"), item("i-2")}}}, {roles, {{item("r")}}}});
            const auto second =
                account.scan({{instances, {{}, status, "Could not."}}, {roles, {{item("r")}}}});
            CHECK(second.counts.removed == 0);
            CHECK(second.counts.resources == 3);
            CHECK(second.counts.stale == 2);
            CHECK(account.shown(second.id) == account.shown(first.id));
            CHECK(account.find("i-1").stale_since == first.taken_at);
            CHECK_FALSE(account.find("r").stale_since);
            // Read again: what is still there is not stale any more, the rest is gone only now.
            const auto third = account.scan({{instances, {{item("i-1")}}}, {roles, {{item("r")}}}});
            CHECK(third.counts.removed == 1);
            CHECK(third.counts.stale == 0);
            CHECK_FALSE(account.find("i-1").stale_since);
        }
    });
}

TEST_CASE("a slice that a scan does not mention is not read, and keeps what it had") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1")}}}, {roles, {{item("r")}}}});
        const auto second = account.scan({{instances, {{item("i-1")}}}});
        CHECK(second.counts.resources == 2);
        CHECK(second.counts.stale == 1);
        CHECK(need(store.coverage().summary(account.tenant(), second.id)).not_read == 1);
    });
}

TEST_CASE("an empty slice that no scan names any more is forgotten") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1")}}}, {roles, {}}});
        const auto second = account.scan({{instances, {{item("i-1")}}}});
        CHECK(second.counts.slices == 1);
        CHECK(need(store.coverage().summary(account.tenant(), second.id)).total() == 1);
        const auto third = account.scan({{instances, {{item("i-1")}}}, {roles, {{item("r")}}}});
        CHECK(third.counts.resources == 2);
    });
}

TEST_CASE("unknown tags stay as they were; known ones are a change") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1", "running", {{"env", "prod"}})}}}});
        auto untagged = item("i-1");
        untagged.tags_known = false;
        const auto second = account.scan({{instances, {{untagged}}}});
        CHECK(second.counts.modified == 0);
        CHECK(account.find("i-1").tags == model::Labels{{"env", "prod"}});
        const auto third = account.scan({{instances, {{item("i-1")}}}});
        CHECK(third.counts.modified == 1);
        CHECK(account.find("i-1").tags.empty());
    });
}

TEST_CASE("a resource that comes back is the same resource") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1")}}}});
        const auto id = account.find("i-1").id;
        account.scan({{instances, {{}}}});
        const auto gone = need(store.resources().get(account.tenant(), id));
        CHECK(gone.removed_at == account.clock.now());
        CHECK(gone.document == item("i-1").document);
        const auto third = account.scan({{instances, {{item("i-1")}}}});
        CHECK(third.counts.added == 1);
        CHECK(account.find("i-1").id == id);
        const auto history = need(store.resources().history(account.tenant(), id, Documents::include));
        REQUIRE(history.size() == 2);
        CHECK(history[0].live);
        CHECK(history[0].first_seq == 3);
        CHECK(history[1].last_seq == 1);
        CHECK_FALSE(history[1].live);
        CHECK(history[1].until.is_set());
    });
}

TEST_CASE("staged rows are invisible, and go when the scan is given up") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1")}}}});
        auto writer = account.writer(account.start());
        Scanned::feed(*writer, instances, {{item("i-1", "stopped"), item("i-2")}});
        account.clock.sleep_for(std::chrono::minutes(2));
        Scanned::feed(*writer, roles, {{item("r")}});  // writes what waits
        CHECK(account.count("SELECT COUNT(*) FROM version") == 4);
        CHECK(account.shown(first.id).size() == 1);
        CHECK(account.find("i-1").last_changed == first.taken_at);
        const auto before = need(writer->previous(instances, std::vector<std::string>{"i-2", "i-1"}));
        CHECK_FALSE(before.at(0));
        CHECK(before.at(1) == item("i-1").document);
        CHECK(need(writer->live_count(instances)) == 1);
        CHECK(writer->staged().added == 2);
        need(writer->abandon());
        CHECK(account.count("SELECT COUNT(*) FROM version") == 1);
        CHECK(account.count("SELECT COUNT(*) FROM resource") == 1);
        CHECK(account.count("SELECT COUNT(*) FROM document") == 1);
        CHECK(account.count("SELECT COUNT(*) FROM attributes") == 1);
        CHECK(account.count("SELECT COUNT(*) FROM staged_slice") == 0);
        CHECK(failure(writer->publish({})) == "internal");
    });
}

TEST_CASE("a worker that lost its lease can neither stage nor publish") {
    for_each_store([](Store& store) {
        Scanned account(store);
        auto ticket = account.start();
        auto writer = account.writer(ticket);
        Scanned::feed(*writer, instances, {{item("i-1")}});
        // The lease runs out and the job is claimed anew.
        account.clock.sleep_for(std::chrono::minutes(5));
        const auto taken = account.claim();
        CHECK(taken.fence != ticket.fence);
        CHECK(failure(writer->publish({})) == "conflict/lease_lost");
        CHECK(failure(ScanWriter::begin(store, ticket, account.options())) == "conflict/lease_lost");
        auto second = account.writer(taken);
        Scanned::feed(*second, instances, {{item("i-2")}});
        const auto snapshot = need(second->publish({}));
        CHECK(snapshot.counts.resources == 1);
        CHECK(account.shown(snapshot.id).contains("AWS::EC2::Instancei-2"));
    });
}

TEST_CASE("an interrupted scan goes on with the slices it had finished") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1"), item("i-9")}}}, {roles, {{item("r")}}}});
        {
            auto writer = account.writer(account.start());
            Scanned::feed(*writer, instances, {{item("i-1", "stopped"), item("i-2")}});
            account.clock.sleep_for(std::chrono::minutes(2));
            need(writer->start_slice(volumes));
            need(writer->put(volumes, std::vector{item("vol-1")}));
            need(writer->finish_slice(
                {.key = {"AWS::S3::Bucket", "global"}, .status = SliceStatus::complete}));
        }  // killed
        account.clock.sleep_for(std::chrono::minutes(2));
        auto writer = account.writer(account.claim());
        const auto finished = writer->finished_slices();
        REQUIRE(finished.size() == 2);
        CHECK(finished[0].key == instances);
        CHECK(finished[0].count == 2);
        Scanned::feed(*writer, volumes, {{item("vol-2")}});
        Scanned::feed(*writer, roles, {{item("r")}});
        const auto snapshot = need(writer->publish({}));
        CHECK(snapshot.counts.added == 2);
        CHECK(snapshot.counts.modified == 1);
        CHECK(snapshot.counts.removed == 1);
        const auto shown = account.shown(snapshot.id);
        CHECK(shown.size() == 4);
        CHECK(shown.contains("AWS::EC2::Volumevol-2"));
        CHECK_FALSE(shown.contains("AWS::EC2::Volumevol-1"));
        CHECK(shown.at("AWS::EC2::Instancei-1") == item("i-1", "stopped").document);
    });
}

TEST_CASE("of the same key twice in a slice the last one wins") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        auto writer = account.writer(account.start());
        need(writer->start_slice(instances));
        const auto put = [&](std::vector<model::ScannedResource> page) {
            need(writer->put(instances, page));
        };
        put({item("i-1", "a"), item("i-1", "b"), item("i-3", "a")});
        put({item("i-3", "b"), item("i-2", "a")});
        put({item("i-2")});  // as it was, after all
        account.clock.sleep_for(std::chrono::minutes(2));
        need(writer->finish_slice({.key = roles, .status = SliceStatus::complete}));  // writes what waits
        put({item("i-3", "c"), item("i-1")});
        put({item("i-1", "d")});
        need(writer->finish_slice({.key = instances, .status = SliceStatus::complete, .count = 3}));
        CHECK(writer->staged().duplicates == 6);
        const auto snapshot = need(writer->publish({}));
        CHECK(snapshot.counts.added == 1);
        CHECK(snapshot.counts.modified == 1);
        CHECK(snapshot.counts.removed == 0);
        const auto shown = account.shown(snapshot.id);
        CHECK(shown.at("AWS::EC2::Instancei-1") == item("i-1", "d").document);
        CHECK(shown.at("AWS::EC2::Instancei-2") == item("i-2").document);
        CHECK(shown.at("AWS::EC2::Instancei-3") == item("i-3", "c").document);
    });
}

TEST_CASE("a slice that begins again forgets what it was given") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        auto writer = account.writer(account.start());
        need(writer->start_slice(instances));
        need(writer->put(instances, std::vector{item("i-1", "x"), item("i-2"), item("i-3")}));
        SUBCASE("before it was written") {}
        SUBCASE("after it was written") {
            account.clock.sleep_for(std::chrono::minutes(2));
            need(writer->finish_slice({.key = roles, .status = SliceStatus::complete}));
        }
        Scanned::feed(*writer, instances, {{item("i-1")}});
        const auto snapshot = need(writer->publish({}));
        CHECK(snapshot.counts.added == 0);
        CHECK(snapshot.counts.modified == 0);
        CHECK(snapshot.counts.removed == 1);
        CHECK(account.shown(snapshot.id).size() == 1);
    });
}

TEST_CASE("newer rules are never drift") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        account.rules.canonical = "patrol-canonical/2";
        auto rehash = [](std::string_view, std::string_view document) {
            return std::string(crypto::as_text(crypto::sha256("2" + std::string(document))));
        };
        account.rehash = rehash;
        auto one = item("i-1"), two = item("i-2", "stopped");
        one.hash = rehash("", one.document);
        two.hash = rehash("", two.document);
        const auto second = account.scan({{instances, {{one, two}}}});
        CHECK(second.counts.modified == 1);
        CHECK(account.find("i-1").last_changed == first.taken_at);
        const auto page = need(store.snapshots().diff(account.tenant(), {.from = first.id, .to = second.id}));
        CHECK(changes_text(page.changes) == "modified:i-2");
        const auto third = account.scan({{instances, {{one, two}}}});
        CHECK(third.counts.modified == 0);
        CHECK(need(store.snapshots().diff(account.tenant(), {.from = first.id, .to = third.id}))
                  .counts.modified == 1);
    });
}

TEST_CASE("hostile texts do not stop a scan") {
    for_each_store([](Store& store) {
        Scanned account(store);
        auto bad = item("x");
        bad.native_id = std::string("nul\0in", 6);
        bad.name = "broken \xff\xfe utf8";
        bad.arn = std::string(5'000, 'a');
        bad.tags = {{std::string("k\0", 2), "\xc3"}, {"'; DROP TABLE version; --", "\"\\"}};
        bad.terms = {std::string(400, 'x') + "\n", "10.0.0.1"};
        const auto snapshot = account.scan({{instances, {{bad}}}});
        CHECK(snapshot.counts.resources == 1);
        CHECK(account.shown(snapshot.id).size() == 1);
        CHECK(account.scan({{instances, {{bad}}}}).counts.modified == 0);
        auto writer = account.writer(account.start());
        auto hashless = item("y");
        hashless.hash = "short";
        CHECK(failure(writer->put(instances, std::vector{hashless})) == "internal");
    });
}

// Random scans against the simplest possible model: a map per snapshot.
TEST_CASE("random scans show at every time what was true then") {
    auto run = [](Store& store) {
        std::mt19937 random(20260401);
        for (int account_number = 0; account_number < 4; ++account_number) {
            Scanned account(store, "account " + std::to_string(account_number));
            std::vector<std::pair<SnapshotId, std::map<std::string, std::string>>> expected;
            std::map<std::string, std::string> now;
            for (int turn = 0; turn < 12; ++turn) {
                Reading reading;
                for (const auto& slice : {instances, volumes, roles}) {
                    if (random() % 8 == 0) continue;
                    auto& read = reading[slice];
                    read.status = random() % 4 == 0 ? SliceStatus::partial : SliceStatus::complete;
                    std::map<std::string, std::string> seen;
                    for (int i = 0; i < 20; ++i) {
                        if (random() % 4 == 0) continue;
                        read.items.push_back(item("n" + std::to_string(i), std::to_string(random() % 3)));
                        seen[slice.type + "n" + std::to_string(i)] = read.items.back().document;
                    }
                    std::shuffle(read.items.begin(), read.items.end(), random);
                    if (read.status == SliceStatus::complete)
                        std::erase_if(now, [&](const auto& entry) {
                            return entry.first.starts_with(slice.type) && !seen.contains(entry.first);
                        });
                    for (auto& [key, document] : seen) now[key] = document;
                }
                const auto snapshot = account.scan(reading);
                CHECK(snapshot.counts.resources == static_cast<std::int64_t>(now.size()));
                expected.emplace_back(snapshot.id, now);
            }
            for (const auto& [id, state] : expected) CHECK(account.shown(id) == state);
        }
    };
    for_each_store(run);
}

#include "store/snapshots.h"

#include <doctest/doctest.h>

#include "store/inventory_fixture.h"
#include "store/migrations.h"

using namespace patrol;
using namespace patrol::store;
using model::SliceStatus;

TEST_CASE("snapshots are listed newest first, by account and by time") {
    for_each_store([](Store& store) {
        Scanned one(store, "one"), two(store, "two");
        const auto a = one.scan({{instances, {{item("i-1")}}}});
        const auto b = one.scan({{instances, {{item("i-1")}}}});
        const auto other = two.scan({{instances, {{item("i-1")}}}});
        auto& snapshots = store.snapshots();
        const auto page = need(snapshots.list(one.tenant(), one.account(), {.limit = 1}));
        REQUIRE(page.items.size() == 1);
        CHECK(page.items[0].id == b.id);
        CHECK(page.total == 2);
        const auto next =
            need(snapshots.list(one.tenant(), one.account(), {.limit = 1, .cursor = *page.next_cursor}));
        CHECK(next.items[0].id == a.id);
        CHECK_FALSE(next.next_cursor);
        CHECK(need(snapshots.newest(one.tenant(), one.account()))->id == b.id);
        CHECK(need(snapshots.newest(one.tenant(), one.account(), a.taken_at))->id == a.id);
        CHECK_FALSE(need(snapshots.newest(one.tenant(), one.account(), a.taken_at - Millis(1))));
        CHECK(need(snapshots.of_scan(one.tenant(), b.scan))->id == b.id);
        CHECK(need(snapshots.list(one.tenant(), {}, {})).total == 2);

        // Nothing of another tenant.
        CHECK(failure(snapshots.get(one.tenant(), other.id)) == "not_found");
        CHECK(failure(snapshots.diff(one.tenant(), {.from = a.id, .to = other.id})) == "not_found");
        CHECK(failure(store.resources().in_snapshot(one.tenant(), other.id, {})) == "not_found");
        CHECK(failure(store.coverage().summary(one.tenant(), other.id)) == "not_found");
        CHECK(failure(store.coverage().list(one.tenant(), other.id, {})) == "not_found");
        CHECK(need(store.resources().across(one.tenant(), {}, {})).total == 1);
        const auto foreign = two.find("i-1").id;
        CHECK(failure(store.resources().get(one.tenant(), foreign)) == "not_found");
        CHECK(failure(store.resources().history(one.tenant(), foreign, Documents::leave_out)) == "not_found");
        CHECK(failure(store.resources().relations(one.tenant(), foreign)) == "not_found");
        CHECK(failure(store.resources().get_in(one.tenant(), other.id, foreign)) == "not_found");
        CHECK(failure(snapshots.drop_before(one.tenant(), two.account(), 5)) == "not_found");
        CHECK(need(store.resources().search(one.tenant(), "i-1", 10)).size() == 1);
    });
}

TEST_CASE("the difference of two snapshots, both ways") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1"), item("i-2"), item("i-3")}}}});
        const auto second = account.scan({{instances, {{item("i-1"), item("i-2", "stopped"), item("i-4")}}}});
        auto& snapshots = store.snapshots();
        const auto there = need(snapshots.diff(
            account.tenant(), {.from = first.id, .to = second.id, .documents = Documents::include}));
        CHECK(changes_text(there.changes) == "modified:i-2 removed:i-3 added:i-4");
        CHECK(there.counts.added == 1);
        CHECK(there.changes.items[0].before == item("i-2").document);
        CHECK(there.changes.items[0].after == item("i-2", "stopped").document);
        CHECK(there.changes.items[1].before == item("i-3").document);
        CHECK(there.changes.items[1].after.empty());
        CHECK(there.changes.items[1].resource.removed_at == second.taken_at);
        CHECK(there.changes.items[2].before.empty());
        CHECK_FALSE(there.changes.items[2].resource.removed_at);

        const auto back = need(snapshots.diff(
            account.tenant(), {.from = second.id, .to = first.id, .documents = Documents::include}));
        CHECK(changes_text(back.changes) == "modified:i-2 added:i-3 removed:i-4");
        CHECK(back.changes.items[0].after == item("i-2").document);
        CHECK(back.changes.items[1].after == item("i-3").document);
        CHECK(back.changes.items[2].before == item("i-4").document);
        CHECK(changes_text(need(snapshots.diff(account.tenant(), {.from = first.id, .to = first.id})).changes)
                  .empty());

        // Page by page.
        std::string text;
        DiffRequest request{.from = first.id, .to = second.id, .page = {.limit = 1}};
        for (int turn = 0; turn < 3; ++turn) {
            const auto page = need(snapshots.diff(account.tenant(), request));
            CHECK(page.counts.modified == 1);
            text += changes_text(page.changes) + " ";
            request.page.cursor = page.changes.next_cursor.value_or("");
        }
        CHECK(request.page.cursor.empty());
        CHECK(text == "modified:i-2 removed:i-3 added:i-4 ");
    });
}

TEST_CASE("a change that was taken back is none, near and far") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        account.scan({{instances, {{item("i-1", "stopped"), item("i-3")}}}});
        auto last = account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        auto diff = [&] {
            return need(store.snapshots().diff(account.tenant(), {.from = first.id, .to = last.id}));
        };
        // i-2 went and came back as it was: the same document, so no change either.
        CHECK(changes_text(diff().changes).empty());
        for (int turn = 0; turn < 65; ++turn)
            last = account.scan({{instances, {{item("i-1"), item("i-2")}}}});
        CHECK(changes_text(diff().changes).empty());
        last = account.scan({{instances, {{item("i-1"), item("i-5")}}}});
        CHECK(changes_text(diff().changes) == "removed:i-2 added:i-5");
    });
}

TEST_CASE("slices that were not read completely yield neither removed nor added") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first =
            account.scan({{instances, {{item("i-1")}}}, {roles, {{}, SliceStatus::denied, "No."}}});
        const auto second = account.scan(
            {{instances, {{}, SliceStatus::failed, "No."}}, {roles, {{item("r-1"), item("r-2")}}}});
        const auto diff = need(store.snapshots().diff(account.tenant(), {.from = first.id, .to = second.id}));
        CHECK(changes_text(diff.changes).empty());
        CHECK(diff.counts.newly_visible == 2);
        CHECK(diff.counts.removed == 0);
        // Removed for good in between, then unreadable again: not known any more.
        account.scan({{instances, {{}}}, {roles, {{item("r-1"), item("r-2")}}}});
        const auto fourth = account.scan({{instances, {{}, SliceStatus::denied}}, {roles, {{item("r-1")}}}});
        const auto far = need(store.snapshots().diff(account.tenant(), {.from = second.id, .to = fourth.id}));
        CHECK(changes_text(far.changes) == "removed:r-2");
        CHECK(far.counts.unknown == 1);
    });
}

TEST_CASE("coverage tells what was read, since when, and keeps unchanged lines") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan({{instances, {{item("i-1")}}}, {roles, {{item("r")}}}});
        const auto second = account.scan(
            {{instances, {{item("i-1")}}}, {roles, {{}, SliceStatus::denied, "Access was denied."}}});
        const auto third = account.scan(
            {{instances, {{item("i-1")}}}, {roles, {{}, SliceStatus::denied, "Access was denied."}}});
        auto& coverage = store.coverage();
        const auto summary = need(coverage.summary(account.tenant(), third.id));
        CHECK(summary.complete == 1);
        CHECK(summary.denied == 1);
        CHECK(summary.total() == 2);
        CHECK(need(coverage.summary(account.tenant(), first.id)).complete == 2);
        const auto odd = need(filter::parse("colour=red"));
        CHECK(failure(coverage.list(account.tenant(), third.id, {.filter = &odd})) == "invalid");
        const auto filter = need(filter::parse("status=denied"));
        const auto page = need(coverage.list(account.tenant(), third.id, {.filter = &filter}));
        REQUIRE(page.items.size() == 1);
        CHECK(page.items[0].coverage.key == roles);
        CHECK(page.items[0].coverage.reason == "Access was denied.");
        CHECK(page.items[0].live == 1);
        CHECK(page.items[0].stale_since == first.taken_at);
        CHECK(page.items[0].since == second.taken_at);
        auto one = need(coverage.list(account.tenant(), third.id, {.limit = 1}));
        CHECK(one.total == 2);
        CHECK(one.items[0].coverage.key == instances);
        one = need(coverage.list(account.tenant(), third.id, {.limit = 1, .cursor = *one.next_cursor}));
        CHECK(one.items[0].coverage.key == roles);
        CHECK_FALSE(one.next_cursor);
    });
}

TEST_CASE("what is not granted is asked once a week") {
    for_each_store([](Store& store) {
        Scanned account(store);
        account.scan({{roles, {{}, SliceStatus::not_granted}}});
        const auto asked = account.clock.now();
        auto since = [&](Timestamp time) {
            return need(store.coverage().not_granted_since(account.tenant(), account.account(), time)).size();
        };
        CHECK(since(asked) == 1);
        CHECK(since(asked + Millis(1)) == 0);
        account.clock.sleep_for(std::chrono::hours(24 * 8));
        account.scan({{roles, {{}, SliceStatus::not_granted}}});  // asked again, the same answer
        CHECK(since(asked + Millis(1)) == 1);
    });
}

TEST_CASE("old snapshots go with what only they show") {
    for_each_store([](Store& store) {
        Scanned account(store);
        auto tagged = item("i-2");
        tagged.tags = {{"only", "old"}};
        const auto first = account.scan({{instances, {{item("i-1"), tagged, item("i-3")}}}});
        account.scan({{instances, {{item("i-1", "a"), item("i-3")}}}});
        account.scan({{instances, {{item("i-1", "b"), item("i-3")}}}});
        const auto newest = account.scan({{instances, {{item("i-1", "c"), item("i-3")}}}});
        const auto shown = account.shown(newest.id);
        CHECK(need(store.snapshots().drop_before(account.tenant(), account.account(), 3)) == 3);
        CHECK(failure(store.snapshots().get(account.tenant(), first.id)) == "not_found");
        CHECK(need(store.snapshots().list(account.tenant(), account.account(), {})).total == 2);
        CHECK(account.shown(newest.id) == shown);
        CHECK(account.find("i-3").first_seen == first.taken_at);
        CHECK(account.count("SELECT COUNT(*) FROM version") == 3);
        CHECK(account.count("SELECT COUNT(*) FROM document") == 3);
        CHECK(account.count("SELECT COUNT(*) FROM resource") == 2);
        CHECK(account.count("SELECT COUNT(*) FROM attributes") == 2);
        CHECK(account.count("SELECT COUNT(*) FROM term WHERE text = 'only=old'") == 0);
        // The newest never goes.
        need(store.snapshots().drop_before(account.tenant(), account.account(), 100));
        CHECK(account.shown(newest.id) == shown);
        CHECK(account.scan({{instances, {{item("i-1", "c"), item("i-2"), item("i-3")}}}}).counts.added == 1);
    });
}

TEST_CASE("an account's inventory is erased in small steps") {
    for_each_store([](Store& store) {
        Scanned one(store, "one"), two(store, "two");
        for (auto* account : {&one, &two}) {
            account->scan({{instances, {{item("i-1"), item("i-2")}}}, {roles, {{item("r")}}}});
            account->scan({{instances, {{item("i-1", "x")}}}});
        }
        const auto kept = two.shown(need(store.snapshots().newest(two.tenant(), two.account()))->id);
        auto step = [&] {
            return need(
                store.database().platform().write([&](Transaction& transaction) -> Result<std::int64_t> {
                    return erase_inventory(
                        transaction, TRY(Accounts::number(transaction, one.tenant(), one.account())), 3);
                }));
        };
        int steps = 0;
        for (auto deleted = step(); deleted > 0; deleted = step()) {
            CHECK(deleted <= 3);
            ++steps;
        }
        CHECK(steps > 5);
        for (const auto* table : {"version", "resource", "attributes", "document", "term", "mention",
                                  "coverage", "slice", "snapshot", "inventory"})
            CHECK_MESSAGE(one.count("SELECT COUNT(DISTINCT account) FROM " + std::string(table)) <= 1, table);
        CHECK(two.shown(need(store.snapshots().newest(two.tenant(), two.account()))->id) == kept);
    });
}

// Scans and the queue they wait in.
#include <doctest/doctest.h>

#include <thread>

#include "base/limits.h"
#include "filter/filter.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

constexpr std::array scan_kind{JobKind::scan};
constexpr std::array all_kinds{JobKind::scan, JobKind::test, JobKind::trial, JobKind::sweep};

std::optional<Job> claim(Store& store, Timestamp now = noon, std::string_view worker = "w") {
    return need(store.jobs().claim(worker, all_kinds, now));
}

ScanTicket ticket(const Job& job, const ScanId& scan) { return {job.tenant, job.account, scan, job.fence}; }

Result<void> finish(Store& store, const ScanTicket& ticket) {
    return store.database().platform().write([&](Transaction& tx) {
        return Scans::end(tx, ticket, {.counts = {.resources = 3}, .snapshot = SnapshotId("snp_x")},
                          noon + Millis(7));
    });
}

Job job(JobKind kind, JobLane lane = JobLane::background, Timestamp run_at = {}) {
    return {.kind = kind, .lane = lane, .run_at = run_at};
}

}  // namespace

TEST_CASE("one scan runs, one waits, and further ones are the waiting one") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& scans = store.scans();
        const ScanRequest request{
            .account = one.account.id, .scope = {.types = {"AWS::EC2::Vpc"}}, .requested_by = "me"};
        CHECK(failure(scans.enqueue(two.tenant, request, noon)) == "not_found");
        const auto first = need(scans.enqueue(one.tenant, request, noon));
        CHECK_FALSE(first.already_queued);
        CHECK(first.scan.state == model::ScanState::queued);
        CHECK(first.scan.scope == request.scope);
        const auto again = need(scans.enqueue(one.tenant, request, noon));
        CHECK(again.already_queued);
        CHECK(again.scan.id == first.scan.id);

        const auto claimed = claim(store);
        REQUIRE(claimed);
        const auto running = need(scans.mark_running(ticket(*claimed, first.scan.id), noon + Millis(1)));
        CHECK(running.state == model::ScanState::running);
        CHECK(running.started_at == noon + Millis(1));
        const auto follow_up = need(scans.enqueue(one.tenant, request, noon));
        CHECK_FALSE(follow_up.already_queued);
        for (int turn = 0; turn < 3; ++turn)
            CHECK(need(scans.enqueue(one.tenant, request, noon)).scan.id == follow_up.scan.id);
        CHECK_FALSE(claim(store));  // never two scans of one account

        need(finish(store, ticket(*claimed, first.scan.id)));
        need(store.jobs().complete(*claimed));
        const auto ended = need(scans.get(one.tenant, first.scan.id));
        CHECK(ended.state == model::ScanState::succeeded);
        CHECK(ended.counts.resources == 3);
        CHECK(ended.snapshot_id == SnapshotId("snp_x"));
        const auto account = need(store.accounts().get(one.tenant, one.account.id));
        CHECK(account.last_scan_id == first.scan.id);
        CHECK(account.last_scan_at == noon + Millis(7));
        CHECK(account.resources == 3);
        REQUIRE(claim(store));
        CHECK(failure(scans.get(two.tenant, first.scan.id)) == "not_found");
    });
}

TEST_CASE("the database itself keeps a second running and a second waiting scan of an account out") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        const ScanRequest request{.account = one.account.id, .scope = {}, .requested_by = "me"};
        const auto first = need(store.scans().enqueue(one.tenant, request, noon)).scan.id;
        need(store.scans().mark_running(ticket(*claim(store), first), noon));
        const auto second = need(store.scans().enqueue(one.tenant, request, noon)).scan.id;
        const auto force = [&](const ScanId& scan, std::string_view state) {
            return store.database().platform().write([&](Transaction& tx) {
                return tx.run("UPDATE scan SET state = ?2 WHERE id = ?1", scan, state);
            });
        };
        CHECK_FALSE(force(second, "running").has_value());
        CHECK_FALSE(force(first, "queued").has_value());
        for (const auto* ended : {"failed", "cancelled"}) {
            need(force(first, ended));
            need(force(second, ended));
        }
    });
}

TEST_CASE("a waiting scan grows to what is asked of it and moves to the fast lane") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        ScanRequest request{.account = one.account.id, .trigger = model::ScanTrigger::schedule};
        request.scope = {.types = {"b"}, .regions = {"r1"}};
        need(store.scans().enqueue(one.tenant, request, noon));
        request.scope = {.types = {"a", "b"}, .regions = {}};
        request.trigger = model::ScanTrigger::manual;
        const auto joined = need(store.scans().enqueue(one.tenant, request, noon)).scan;
        CHECK(joined.scope.types == std::vector<std::string>{"a", "b"});
        CHECK(joined.scope.regions.empty());
        CHECK(need(store.scans().get(one.tenant, joined.id)).scope == joined.scope);
        CHECK(claim(store)->lane == JobLane::interactive);
    });
}

TEST_CASE("many requests at once make one waiting scan") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        std::atomic<int> made = 0, failed = 0;
        {
            std::vector<std::jthread> threads;
            for (int at = 0; at < 10; ++at)
                threads.emplace_back([&] {
                    const auto result = store.scans().enqueue(one.tenant, {.account = one.account.id}, noon);
                    if (!result) ++failed;
                    if (result && !result->already_queued) ++made;
                });
        }
        CHECK(failed == 0);
        CHECK(made == 1);
        CHECK(need(store.jobs().depth()).ready == 1);
    });
}

TEST_CASE("a worker that lost its lease cannot end the scan") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        const auto first = *claim(store, noon, "slow");
        need(store.scans().mark_running(ticket(first, scan.id), noon));
        const auto late = noon + limits::job_lease + Millis(1);
        const auto second = *claim(store, late, "quick");
        CHECK(second.id == first.id);
        CHECK(second.fence > first.fence);
        CHECK(second.attempts == 2);
        const auto resumed = need(store.scans().mark_running(ticket(second, scan.id), late));
        CHECK(resumed.started_at == noon);
        CHECK(failure(store.scans().mark_running(ticket(first, scan.id), late)) == "conflict/lease_lost");
        CHECK(failure(finish(store, ticket(first, scan.id))) == "conflict/lease_lost");
        CHECK(failure(store.scans().finish_without_snapshot(ticket(first, scan.id), model::ScanState::failed,
                                                            {}, {}, late)) == "conflict/lease_lost");
        CHECK(failure(store.jobs().heartbeat(first, late)) == "conflict/lease_lost");
        CHECK(failure(store.jobs().complete(first)) == "conflict/lease_lost");
        CHECK(failure(store.jobs().retry(first, late, "x")) == "conflict/lease_lost");
        CHECK(failure(store.jobs().release(first, late)) == "conflict/lease_lost");
        CHECK(need(store.accounts().get(one.tenant, one.account.id)).resources == 0);
        need(finish(store, ticket(second, scan.id)));
        CHECK(failure(finish(store, ticket(second, scan.id))) == "conflict/lease_lost");
        need(store.jobs().complete(second));
    });
}

TEST_CASE("a killed worker's jobs are ready again when it starts") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        const auto held = *claim(store, noon, "server-1");
        need(store.scans().mark_running(ticket(held, scan.id), noon));
        need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon + Millis(1)));
        CHECK(need(store.jobs().release_owned_by("server-2", noon + Millis(2))) == 0);
        CHECK_FALSE(claim(store, noon + Millis(2), "server-2"));
        CHECK(need(store.jobs().release_owned_by("server-1", noon + Millis(2))) == 1);
        const auto again = claim(store, noon + Millis(2), "server-1");
        REQUIRE(again);
        CHECK(again->id == held.id);  // not the follow-up
        CHECK(again->attempts == 2);
        need(store.scans().mark_running(ticket(*again, scan.id), noon + Millis(2)));
    });
}

TEST_CASE("a job that never ends is dead after its attempts, and its scan failed") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        auto now = noon;
        for (int attempt = 1; attempt <= limits::job_attempts; ++attempt) {
            const auto claimed = claim(store, now);
            REQUIRE(claimed);
            CHECK(claimed->attempts == attempt);
            need(store.scans().mark_running(ticket(*claimed, scan.id), now));
            if (attempt == 2) {
                need(store.jobs().retry(*claimed, now + Millis(500), "boom"));
                CHECK_FALSE(claim(store, now));
                CHECK(need(store.jobs().next_run_at(scan_kind)) == now + Millis(500));
            }
            now = now + limits::job_lease + Millis(1);
        }
        CHECK_FALSE(claim(store, now));
        CHECK(need(store.jobs().depth()).dead == 1);
        const auto failed = need(store.scans().get(one.tenant, scan.id));
        CHECK(failed.state == model::ScanState::failed);
        CHECK_FALSE(failed.error_message.empty());
        CHECK_FALSE(need(store.jobs().next_run_at(all_kinds)));
        // The account can be scanned again.
        need(store.scans().enqueue(one.tenant, {.account = one.account.id}, now));
        CHECK(claim(store, now));
    });
}

TEST_CASE("the last retry buries the job, a graceful stop does not count") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        need(store.jobs().enqueue(one.tenant, job(JobKind::sweep), noon));
        for (int turn = 0; turn < 10; ++turn) need(store.jobs().release(*claim(store), noon));
        for (int attempt = 1; attempt <= limits::job_attempts; ++attempt)
            need(store.jobs().retry(*claim(store), noon, "x"));
        CHECK_FALSE(claim(store));
        CHECK(need(store.jobs().depth()).dead == 1);
    });
}

TEST_CASE("the interactive lane first, then the tenant that waited longest") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& jobs = store.jobs();
        for (int at = 0; at < 5; ++at) need(jobs.enqueue(one.tenant, job(JobKind::sweep), noon));
        for (int at = 0; at < 2; ++at) need(jobs.enqueue(two.tenant, job(JobKind::sweep), noon + Millis(1)));
        need(jobs.enqueue(one.tenant, job(JobKind::test, JobLane::interactive), noon + Millis(1)));
        need(jobs.enqueue(two.tenant, job(JobKind::sweep, JobLane::background, noon + Millis(99)), noon));
        need(jobs.enqueue(two.tenant, {.kind = JobKind::sweep, .place = "col_x"}, noon));
        std::string order;
        while (const auto next = claim(store, noon + Millis(1)))
            order += std::string(next->tenant == one.tenant ? "1" : "2") +
                     (next->lane == JobLane::interactive ? "!" : "");
        CHECK(order == "1!2121111");
        CHECK(need(jobs.claim("w", scan_kind, noon + Millis(99))) == std::nullopt);
        CHECK(need(jobs.claim("w", {}, noon + Millis(99))) == std::nullopt);
        CHECK(claim(store, noon + Millis(99))->tenant == two.tenant);
        CHECK(need(jobs.claim("c", all_kinds, noon, "col_x"))->place == "col_x");
    });
}

TEST_CASE("workers sleep until something can be claimed") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& jobs = store.jobs();
        CHECK_FALSE(need(jobs.next_run_at(all_kinds)));
        need(jobs.enqueue(one.tenant, job(JobKind::sweep, JobLane::background, noon + Millis(50)), noon));
        CHECK(need(jobs.next_run_at(all_kinds)) == noon + Millis(50));
        CHECK_FALSE(need(jobs.next_run_at(scan_kind)));
        const auto claimed = *claim(store, noon + Millis(50));
        CHECK(claimed.lease_until == noon + Millis(50) + limits::job_lease);
        CHECK(need(jobs.next_run_at(all_kinds)) == claimed.lease_until + Millis(1));
        CHECK(need(jobs.heartbeat(claimed, noon + Millis(100))) == noon + Millis(100) + limits::job_lease);
        need(jobs.complete(claimed));
        CHECK_FALSE(need(jobs.next_run_at(all_kinds)));
    });
}

TEST_CASE("many workers share the queue without taking a job twice") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        for (int at = 0; at < 60; ++at)
            need(store.jobs().enqueue(at % 3 == 0 ? two.tenant : one.tenant, job(JobKind::sweep), noon));
        std::mutex mutex;
        std::vector<std::string> seen;
        std::atomic<int> failed = 0;
        {
            std::vector<std::jthread> threads;
            for (int worker = 0; worker < 6; ++worker)
                threads.emplace_back([&, worker] {
                    for (int misses = 0; misses < 20;) {
                        auto next = store.jobs().claim("w" + std::to_string(worker), all_kinds, noon);
                        if (!next || !*next) {
                            failed += next ? 0 : 1;
                            ++misses;
                            continue;
                        }
                        if (!store.jobs().complete(**next)) ++failed;
                        const std::lock_guard lock(mutex);
                        seen.push_back((*next)->id.str());
                    }
                });
        }
        CHECK(failed == 0);
        std::ranges::sort(seen);
        CHECK(std::ranges::adjacent_find(seen) == seen.end());
        CHECK(seen.size() == 60);
    });
}

TEST_CASE("a waiting scan is cancelled at once, a running one is asked") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& scans = store.scans();
        const auto waiting = need(scans.enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        CHECK(failure(scans.request_cancel(two.tenant, waiting.id, noon)) == "not_found");
        CHECK(need(scans.request_cancel(one.tenant, waiting.id, noon)).state == model::ScanState::cancelled);
        CHECK(failure(scans.request_cancel(one.tenant, waiting.id, noon)) == "conflict/scan_ended");
        CHECK_FALSE(claim(store));

        const auto scan = need(scans.enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        const auto claimed = *claim(store);
        const auto mine = ticket(claimed, scan.id);
        need(scans.mark_running(mine, noon));
        CHECK_FALSE(need(scans.cancel_requested(mine)));
        CHECK(need(scans.request_cancel(one.tenant, scan.id, noon)).cancel_requested);
        CHECK(need(scans.cancel_requested(mine)));
        need(scans.finish_without_snapshot(mine, model::ScanState::cancelled,
                                           Error{.message = "Cancelled.", .hint = "Scan again."},
                                           {.calls = 4}, noon));
        const auto ended = need(scans.get(one.tenant, scan.id));
        CHECK(ended.state == model::ScanState::cancelled);
        CHECK(ended.error_message == "Cancelled.");
        CHECK(ended.counts.calls == 4);
        CHECK_FALSE(ended.snapshot_id);
        CHECK(need(scans.sweep(noon + Millis(1))) == 2);
    });
}

TEST_CASE("a scan that was cancelled between claim and start does not run") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        const auto claimed = *claim(store);
        need(store.scans().request_cancel(one.tenant, scan.id, noon));
        CHECK(failure(store.scans().mark_running(ticket(claimed, scan.id), noon)) == "conflict/scan_ended");
        need(store.jobs().complete(claimed));
    });
}

TEST_CASE("a scan whose job ends without it fails") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        const auto claimed = *claim(store);
        need(store.scans().mark_running(ticket(claimed, scan.id), noon));
        need(store.jobs().complete(claimed));
        CHECK(need(store.scans().get(one.tenant, scan.id)).state == model::ScanState::failed);
        need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon));
        CHECK(claim(store));
    });
}

TEST_CASE("the list of scans, of one account and of all") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        const auto other = need(store.accounts().create(one.tenant, {.name = "other"}, noon));
        need(store.scans().enqueue(one.tenant, {.account = one.account.id, .requested_by = "ann"}, noon));
        need(store.scans().enqueue(one.tenant, {.account = other.id, .trigger = model::ScanTrigger::schedule},
                                   noon + Millis(1)));
        need(store.scans().enqueue(two.tenant, {.account = two.account.id}, noon));
        auto& scans = store.scans();
        const auto all = need(scans.list(one.tenant, std::nullopt, {.limit = 1}));
        CHECK(all.total == 2);
        CHECK(all.items[0].account == other.id);
        CHECK(need(scans.list(one.tenant, std::nullopt, {.limit = 1, .cursor = *all.next_cursor}))
                  .items[0]
                  .account == one.account.id);
        CHECK(failure(scans.list(one.tenant, one.account.id, {.cursor = *all.next_cursor})) ==
              "malformed/bad_cursor");
        CHECK(need(scans.list(one.tenant, one.account.id, {})).total == 1);
        CHECK(need(scans.list(two.tenant, one.account.id, {})).total == 0);
        for (const auto* text : {"trigger=schedule", "account=other", "state=queued and other"}) {
            const auto filter = need(filter::parse(text));
            const auto page = need(scans.list(one.tenant, std::nullopt, {.filter = &filter}));
            REQUIRE(page.items.size() == 1);
            CHECK(page.items[0].account == other.id);
        }
    });
}

}  // namespace patrol::store

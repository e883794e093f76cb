#include "scan/settling.h"

#include "scan/drift_fixture.h"

using namespace patrol;
using namespace patrol::scan;

namespace {

model::Settling wanted(const AccountId& account, std::int64_t snapshots = 3) {
    return {.account = account, .snapshots = snapshots, .started_by = "anna@example.com"};
}

// The scan that settling queued, with these volumes.
void run_queued(Drifting& account, const std::vector<model::ScannedResource>& volumes) {
    const auto ticket = account.claim();
    auto writer = account.writer(ticket);
    Drifting::feed(*writer, store::volumes, {volumes});
    need(writer->publish({}));
    account.complete_job();
}

std::int64_t queued(Drifting& account) {
    return account.count("SELECT COUNT(*) FROM scan WHERE state = 'queued'");
}

model::ScannedResource moving(const std::string& id, int ticks, int size = 8) {
    return volume(id, {{"Throughput", ticks}, {"Size", size}});
}

}  // namespace

TEST_CASE("settling scans three times minutes apart and learns what moves by itself") {
    store::for_each_store([](store::Store& store) {
        Drifting account(store);
        need(start_settling(account.room(), account.tenant(), wanted(account.account())));
        CHECK(queued(account) == 1);
        CHECK(need(continue_settlings(account.room())) == 0);  // one waits already
        run_queued(account, {moving("v-1", 1), moving("v-2", 1)});

        account.clock.sleep_for(std::chrono::minutes(4));
        CHECK(need(continue_settlings(account.room())) == 0);
        auto report = need(settling_report(account.room(), account.tenant(), account.account()));
        CHECK(report.snapshots.size() == 1);
        CHECK(report.next_scan_at > account.clock.now());
        account.clock.sleep_for(std::chrono::minutes(2));
        CHECK(need(continue_settlings(account.room())) == 1);
        run_queued(account, {moving("v-1", 2), moving("v-2", 1, 16)});
        account.clock.sleep_for(std::chrono::minutes(6));
        CHECK(need(continue_settlings(account.room())) == 1);
        run_queued(account, {moving("v-1", 3), moving("v-2", 1, 16), moving("v-3", 1)});

        CHECK(need(continue_settlings(account.room())) == 0);
        report = need(settling_report(account.room(), account.tenant(), account.account()));
        CHECK(report.settling.state == model::SettlingState::done);
        CHECK_FALSE(report.next_scan_at.is_set());
        REQUIRE(report.moving.size() == 2);
        CHECK(report.moving[0].path == "Throughput");
        CHECK(report.moving[0].intervals == 2);
        CHECK(report.moving[0].before == "1");
        CHECK(drift::moves_by_itself(report.moving[0]));
        CHECK(report.moving[1].path == "Size");
        CHECK_FALSE(drift::moves_by_itself(report.moving[1]));
        CHECK(report.objects.at(store::volumes.type).added == 1);
    });
}

TEST_CASE("a fresh snapshot is the first one, an old one is not") {
    store::for_each_store([](store::Store& store) {
        Drifting account(store);
        account.scan_only({volume("v-1")});
        account.clock.sleep_for(std::chrono::minutes(10));
        need(start_settling(account.room(), account.tenant(), wanted(account.account(), 2)));
        CHECK(need(store.settlings().get(account.tenant(), account.account())).first_seq == 1);
        need(store.settlings().end(account.tenant(), account.account(), model::SettlingState::ended,
                                   account.clock.now()));
        account.clock.sleep_for(std::chrono::hours(2));
        need(start_settling(account.room(), account.tenant(), wanted(account.account(), 2)));
        CHECK(need(store.settlings().get(account.tenant(), account.account())).first_seq == 2);
    });
}

TEST_CASE("it cannot run twice, nor where a baseline is, nor for another tenant") {
    store::for_each_store([](store::Store& store) {
        Drifting account(store);
        Drifting other(store, "two");
        need(start_settling(account.room(), account.tenant(), wanted(account.account())));
        CHECK(need(settling_report(other.room(), other.tenant(), other.account())).settling.state ==
              model::SettlingState::none);
        const auto twice = start_settling(account.room(), account.tenant(), wanted(account.account()));
        REQUIRE_FALSE(twice);
        CHECK(twice.error().code == "settling");
        const auto foreign = start_settling(account.room(), other.tenant(), wanted(account.account()));
        REQUIRE_FALSE(foreign);
        CHECK(foreign.error().kind == Error::Kind::not_found);
        CHECK_FALSE(need(store.settlings().end(other.tenant(), account.account(), model::SettlingState::ended,
                                               account.clock.now())));
        CHECK_FALSE(settling_report(account.room(), other.tenant(), account.account()));

        other.scan_only({volume("v-1")});
        other.accept_newest();
        const auto late = start_settling(account.room(), other.tenant(), wanted(other.account()));
        REQUIRE_FALSE(late);
        CHECK(late.error().code == "has_baseline");
    });
}

TEST_CASE("an account that cannot be scanned does not settle for ever") {
    store::for_each_store([](store::Store& store) {
        Drifting account(store);
        need(start_settling(account.room(), account.tenant(), wanted(account.account())));
        account.clock.sleep_for(limits::settling_longest + std::chrono::minutes(1));
        CHECK(need(continue_settlings(account.room())) == 0);
        CHECK(need(store.settlings().get(account.tenant(), account.account())).state ==
              model::SettlingState::ended);
    });
}

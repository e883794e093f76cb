#include "store/collectors.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/limits.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

const model::CollectorFacts facts{
    .host = "muc-01", .version = "1.2.3", .os = "linux", .arch = "x86_64", .protocol = 1};
const std::string key(32, 'k');

EnrolmentToken token(const std::string& hash) { return {hash, noon + Millis(limits::enrolment_token_age)}; }

model::Collector make(Store& store, const Viewer& viewer, const std::string& name,
                      std::optional<CustomerId> customer = {}) {
    return need(store.collectors().create(viewer, {.name = name, .customer_id = std::move(customer)},
                                          token("token of " + name), noon));
}

}  // namespace

TEST_CASE("a collector is made, enrolled once and seen") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto made = make(store, one.tenant, "muc");
        CHECK(model::state_of(made, noon) == model::CollectorState::waiting);
        CHECK(failure(store.collectors().by_id(made.id)) == "unauthenticated");
        CHECK(need(store.collectors().by_token_hash("token of muc", noon)).collector.id == made.id);

        const auto enrolled = need(store.collectors().enrol("token of muc", key, facts, noon));
        CHECK(enrolled.tenant == one.tenant);
        CHECK(enrolled.collector.public_key == key);
        CHECK(enrolled.collector.host == "muc-01");
        CHECK(model::state_of(enrolled.collector, noon) == model::CollectorState::offline);
        CHECK(failure(store.collectors().enrol("token of muc", key, facts, noon)) ==
              "gone/enrolment_token_used");
        CHECK(failure(store.collectors().by_token_hash("token of muc", noon)) == "gone/enrolment_token_used");

        need(store.collectors().note_seen(
            one.tenant, made.id, {.at = noon, .clock_skew_ms = -5, .version = "1.3.0", .protocol = 2}));
        const auto seen = need(store.collectors().by_id(made.id)).collector;
        CHECK(seen.clock_skew_ms == -5);
        CHECK(seen.version == "1.3.0");
        CHECK(model::state_of(seen, noon + model::collector_offline_after - Millis(1)) ==
              model::CollectorState::online);
        CHECK(model::state_of(seen, noon + model::collector_offline_after) == model::CollectorState::offline);
    });
}

TEST_CASE("unknown, expired and replaced enrolment tokens are one and the same") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto made = make(store, one.tenant, "muc");
        const auto end = noon + Millis(limits::enrolment_token_age);
        for (const auto& [hash, at] : {std::pair("unknown", noon), std::pair("token of muc", end)}) {
            CHECK(failure(store.collectors().enrol(hash, key, facts, at)) ==
                  "unauthenticated/bad_enrolment_token");
            CHECK(failure(store.collectors().by_token_hash(hash, at)) ==
                  "unauthenticated/bad_enrolment_token");
        }
        need(store.collectors().renew_token(one.tenant, made.id, token("second")));
        CHECK(failure(store.collectors().enrol("token of muc", key, facts, noon)) ==
              "unauthenticated/bad_enrolment_token");
        need(store.collectors().enrol("second", key, facts, noon));
    });
}

TEST_CASE("a lost collector's key stops when another one is enrolled in its place") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto made = make(store, one.tenant, "muc");
        need(store.collectors().enrol("token of muc", key, facts, noon));
        need(store.collectors().renew_token(one.tenant, made.id, token("second")));
        CHECK(need(store.collectors().by_id(made.id)).collector.public_key == key);
        const std::string other(32, 'o');
        need(store.collectors().enrol("second", other, facts, noon));
        CHECK(need(store.collectors().by_id(made.id)).collector.public_key == other);
    });
}

TEST_CASE("a revoked collector is nobody, and its token enrols nobody") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto made = make(store, one.tenant, "muc");
        need(store.collectors().enrol("token of muc", key, facts, noon));
        const auto revoked = need(store.collectors().revoke(one.tenant, made.id, noon));
        CHECK(model::state_of(revoked, noon) == model::CollectorState::revoked);
        CHECK(need(store.collectors().revoke(one.tenant, made.id, noon + Millis(5))).revoked_at == noon);
        CHECK(failure(store.collectors().by_id(made.id)) == "unauthenticated");
        CHECK(failure(store.collectors().renew_token(one.tenant, made.id, token("second"))) ==
              "conflict/collector_revoked");
        const auto waiting = make(store, one.tenant, "ber");
        need(store.collectors().revoke(one.tenant, waiting.id, noon));
        CHECK(failure(store.collectors().enrol("token of ber", key, facts, noon)) ==
              "unauthenticated/bad_enrolment_token");
    });
}

TEST_CASE("of many enrolments with one token one succeeds") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        make(store, one.tenant, "muc");
        std::atomic<int> succeeded = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 8; ++i)
                threads.emplace_back([&] {
                    if (store.collectors().enrol("token of muc", key, facts, noon)) ++succeeded;
                });
        }
        CHECK(succeeded == 1);
    });
}

TEST_CASE("names are a tenant's own, and another tenant sees nothing") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        const auto made = make(store, one.tenant, "muc");
        CHECK(failure(store.collectors().create(one.tenant, {.name = "muc"}, token("x"), noon)) ==
              "conflict/collector_exists");
        const auto other = need(store.collectors().create(two.tenant, {.name = "muc"}, token("y"), noon));
        CHECK(failure(store.collectors().get(two.tenant, made.id)) == "not_found");
        CHECK(failure(store.collectors().rename(two.tenant, made.id, "x", {})) == "not_found");
        CHECK(failure(store.collectors().remove(two.tenant, made.id)) == "not_found");
        CHECK(failure(store.collectors().renew_token(two.tenant, made.id, token("z"))) == "not_found");
        CHECK(failure(store.collectors().revoke(two.tenant, made.id, noon)) == "not_found");
        const auto page = need(store.collectors().list(two.tenant, {}));
        REQUIRE(page.items.size() == 1);
        CHECK(page.items[0].id == other.id);
        CHECK(need(store.collectors().rename(one.tenant, made.id, "ber", 1)).name == "ber");
        CHECK(failure(store.collectors().rename(one.tenant, made.id, "fra", 1)) == "stale");
        need(store.collectors().remove(one.tenant, made.id));
        CHECK(failure(store.collectors().get(one.tenant, made.id)) == "not_found");
    });
}

TEST_CASE("who is limited to customers sees their collectors only") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto mine = need(store.customers().create(one.tenant, {.name = "mine"}, noon));
        const auto other = need(store.customers().create(one.tenant, {.name = "other"}, noon));
        const auto of_mine = make(store, one.tenant, "mine", mine.id);
        const auto of_other = make(store, one.tenant, "other", other.id);
        const auto of_all = make(store, one.tenant, "all");
        const Viewer limited(one.tenant, model::CustomerScope::only({mine.id}));
        const auto page = need(store.collectors().list(limited, {}));
        REQUIRE(page.items.size() == 1);
        CHECK(page.items[0].id == of_mine.id);
        for (const auto& hidden : {of_other.id, of_all.id}) {
            CHECK(failure(store.collectors().get(limited, hidden)) == "not_found");
            CHECK(failure(store.collectors().revoke(limited, hidden, noon)) == "not_found");
            CHECK(failure(store.collectors().remove(limited, hidden)) == "not_found");
        }
        CHECK(failure(store.collectors().create(limited, {.name = "new"}, token("n"), noon)) == "invalid");
        CHECK(failure(store.collectors().create(limited, {.name = "new", .customer_id = other.id}, token("n"),
                                                noon)) == "invalid");
        CHECK(make(store, limited, "new", mine.id).name == "new");
        CHECK(failure(store.customers().remove(one.tenant, mine.id)) == "conflict/customer_has_collectors");
    });
}

TEST_CASE("an account has a collector that is there and serves its customer") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        const auto customer = need(store.customers().create(one.tenant, {.name = "c"}, noon));
        const auto collector = make(store, one.tenant, "muc", customer.id);
        const auto foreign = need(store.collectors().create(two.tenant, {.name = "f"}, token("f"), noon));
        const auto account = [&](const CollectorId& of, std::optional<CustomerId> whose) {
            return store.accounts().create(one.tenant,
                                           {.name = "a",
                                            .customer_id = std::move(whose),
                                            .mode = model::ConnectionMode::collector,
                                            .collector_id = of,
                                            .auth = model::OnSiteAuth{"main"}},
                                           noon);
        };
        CHECK(failure(account(foreign.id, {})) == "invalid");
        CHECK(failure(account(collector.id, {})) == "invalid");
        auto made = need(account(collector.id, customer.id));
        CHECK(std::get<model::OnSiteAuth>(made.auth).credential == "main");
        CHECK(need(store.collectors().get(one.tenant, collector.id)).accounts == 1);
        CHECK(failure(store.collectors().remove(one.tenant, collector.id)) ==
              "conflict/collector_has_accounts");
        need(store.collectors().revoke(one.tenant, collector.id, noon));
        CHECK(failure(account(collector.id, customer.id)) == "invalid");
        made.name = "renamed";
        CHECK(need(store.accounts().update(one.tenant, made, {}, noon)).name == "renamed");
    });
}

TEST_CASE("jobs of an account wait at its collector's place, and move with the account") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto collector = make(store, one.tenant, "muc");
        auto account = one.account;
        account.mode = model::ConnectionMode::collector;
        account.collector_id = collector.id;
        account.auth = model::OnSiteAuth{"main"};
        need(store.accounts().update(one.tenant, account, {}, noon));
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = account.id}, noon)).scan;
        constexpr std::array kinds{JobKind::scan};
        CHECK(!need(store.jobs().claim("w", kinds, noon)));
        CHECK(need(store.jobs().places_with_work(kinds, noon)) == std::vector{collector.id.str()});
        CHECK(need(store.jobs().places_with_work(kinds, noon - Millis(1))).empty());

        account.mode = model::ConnectionMode::pull;
        account.collector_id.reset();
        account.auth = model::RoleAuth{};
        need(store.accounts().update(one.tenant, account, {}, noon));
        CHECK(need(store.jobs().places_with_work(kinds, noon)).empty());
        account.mode = model::ConnectionMode::collector;
        account.collector_id = collector.id;
        need(store.accounts().update(one.tenant, account, {}, noon));
        const auto job = need(store.jobs().claim("w", kinds, noon, collector.id.str()));
        REQUIRE(job);
        CHECK(job->place == collector.id.str());
        CHECK(job->payload.find(scan.id.str()) != std::string::npos);
    });
}

TEST_CASE("a tenant has a bounded number of collectors") {
    for_sqlite([](Store& store) {
        const auto one = seed(store);
        for (std::size_t i = 0; i < limits::collectors_per_tenant; ++i)
            make(store, one.tenant, std::to_string(i));
        CHECK(failure(store.collectors().create(one.tenant, {.name = "more"}, token("more"), noon)) ==
              "conflict/too_many_collectors");
    });
}

}  // namespace patrol::store

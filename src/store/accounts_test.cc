#include <doctest/doctest.h>

#include <thread>

#include "filter/filter.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

model::CloudAccount full() {
    return {
        .name = "Production",
        .environment = model::EnvironmentKind::production,
        .labels = {{"team", "core"}},
        .owner = "Ops",
        .auth = model::RoleAuth{.role_arn = "arn:aws:iam::111122223333:role/R", .allow_insecure_trust = true},
        .external_id = "mine",
        .regions = {"eu-west-1", "us-east-1"},
        .auto_scan_hours = 12,
        .endpoint_url = "http://127.0.0.1:5000"};
}

}  // namespace

TEST_CASE("an account comes back as it was made; its external ID is the server's") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& accounts = store.accounts();
        const auto made = need(accounts.create(one.tenant, full(), noon));
        const auto found = need(accounts.get(one.tenant, made.id));
        CHECK(found.external_id.starts_with("patrol-"));
        CHECK(found.external_id == made.external_id);
        CHECK(found.environment == model::EnvironmentKind::production);
        CHECK(found.labels == full().labels);
        CHECK(found.auth == full().auth);
        CHECK(found.regions == full().regions);
        CHECK(found.auto_scan_hours == 12);
        CHECK(found.auto_scan_wanted);
        CHECK_FALSE(found.auto_scan);
        CHECK(found.endpoint_url == full().endpoint_url);
        CHECK(found.status == model::AccountStatus::pending);
        CHECK(found.created_at == noon);
        CHECK_FALSE(found.customer_id);
        CHECK_FALSE(found.last_scan_id);
        CHECK(failure(accounts.get(two.tenant, made.id)) == "not_found");

        const model::AccessKeyAuth keys{{"sealed", "sec_x"}, {"env", "PATROL_SECRET_K"}};
        const auto keyed = need(accounts.create(one.tenant, {.name = "Keys", .auth = keys}, noon));
        CHECK(need(accounts.get(one.tenant, keyed.id)).auth == model::Auth(keys));

        const auto foreign = need(store.customers().create(two.tenant, {.name = "c"}, noon));
        const auto refused = accounts.create(one.tenant, {.name = "x", .customer_id = foreign.id}, noon);
        CHECK(failure(refused) == "invalid");
        CHECK(refused.error().field == "customer_id");
    });
}

TEST_CASE("an update writes what people may change and nothing else") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& accounts = store.accounts();
        const auto made = need(accounts.create(one.tenant, full(), noon));
        auto edited = made;
        edited.name = "Renamed";
        edited.external_id = "stolen";
        edited.native_account_id = "999999999999";
        edited.status = model::AccountStatus::connected;
        edited.resources = 7;
        edited.labels.clear();
        edited.environment.reset();
        CHECK(failure(accounts.update(one.tenant, edited, 2, noon)) == "stale");
        CHECK(failure(accounts.update(two.tenant, edited, 1, noon)) == "not_found");
        const auto after = need(accounts.update(one.tenant, edited, 1, noon + Millis(1)));
        CHECK(after.revision == 2);
        CHECK(after.name == "Renamed");
        CHECK(after.labels.empty());
        CHECK_FALSE(after.environment);
        CHECK(after.external_id == made.external_id);
        CHECK(after.native_account_id.empty());
        CHECK(after.status == model::AccountStatus::pending);
        CHECK(after.resources == 0);
        CHECK(after.updated_at == noon + Millis(1));
        // What the machine learns is no edit by people.
        need(accounts.set_status(one.tenant, made.id, model::AccountStatus::degraded, "why", noon));
        need(accounts.set_next_scan(one.tenant, made.id, noon + Millis(9)));
        const auto learnt = need(accounts.get(one.tenant, made.id));
        CHECK(learnt.revision == 2);
        CHECK(learnt.status == model::AccountStatus::degraded);
        CHECK(learnt.status_reason == "why");
        CHECK(failure(accounts.set_status(two.tenant, made.id, model::AccountStatus::paused, "", noon)) ==
              "not_found");
        CHECK(failure(accounts.set_auth(two.tenant, made.id, model::NoAuth{}, noon)) == "not_found");
    });
}

TEST_CASE("an account number is bound once and only once in a tenant") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& accounts = store.accounts();
        const auto other = need(accounts.create(one.tenant, full(), noon));
        need(accounts.bind_native_id(one.tenant, one.account.id, "111122223333", noon));
        need(accounts.bind_native_id(one.tenant, one.account.id, "111122223333", noon));
        CHECK(failure(accounts.bind_native_id(one.tenant, one.account.id, "444455556666", noon)) ==
              "conflict/account_bound");
        const auto twice = accounts.bind_native_id(one.tenant, other.id, "111122223333", noon);
        CHECK(failure(twice) == "conflict/account_exists");
        CHECK(twice.error().message.find("\"one\"") != std::string::npos);
        CHECK(twice.error().detail == one.account.id.str());
        auto born = full();
        born.native_account_id = "111122223333";
        CHECK(failure(accounts.create(one.tenant, born, noon)) == "conflict/account_exists");
        born.provider = model::ProviderKind::azure;
        need(accounts.create(one.tenant, born, noon));
        need(accounts.bind_native_id(two.tenant, two.account.id, "111122223333", noon));
        CHECK(failure(accounts.bind_native_id(two.tenant, one.account.id, "1", noon)) == "not_found");
        CHECK(need(accounts.by_native_id(one.tenant, model::ProviderKind::aws, "111122223333"))->id ==
              one.account.id);
        CHECK_FALSE(need(accounts.by_native_id(one.tenant, model::ProviderKind::gcp, "111122223333")));
        CHECK_FALSE(need(accounts.by_native_id(one.tenant, model::ProviderKind::aws, "")));
    });
}

TEST_CASE("of many that bind the same number at once one wins and the others name it") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        std::vector<AccountId> ids;
        for (int at = 0; at < 6; ++at)
            ids.push_back(
                need(store.accounts().create(one.tenant, {.name = "n" + std::to_string(at)}, noon)).id);
        std::atomic<int> won = 0, refused = 0;
        {
            std::vector<std::jthread> threads;
            for (const auto& id : ids)
                threads.emplace_back([&] {
                    const auto result = store.accounts().bind_native_id(one.tenant, id, "111122223333", noon);
                    if (result) ++won;
                    if (failure(result) == "conflict/account_exists") ++refused;
                });
        }
        CHECK(won == 1);
        CHECK(refused == 5);
    });
}

TEST_CASE("auto-scan is switched on once, unless the owner said no") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& accounts = store.accounts();
        CHECK(need(accounts.switch_on_auto_scan(one.tenant, one.account.id, noon + Millis(1), noon)));
        auto account = need(accounts.get(one.tenant, one.account.id));
        CHECK(account.auto_scan);
        CHECK(account.next_scan_at == noon + Millis(1));
        account.auto_scan = false;
        need(accounts.update(one.tenant, account, std::nullopt, noon));
        CHECK_FALSE(need(accounts.switch_on_auto_scan(one.tenant, one.account.id, noon, noon)));
        auto said_no = full();
        said_no.auto_scan_wanted = false;
        const auto other = need(accounts.create(one.tenant, said_no, noon));
        CHECK_FALSE(need(accounts.switch_on_auto_scan(one.tenant, other.id, noon, noon)));
    });
}

TEST_CASE("accounts fall due when their time has come and no scan waits or runs") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& accounts = store.accounts();
        CHECK_FALSE(need(accounts.next_due_at()));
        need(accounts.switch_on_auto_scan(one.tenant, one.account.id, noon + Millis(20), noon));
        need(accounts.switch_on_auto_scan(two.tenant, two.account.id, noon + Millis(10), noon));
        CHECK(need(accounts.next_due_at()) == noon + Millis(10));
        CHECK(need(accounts.due_for_scan(noon, 10)).empty());
        const auto both = need(accounts.due_for_scan(noon + Millis(20), 10));
        REQUIRE(both.size() == 2);
        CHECK(both[0].tenant == two.tenant);
        CHECK(both[0].auto_scan_hours == 6);
        CHECK(both[1].account == one.account.id);
        CHECK(need(accounts.due_for_scan(noon + Millis(20), 1)).size() == 1);
        need(store.scans().enqueue(two.tenant, {.account = two.account.id}, noon));
        CHECK(need(accounts.due_for_scan(noon + Millis(20), 10)).size() == 1);
        need(accounts.set_status(one.tenant, one.account.id, model::AccountStatus::paused, "", noon));
        CHECK(need(accounts.due_for_scan(noon + Millis(20), 10)).empty());
    });
}

TEST_CASE("a removed account is gone with everything of it") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& accounts = store.accounts();
        need(accounts.bind_native_id(one.tenant, one.account.id, "111122223333", noon));
        const auto scan = need(store.scans().enqueue(one.tenant, {.account = one.account.id}, noon)).scan;
        need(store.connect_tokens().create(
            one.tenant, {.account = one.account.id, .token_hash = std::string(32, 't')}, noon));
        CHECK(failure(accounts.remove(two.tenant, one.account.id)) == "not_found");
        need(accounts.remove(one.tenant, one.account.id));
        CHECK(failure(accounts.get(one.tenant, one.account.id)) == "not_found");
        CHECK(failure(accounts.remove(one.tenant, one.account.id)) == "not_found");
        CHECK(failure(store.scans().get(one.tenant, scan.id)) == "not_found");
        CHECK(failure(store.connect_tokens().by_token_hash(std::string(32, 't'), noon)) ==
              "unauthenticated/bad_connect_token");
        CHECK(need(store.jobs().depth()).ready == 0);
        CHECK(need(accounts.list(one.tenant, {})).items.empty());
        auto again = full();
        again.native_account_id = "111122223333";
        need(accounts.create(one.tenant, again, noon));
        need(accounts.sweep());
        CHECK(need(accounts.list(one.tenant, {})).total == 1);
    });
}

TEST_CASE("accounts are filtered by customer, label, status and free words") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        auto& accounts = store.accounts();
        const auto customer = need(store.customers().create(one.tenant, {.name = "Contoso"}, noon));
        auto account = full();
        account.customer_id = customer.id;
        need(accounts.create(one.tenant, account, noon));
        const auto found = [&](const std::string& text) {
            const auto filter = need(filter::parse(text));
            const auto page = accounts.list(one.tenant, {.filter = &filter});
            if (!page) return failure(page);
            std::string names;
            for (const auto& each : page->items) names += each.name + ";";
            return names;
        };
        CHECK(found("customer=Contoso") == "Production;");
        CHECK(found("customer=" + customer.id.str()) == "Production;");
        CHECK(found("customer!=Contoso") == "one;");
        CHECK(found("label.team=core") == "Production;");
        CHECK(found("environment=production and provider=aws") == "Production;");
        CHECK(found("environment!=production") == "one;");
        CHECK(found("auto_scan=false and resources<1") == "Production;one;");
        CHECK(found("resources>0.5") == "");
        CHECK(found("resources=many") == "invalid");
        CHECK(found("auto_scan=maybe") == "invalid");
        CHECK(found("contoso") == "Production;");
        CHECK(found("external_id=x") == "invalid");
        for (const auto* sort : {"name", "-created_at", "updated_at", "status", "provider", "last_scan_at",
                                 "-next_scan_at", "resources"})
            CHECK(need(accounts.list(one.tenant, {.sort = sort})).items.size() == 2);
    });
}

}  // namespace patrol::store

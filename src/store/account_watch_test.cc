#include "store/account_watch.h"

#include "base/limits.h"
#include "store/inventory_fixture.h"
#include "store/today.h"

namespace patrol::store {

namespace {

std::vector<std::string> titles(Store& store, std::string_view kind) {
    return need(store.database().platform().read([&](Transaction& tx) -> Result<std::vector<std::string>> {
        auto row = TRY(tx.query("SELECT title FROM notice WHERE kind = ?1 ORDER BY created_at, title", kind));
        std::vector<std::string> found;
        while (TRY(row.step())) found.push_back(row.text(0));
        return found;
    }));
}

}  // namespace

TEST_CASE("failing credentials are told once per episode, and again when they work") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto set = [&](model::AccountStatus status, Timestamp now) {
            need(store.accounts().set_status(one.tenant, one.account.id, status, "Access was denied.", now));
        };
        CHECK(need(store.account_watch().look(noon)) == 0);
        set(model::AccountStatus::failing, noon);
        CHECK(need(store.account_watch().look(noon + Millis(1))) == 1);
        CHECK(need(store.account_watch().look(noon + Millis(2))) == 0);
        set(model::AccountStatus::insecure_trust, noon);
        CHECK(need(store.account_watch().look(noon + Millis(3))) == 0);
        set(model::AccountStatus::degraded, noon);
        CHECK(need(store.account_watch().look(noon + Millis(4))) == 1);
        CHECK(need(store.account_watch().look(noon + Millis(5))) == 0);
        set(model::AccountStatus::failing, noon);
        CHECK(need(store.account_watch().look(noon + Millis(6))) == 1);
        CHECK(titles(store, "credentials_failing") ==
              std::vector<std::string>{"one cannot be read", "Resolved: one can be read again",
                                       "one cannot be read"});
    });
}

TEST_CASE("an episode ends without a word when its account is paused or removed") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        for (const auto& each : {one, two})
            need(store.accounts().set_status(each.tenant, each.account.id, model::AccountStatus::failing, "",
                                             noon));
        CHECK(need(store.account_watch().look(noon)) == 2);
        need(store.accounts().set_status(one.tenant, one.account.id, model::AccountStatus::paused, "", noon));
        need(store.accounts().remove(two.tenant, two.account.id));
        CHECK(need(store.account_watch().look(noon)) == 0);
        CHECK(titles(store, "credentials_failing").size() == 2);
    });
}

TEST_CASE("an account without a snapshot for limits::not_scanned_age is told, and again with the next one") {
    for_each_store([](Store& store) {
        Scanned scanned(store);
        const auto first = scanned.scan({{instances, {{item("i-1")}}}});
        CHECK(need(store.account_watch().look(first.taken_at + limits::not_scanned_age + Millis(1))) == 0);
        need(store.accounts().switch_on_auto_scan(scanned.tenant(), scanned.account(), noon, noon));
        CHECK(need(store.account_watch().look(first.taken_at + limits::not_scanned_age)) == 0);
        CHECK(need(store.account_watch().look(first.taken_at + limits::not_scanned_age + Millis(1))) == 1);
        CHECK(need(store.account_watch().look(first.taken_at + limits::not_scanned_age + Millis(2))) == 0);
        need(store.accounts().set_status(scanned.tenant(), scanned.account(), model::AccountStatus::connected,
                                         "", noon));
        const auto next = scanned.scan({{instances, {{item("i-1")}}}});
        CHECK(need(store.account_watch().look(next.taken_at)) == 1);
        CHECK(
            titles(store, "account_not_scanned") ==
            std::vector<std::string>{"Resolved: one was scanned again", "one was not scanned for too long"});
    });
}

TEST_CASE("an account that is scanned seldom has one and a half intervals") {
    for_each_store([](Store& store) {
        auto one = seed(store);
        one.account.auto_scan = true;
        one.account.auto_scan_hours = 168;
        need(store.accounts().update(one.tenant, one.account, std::nullopt, noon));
        CHECK(need(store.account_watch().look(noon + std::chrono::hours(252))) == 0);
        CHECK(need(store.account_watch().look(noon + std::chrono::hours(252) + Millis(1))) == 1);
    });
}

TEST_CASE("today: what needs somebody, worst first, of this tenant and customer only") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        const auto two = seed(store, "two");
        const auto& tenant = one.tenant;
        const auto customer = need(store.customers().create(tenant, {.name = "Northwind"}, noon));
        const auto account = [&](const std::string& name, model::AccountStatus status,
                                 bool auto_scan = false) {
            auto made = need(store.accounts().create(
                tenant,
                {.name = name, .customer_id = customer.id, .auth = model::RoleAuth{}, .auto_scan = auto_scan},
                noon));
            need(store.accounts().set_status(tenant, made.id, status, "because", noon));
        };
        account("partial", model::AccountStatus::degraded);
        account("broken", model::AccountStatus::failing);
        account("open", model::AccountStatus::insecure_trust);
        account("idle", model::AccountStatus::connected, true);
        account("well", model::AccountStatus::connected);
        need(
            store.accounts().set_status(two.tenant, two.account.id, model::AccountStatus::failing, "", noon));
        need(store.scans().enqueue(tenant, {.account = one.account.id}, noon));

        const auto now = noon + std::chrono::hours(25);
        const auto today = need(store.today().read(tenant, {}, now));
        std::vector<std::string> seen;
        for (const auto& item : today.items)
            seen.push_back(std::string(model::to_string(item.kind)) + " " + item.account_name);
        CHECK(seen == std::vector<std::string>{"failing broken", "stale idle", "insecure_trust open",
                                               "coverage partial"});
        CHECK(today.items[0].customer_name == "Northwind");
        CHECK(today.items[0].detail == "because");
        CHECK(today.total == 4);
        CHECK(today.fine_accounts == 1);
        CHECK(today.days.size() == limits::today_days);

        CHECK(need(store.today().read(tenant, {.min_severity = model::Severity::high}, now)).items.size() ==
              3);
        CHECK(need(store.today().read(tenant, {.customer = customer.id}, now)).items.size() == 4);
        CHECK(
            need(store.today().read(tenant, {.customer = crypto::new_id<CustomerId>()}, now)).items.empty());
    });
}

TEST_CASE("today counts the ends of scans by day and shows at most limits::today_items") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto now = *parse_rfc3339("2027-03-10T12:00:00Z");
        need(store.database().platform().write([&](Transaction& tx) -> Result<void> {
            const auto add = [&](std::string_view state, Timestamp at) {
                return tx.run(
                    "INSERT INTO scan(id, tenant, account, state, cause, scope, counts, error_message, "
                    "error_hint, requested_by, fence, cancel_requested, created_at, started_at, finished_at) "
                    "VALUES (?1, ?2, ?3, ?4, 'manual', '{}', '{}', '', '', '', 0, 0, ?5, ?5, ?5)",
                    crypto::new_id<ScanId>(), one.tenant, one.account.id, state, at);
            };
            TRY(add("succeeded", *parse_rfc3339("2027-03-10T00:00:00Z")));
            TRY(add("succeeded", now));
            TRY(add("failed", now));
            TRY(add("partial", *parse_rfc3339("2027-03-09T23:59:59.999Z")));
            TRY(add("failed", *parse_rfc3339("2027-02-24T23:59:59Z")));  // the fifteenth day
            return {};
        }));
        for (std::size_t i = 0; i <= limits::today_items; ++i) {
            const auto made = need(store.accounts().create(
                one.tenant, {.name = "a" + std::to_string(i), .auth = model::RoleAuth{}}, now));
            need(store.accounts().set_status(one.tenant, made.id, model::AccountStatus::failing, "", now));
        }
        const auto today = need(store.today().read(one.tenant, {}, now));
        CHECK(today.items.size() == limits::today_items);
        CHECK(today.total == limits::today_items + 1);
        REQUIRE(today.days.size() == 14);
        CHECK(to_rfc3339(today.days.back().day) == "2027-03-10T00:00:00.000Z");
        CHECK(today.days.back().ok == 2);
        CHECK(today.days.back().failed == 1);
        CHECK(today.days[12].partial == 1);
        CHECK(today.days.front().failed == 0);
    });
}

TEST_CASE("today names an API token that ends within limits::expires_soon") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto add = [&](const std::string& name, Timestamp expires_at) {
            need(store.api_tokens().create(one.tenant,
                                           {.user = one.user.id,
                                            .name = name,
                                            .token_hash = name,
                                            .created_at = noon,
                                            .expires_at = expires_at},
                                           noon));
        };
        add("soon", noon + limits::expires_soon - Millis(1));
        add("later", noon + limits::expires_soon);
        add("over", noon);
        add("never", {});
        const auto today = need(store.today().read(one.tenant, {}, noon));
        REQUIRE(today.items.size() == 1);
        CHECK(today.items[0].kind == model::TodayKind::expires);
        CHECK(today.items[0].title == "The API token soon expires");
    });
}

}  // namespace patrol::store

#include "store/visible_rows.h"

#include <algorithm>

#include <fmt/core.h>

#include "store/deployments.h"
#include "store/rules.h"
#include "store/store_fixture.h"
#include "store/today.h"

namespace patrol::store {

namespace {

// Two customers with an account each, an account of none, and who sees the first customer only.
struct TwoCustomers {
    explicit TwoCustomers(Store& store) : seeds(seed(store)) {
        for (const auto* name : {"first", "second"})
            customers.push_back(need(store.customers().create(seeds.tenant, {.name = name}, noon)));
        for (const auto& customer : customers)
            accounts.push_back(need(store.accounts().create(seeds.tenant,
                                                            {.name = "of " + customer.name,
                                                             .customer_id = customer.id,
                                                             .auth = model::RoleAuth{},
                                                             .native_account_id = customer.name},
                                                            noon)));
    }
    [[nodiscard]] Viewer first() const {
        return {seeds.tenant, model::CustomerScope::only({customers[0].id})};
    }
    Seed seeds;  // its account has no customer
    std::vector<model::Customer> customers;
    std::vector<model::CloudAccount> accounts;
};

template <class T>
std::vector<std::string> ids_of(const Page<T>& page) {
    std::vector<std::string> ids;
    for (const auto& each : page.items) ids.push_back(each.id.str());
    CHECK(page.total == static_cast<std::int64_t>(ids.size()));
    return ids;
}

std::vector<std::string> tables_with(Transaction& tx, std::string_view column) {
    auto rows = need(tx.query(
        tx.dialect() == Dialect::sqlite
            ? "SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM "
              "pragma_table_info(m.name) c WHERE c.name = ?1)"
            : "SELECT table_name::text FROM information_schema.columns WHERE table_schema = current_schema() "
              "AND column_name = ?1",
        column));
    std::vector<std::string> names;
    while (need(rows.step())) names.push_back(rows.text(0));
    return names;
}

}  // namespace

TEST_CASE("every table of a tenant says what a limited viewer sees of it") {
    for_each_store([](Store& store) {
        need(store.database().read([](Transaction& tx) -> Result<void> {
            const auto tables = tables_with(tx, "tenant");
            CHECK(tables.size() > 10);
            for (const auto& table : tables) {
                INFO(table);
                CHECK(std::ranges::find(visible_rows(), table, &VisibleRows::table) != visible_rows().end());
            }
            return {};
        }));
    });
}

TEST_CASE("what a limited viewer's statement becomes") {
    const auto limited = [](std::string_view sql) {
        const auto text = limit_to_visible(sql, Dialect::sqlite);
        return text ? *text : failure(text);
    };
    CHECK(limited("SELECT 1 FROM version WHERE account = ?1") == "SELECT 1 FROM version WHERE account = ?1");
    CHECK(limited("SELECT id FROM customer") ==
          "WITH customer AS NOT MATERIALIZED (SELECT * FROM main.customer WHERE id IN (SELECT value FROM "
          "json_each(viewer_customers()))) SELECT id FROM customer");
    CHECK(limited("SELECT id FROM scan").find("cloud_account AS NOT MATERIALIZED") != std::string::npos);
    CHECK(limited("SELECT id FROM secret").find("main.secret WHERE 1 = 0") != std::string::npos);
    CHECK(limited("SELECT customers, scan_id FROM inventory") == "SELECT customers, scan_id FROM inventory");
    CHECK(limited("INSERT INTO scan(id) VALUES (?1)") == "INSERT INTO scan(id) VALUES (?1)");
    CHECK(limited("UPDATE scan SET state = '' WHERE id = ?1 {visible}").find("AND id IN (WITH ") !=
          std::string::npos);
    CHECK(limited("UPDATE baseline SET revision = 1 WHERE account = ?1 AND number = ?2")
              .starts_with("UPDATE baseline"));
    for (const auto* forgotten :
         {"UPDATE scan SET state = '' WHERE id = ?1", "DELETE FROM customer WHERE id = ?1",
          "UPDATE cloud_account SET name = ''", "DELETE FROM secret"})
        CHECK(limited(forgotten) == "internal/unguarded_write");
    for (const auto* other : {"", "DROP TABLE scan", "PRAGMA user_version", "WITH x AS (SELECT 1) SELECT 1"})
        CHECK(limited(other) == "internal/unscoped");
}

TEST_CASE("limits cost no walk over what is not seen, and no limits cost nothing") {
    for_sqlite([](Store& store) {
        for (const auto* sql :
             {"SELECT c.name FROM cloud_account c WHERE c.tenant = ?1 AND c.id = ?2",
              "SELECT s.state FROM scan s WHERE s.tenant = ?1 AND s.id = ?2",
              "SELECT d.state FROM drift_change d JOIN cloud_account c ON c.number = d.account WHERE d.id = "
              "?2 "
              "AND c.tenant = ?1",
              "SELECT s.seq FROM snapshot s JOIN cloud_account c ON c.number = s.account WHERE s.id = ?2 AND "
              "c.tenant = ?1"}) {
            INFO(sql);
            CHECK(translate(sql, Dialect::sqlite) == sql);
            need(store.database().platform().read([&](Transaction& tx) -> Result<void> {
                const auto limited = TRY(limit_to_visible(sql, Dialect::sqlite));
                auto row = TRY(tx.prepare("EXPLAIN QUERY PLAN " + limited));
                while (TRY(row.step())) {
                    const auto step = row.text(3);
                    INFO(step);
                    // The list of the viewer's customers is walked, and nothing else.
                    if (step.find("json_each") == std::string::npos) CHECK_FALSE(step.starts_with("SCAN"));
                }
                return {};
            }));
        }
    });
    CHECK(translate("UPDATE scan SET state = '' WHERE id = ?1 {visible}", Dialect::sqlite) ==
          "UPDATE scan SET state = '' WHERE id = ?1 ");
}

TEST_CASE("a limited viewer sees the customers and accounts that are theirs") {
    for_each_store([](Store& store) {
        const TwoCustomers two(store);
        const auto viewer = two.first();
        const Viewer nobody{two.seeds.tenant, model::CustomerScope::only({})};
        const Viewer all = two.seeds.tenant;
        CHECK(ids_of(need(store.customers().list(viewer, {}))) == std::vector{two.customers[0].id.str()});
        CHECK(ids_of(need(store.customers().list(all, {}))).size() == 2);
        CHECK(ids_of(need(store.customers().list(nobody, {}))).empty());
        CHECK(need(store.customers().get(viewer, two.customers[0].id)).accounts == 1);
        CHECK(failure(store.customers().get(viewer, two.customers[1].id)) == "not_found");
        CHECK(failure(store.customers().update(viewer, two.customers[1], {}, noon)) == "not_found");
        CHECK(failure(store.customers().remove(viewer, two.customers[1].id)) == "not_found");

        CHECK(ids_of(need(store.accounts().list(viewer, {}))) == std::vector{two.accounts[0].id.str()});
        CHECK(ids_of(need(store.accounts().list(all, {}))).size() == 3);
        CHECK(need(store.accounts().ids(viewer)) == std::set{two.accounts[0].id});
        for (const auto& foreign : {two.accounts[1], two.seeds.account}) {
            CHECK(failure(store.accounts().get(viewer, foreign.id)) == "not_found");
            CHECK(failure(store.accounts().update(viewer, foreign, {}, noon)) == "not_found");
            CHECK(failure(store.accounts().remove(viewer, foreign.id)) == "not_found");
            CHECK(failure(store.accounts().set_status(viewer, foreign.id, model::AccountStatus::failing, "x",
                                                      noon)) == "not_found");
            CHECK(failure(store.scans().enqueue(viewer, {.account = foreign.id}, noon)) == "not_found");
            CHECK(failure(store.connect_tokens().create(
                      viewer, {.account = foreign.id, .token_hash = std::string(32, 'x')}, noon)) ==
                  "not_found");
        }
        CHECK(need(store.accounts().get(all, two.accounts[1].id)).status == two.accounts[1].status);
        CHECK_FALSE(need(store.accounts().by_native_id(viewer, model::ProviderKind::aws, "second")));
    });
}

TEST_CASE("a limited viewer's account stays with their customers") {
    for_each_store([](Store& store) {
        const TwoCustomers two(store);
        const auto viewer = two.first();
        auto account = two.accounts[0];
        for (const auto& away : {std::optional<CustomerId>(), std::optional(two.customers[1].id)}) {
            account.customer_id = away;
            CHECK(failure(store.accounts().update(viewer, account, {}, noon)) == "invalid");
            model::CloudAccount made{.name = "new", .customer_id = away, .auth = model::RoleAuth{}};
            CHECK(failure(store.accounts().create(viewer, made, noon)) == "invalid");
        }
        account.customer_id = two.customers[0].id;
        account.name = "renamed";
        CHECK(need(store.accounts().update(viewer, account, account.revision, noon)).name == "renamed");
        need(store.accounts().create(
            viewer, {.name = "new", .customer_id = two.customers[0].id, .auth = model::RoleAuth{}}, noon));
        // The number of an account that they do not see is taken, and whose it is stays unsaid.
        const auto taken = store.accounts().create(viewer,
                                                   {.name = "again",
                                                    .customer_id = two.customers[0].id,
                                                    .auth = model::RoleAuth{},
                                                    .native_account_id = "second"},
                                                   noon);
        CHECK(failure(taken) == "conflict/unique");
        CHECK(describe(taken.error()).find("of second") == std::string::npos);
        need(store.connect_tokens().create(
            viewer, {.account = account.id, .token_hash = std::string(32, 'x')}, noon));
        need(store.connect_tokens().create(
            viewer, {.account = account.id, .token_hash = std::string(32, 'y')}, noon));
        need(store.accounts().remove(viewer, account.id));
        CHECK(failure(store.accounts().get(two.seeds.tenant, account.id)) == "not_found");
    });
}

TEST_CASE("a limited viewer's scans") {
    for_each_store([](Store& store) {
        const TwoCustomers two(store);
        const auto viewer = two.first();
        const auto foreign =
            need(store.scans().enqueue(two.seeds.tenant, {.account = two.accounts[1].id}, noon)).scan;
        const auto own = need(store.scans().enqueue(viewer, {.account = two.accounts[0].id}, noon)).scan;
        CHECK(need(store.scans().enqueue(viewer, {.account = two.accounts[0].id}, noon)).scan.id == own.id);
        CHECK(ids_of(need(store.scans().list(viewer, {}, {}))) == std::vector{own.id.str()});
        CHECK(ids_of(need(store.scans().list(viewer, two.accounts[1].id, {}))).empty());
        CHECK(failure(store.scans().get(viewer, foreign.id)) == "not_found");
        CHECK(failure(store.scans().request_cancel(viewer, foreign.id, noon)) == "not_found");
        CHECK(need(store.scans().get(two.seeds.tenant, foreign.id)).state == model::ScanState::queued);
        CHECK(need(store.scans().request_cancel(viewer, own.id, noon)).state == model::ScanState::cancelled);
        CHECK(need(store.jobs().depth()).ready == 1);
    });
}

TEST_CASE("a limited viewer's deployments and rules name something of theirs") {
    for_each_store([](Store& store) {
        const TwoCustomers two(store);
        const auto viewer = two.first();
        const auto all = two.seeds.tenant;
        const auto deploy = [&](const Viewer& as, std::optional<CustomerId> customer,
                                std::vector<AccountId> accounts) {
            return store.deployments().create(
                as,
                {.name = "d",
                 .scope = {.customer = std::move(customer), .accounts = std::move(accounts)},
                 .started_at = noon},
                noon);
        };
        const auto &a = two.accounts[0].id, &b = two.accounts[1].id;
        const auto own = need(deploy(viewer, two.customers[0].id, {}));
        const auto by_account = need(deploy(all, {}, {a}));
        for (const auto& [customer, accounts] :
             std::vector<std::pair<std::optional<CustomerId>, std::vector<AccountId>>>{
                 {{}, {}}, {{}, {b}}, {{}, {a, b}}, {two.customers[1].id, {}}, {two.customers[0].id, {b}}}) {
            CHECK(failure(deploy(viewer, customer, accounts)) == "invalid");
            auto hidden = need(deploy(all, customer, accounts));
            CHECK(failure(store.deployments().get(viewer, hidden.id)) == "not_found");
            CHECK(failure(store.deployments().update(viewer, hidden, noon)) == "not_found");
        }
        CHECK(ids_of(need(store.deployments().list(viewer, {}))).size() == 2);
        CHECK(need(store.deployments().get(viewer, by_account.id)).name == "d");
        auto moved = own;
        moved.scope.customer = two.customers[1].id;
        CHECK(failure(store.deployments().update(viewer, moved, noon)) == "invalid");
        moved = own;
        moved.name = "new name";
        CHECK(need(store.deployments().update(viewer, moved, noon)).name == "new name");

        const auto rule = [&](const Viewer& as, model::RuleScope scope) {
            return store.rules().create(as, {.name = "r", .scope = std::move(scope)}, noon);
        };
        need(rule(viewer, {.customer_id = two.customers[0].id}));
        const auto mine = need(rule(viewer, {.account_id = a}));
        for (const auto& scope :
             {model::RuleScope{.type = "AWS::S3::Bucket"},
              model::RuleScope{.customer_id = two.customers[1].id}, model::RuleScope{.account_id = b},
              model::RuleScope{.customer_id = two.customers[0].id, .account_id = b}}) {
            CHECK(failure(rule(viewer, scope)) == "not_found");
            const auto hidden = need(rule(all, scope));
            CHECK(failure(store.rules().get(viewer, hidden.id)) == "not_found");
            CHECK(failure(store.rules().remove(viewer, hidden.id)) == "not_found");
            CHECK(failure(store.rules().update(viewer, hidden, {}, noon)) == "not_found");
        }
        CHECK(ids_of(need(store.rules().list(viewer, {}))).size() == 2);
        auto widened = mine;
        widened.scope = {.type = "AWS::S3::Bucket"};
        CHECK(failure(store.rules().update(viewer, widened, {}, noon)) == "not_found");
        CHECK(need(store.rules().get(all, mine.id)).scope == mine.scope);
        need(store.rules().remove(viewer, mine.id));
    });
}

TEST_CASE("a limited viewer's day") {
    for_each_store([](Store& store) {
        const TwoCustomers two(store);
        for (const auto& account : two.accounts)
            need(store.accounts().set_status(two.seeds.tenant, account.id, model::AccountStatus::failing, "x",
                                             noon));
        need(store.api_tokens().create(two.seeds.tenant,
                                       {.user = two.seeds.user.id,
                                        .name = "ci",
                                        .token_hash = std::string(32, 'x'),
                                        .expires_at = noon + Millis(1000)},
                                       noon));
        CHECK(need(store.today().read(two.seeds.tenant, {}, noon)).items.size() == 3);
        const auto day = need(store.today().read(two.first(), {}, noon));
        REQUIRE(day.items.size() == 1);
        CHECK(day.items.front().account == two.accounts[0].id);
        CHECK(day.total == 1);
    });
}

}  // namespace patrol::store

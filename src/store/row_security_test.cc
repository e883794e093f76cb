#include "store/row_security.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "store/store_fixture.h"

namespace patrol::store {

namespace {

// Scans of two tenants, and a look at them through a door of the database, without any condition.
struct TwoTenants {
    explicit TwoTenants(Store& store) : one(seed(store, "one")), two(seed(store, "two")) {
        for (const auto& each : {one, two})
            scans.push_back(
                need(store.scans().enqueue(each.tenant, {.account = each.account.id}, noon)).scan);
    }
    Seed one, two;
    std::vector<model::Scan> scans;
};

Result<std::int64_t> all_scans(Transaction& tx) {
    return TRY(tx.integer("SELECT COUNT(*) FROM scan")).value_or(-1);
}

std::vector<std::string> texts(Transaction& tx, std::string_view sql) {
    auto row = need(tx.query(sql));
    std::vector<std::string> found;
    while (need(row.step())) found.push_back(row.text(0));
    return found;
}

bool walled(Store& store) { return !need(row_security_gap(store.database())); }

}  // namespace

TEST_CASE("PostgreSQL shows the rows of the tenant that the transaction named, and no other") {
    for_postgres([](Store& store) {
        REQUIRE_MESSAGE(walled(store), "the tests' role must be NOSUPERUSER NOBYPASSRLS");
        const TwoTenants tenants(store);
        auto& database = store.database();
        CHECK(need(database.read(all_scans)) == 0);
        CHECK(need(database.read(tenants.one.tenant, all_scans)) == 1);
        CHECK(need(database.read(TenantId("ten_none"), all_scans)) == 0);
        CHECK(need(database.read(TenantId(), all_scans)) == 0);
        CHECK(need(database.platform().read(all_scans)) == 2);
        // The setting went with its transaction, on whatever connection it was.
        for (int turn = 0; turn < 20; ++turn) CHECK(need(database.read(all_scans)) == 0);

        // A foreign id, and nothing else asked.
        const auto foreign = [&](Transaction& tx) {
            return tx.text("SELECT state FROM scan WHERE id = ?1", tenants.scans[1].id);
        };
        CHECK_FALSE(need(database.read(tenants.one.tenant, foreign)));
        CHECK(need(database.read(tenants.two.tenant, foreign)) == "queued");
    });
}

TEST_CASE("PostgreSQL takes no row for another tenant") {
    for_postgres([](Store& store) {
        REQUIRE(walled(store));
        const TwoTenants tenants(store);
        auto& database = store.database();
        const auto insert = [&](const TenantId& into) {
            return [&, into](Transaction& tx) {
                return tx.run(
                    "INSERT INTO customer(id, tenant, name, labels, notes, created_at, updated_at, "
                    "revision) VALUES (?1, ?2, 'x', '{}', '', 0, 0, 1)",
                    crypto::new_id<CustomerId>(), into);
            };
        };
        CHECK(need(database.write(tenants.one.tenant, insert(tenants.one.tenant))) == 1);
        CHECK(failure(database.write(tenants.one.tenant, insert(tenants.two.tenant))) == "internal/sql");
        CHECK(failure(database.write(insert(tenants.two.tenant))) == "internal/sql");
        CHECK(failure(database.write(TenantId(), insert(TenantId()))) == "internal/sql");
        const auto give_away = [&](Transaction& tx) {
            return tx.run("UPDATE customer SET tenant = ?1", tenants.two.tenant);
        };
        CHECK(failure(database.write(tenants.one.tenant, give_away)) == "internal/sql");
        const auto erase = [](Transaction& tx) { return tx.run("DELETE FROM scan"); };
        CHECK(need(database.write(tenants.one.tenant, erase)) == 1);
        CHECK(need(database.platform().read(all_scans)) == 1);
    });
}

TEST_CASE("PostgreSQL has the wall before every table of a tenant") {
    for_postgres([](Store& store) {
        need(store.database().platform().read([](Transaction& tx) -> Result<void> {
            const auto open = texts(tx,
                                    "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = "
                                    "c.relnamespace WHERE n.nspname = current_schema() AND relkind = 'r' AND "
                                    "NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname");
            // Reached by an account's number or a hook; settings; words; the schema itself.
            constexpr std::array<std::string_view, 23> known{"attributes",
                                                             "baseline",
                                                             "baseline_override",
                                                             "baseline_slice",
                                                             "change_decision",
                                                             "change_set",
                                                             "coverage",
                                                             "deployment_delivery",
                                                             "document",
                                                             "drift_change",
                                                             "drift_change_paths",
                                                             "inventory",
                                                             "mention",
                                                             "resource",
                                                             "schema_version",
                                                             "setting",
                                                             "slice",
                                                             "snapshot",
                                                             "staged_close",
                                                             "staged_slice",
                                                             "term",
                                                             "version",
                                                             "word"};
            for (const auto& table : open) {
                INFO(table);
                CHECK(std::ranges::find(known, table) != known.end());
            }
            return {};
        }));
        need(secure_rows(store.database()));  // again is no error
    });
}

TEST_CASE("the wall costs no index") {
    for_postgres([](Store& store) {
        REQUIRE(walled(store));
        const TwoTenants tenants(store);
        for (const auto* sql :
             {"EXPLAIN SELECT state FROM scan WHERE tenant = 'a' AND id = 'b'",
              "EXPLAIN SELECT id FROM cloud_account WHERE tenant = 'a' ORDER BY name, id LIMIT 10"}) {
            const auto plan =
                need(store.database().read(tenants.one.tenant, [&](Transaction& tx) -> Result<std::string> {
                    TRY(tx.script("SET LOCAL enable_seqscan = off"));
                    std::string text;
                    for (const auto& line : texts(tx, sql)) text += line + "\n";
                    return text;
                }));
            INFO(plan);
            CHECK(plan.find("Index") != std::string::npos);
            CHECK(plan.find("Seq Scan") == std::string::npos);
        }
    });
}

TEST_CASE("a role that passes through the wall is named with the fix") {
    for_postgres([](Store&) {
        std::string server = std::getenv("PATROL_TEST_POSTGRES");
        const auto at = server.find("patrol_app@");
        if (at == std::string::npos) return;
        server.replace(at, 10, "patrol");  // the superuser that tests/postgres.sh made it with
        auto database = need(open_postgres({.url = server, .connections = 1}));
        const auto gap = need(row_security_gap(*database));
        REQUIRE(gap);
        CHECK(gap->role == "patrol");
        CHECK(gap->why.find("superuser") != std::string::npos);
        CHECK(gap->fix.find("NOBYPASSRLS") != std::string::npos);
    });
    for_sqlite([](Store& store) { CHECK_FALSE(need(row_security_gap(store.database()))); });
}

}  // namespace patrol::store

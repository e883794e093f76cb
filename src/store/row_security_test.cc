#include "store/row_security.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/encoding.h"
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

Result<std::vector<std::string>> every_table(Transaction& tx) {
    return texts(tx,
                 "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
                 "n.nspname = current_schema() AND relkind = 'r' AND relname <> 'schema_version' ORDER BY "
                 "relname");
}

std::int64_t number_of(Store& store, const Seed& of) {
    const auto found = need(store.database().platform().read([&](Transaction& tx) {
        return tx.integer("SELECT number FROM cloud_account WHERE id = ?1", of.account.id);
    }));
    return found.value_or(-1);
}

// A row of the tenant in each table that has none yet, whatever its columns: what belongs to somebody is his,
// everything else is any number or a text that nobody else has.
void fill_every_table(Store& store, const Seed& of) {
    const auto account = number_of(store, of);
    const auto own = crypto::random_base32(12);
    const auto id_of = [&](const std::string& table) { return "'" + table + "-" + own + "'"; };
    const auto value_of = [&](const std::string& table, const std::string& column,
                              const std::string& type) -> std::string {
        if (column == "id" && type == "text") return id_of(table);
        if (column == "hook") return id_of("deployment_hook");
        if (column == "channel") return id_of("notification_channel");
        if (column == "notice") return id_of("notice");
        if (column == "tenant") return "'" + of.tenant.str() + "'";
        if (column == "user_id") return "'" + of.user.id.str() + "'";
        if (column == "account")
            return type == "bigint" ? std::to_string(account) : "'" + of.account.id.str() + "'";
        if (type == "bigint") return std::to_string(account * 1000 + 7);
        if (type == "bytea") return "decode('" + to_hex(as_bytes(crypto::random_bytes(8))) + "', 'hex')";
        return "'" + crypto::random_base32(12) + "'";
    };
    auto tables = need(store.database().platform().read(every_table));
    std::ranges::partition(tables, [](const auto& name) { return name == "deployment_hook"; });
    need(store.database().platform().write([&](Transaction& tx) -> Result<void> {
        for (const auto& table : tables) {
            if (table == "tenant" || table == "tenant_user" || table == "cloud_account" || table == "scan" ||
                table == "job")
                continue;  // made with the seed
            auto columns =
                TRY(tx.query("SELECT column_name::text, data_type::text FROM "
                             "information_schema.columns WHERE table_schema = current_schema() "
                             "AND table_name = ?1 AND is_identity = 'NO' AND is_nullable = 'NO'",
                             table));
            std::string names, values;
            while (TRY(columns.step())) {
                const auto column = columns.text(0);
                names += (names.empty() ? "\"" : ", \"") + column + "\"";
                values += (values.empty() ? "" : ", ") + value_of(table, column, columns.text(1));
            }
            TRY(tx.run(fmt::format("INSERT INTO \"{}\" ({}) VALUES ({}) ON CONFLICT DO NOTHING", table, names,
                                   values)));
        }
        return {};
    }));
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

TEST_CASE("PostgreSQL has the wall before every table but the schema's own") {
    for_postgres([](Store& store) {
        need(store.database().platform().read([](Transaction& tx) -> Result<void> {
            CHECK(texts(tx,
                        "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                        "WHERE n.nspname = current_schema() AND relkind IN ('r', 'p', 'm', 'f') AND NOT "
                        "(relrowsecurity AND relforcerowsecurity) ORDER BY relname") ==
                  std::vector<std::string>{"schema_version"});
            return {};
        }));
        need(secure_rows(store.database()));  // again is no error
    });
}

TEST_CASE("PostgreSQL shows of every table the tenant's own rows, and none to who names no tenant") {
    for_postgres([](Store& store) {
        REQUIRE(walled(store));
        const TwoTenants tenants(store);
        fill_every_table(store, tenants.one);
        fill_every_table(store, tenants.two);
        const auto rows_of = [](const std::string& table) {
            return [table](Transaction& tx) -> Result<std::vector<std::string>> {
                return texts(tx, fmt::format("SELECT ctid::text FROM \"{}\" ORDER BY ctid", table));
            };
        };
        auto& database = store.database();
        int checked = 0;
        for (const auto& table : need(database.platform().read(every_table))) {
            INFO(table);
            const auto all = need(database.platform().read(rows_of(table)));
            const auto one = need(database.read(tenants.one.tenant, rows_of(table)));
            const auto two = need(database.read(tenants.two.tenant, rows_of(table)));
            CHECK_FALSE(all.empty());
            CHECK(need(database.read(rows_of(table))).empty());
            CHECK(need(database.read(TenantId(), rows_of(table))).empty());
            const bool is_shared = table == "word";  // texts without an owner, for whoever names a tenant
            CHECK(need(database.read(TenantId("ten_none"), rows_of(table))).empty() != is_shared);
            if (is_shared || table == "setting") continue;
            CHECK_FALSE(one.empty());
            CHECK_FALSE(two.empty());
            CHECK(one.size() + two.size() == all.size());
            for (const auto& row : one) CHECK(std::ranges::find(two, row) == two.end());
            ++checked;
        }
        CHECK(checked >= 40);
    });
}

TEST_CASE("PostgreSQL takes no inventory for another tenant's account") {
    for_postgres([](Store& store) {
        REQUIRE(walled(store));
        const TwoTenants tenants(store);
        const auto insert = [&](const Seed& of) {
            return [number = number_of(store, of)](Transaction& tx) {
                return tx.run(
                    "INSERT INTO slice(account, id, type, scope, service, category) VALUES (?1, 1, "
                    "1, 1, 1, 1)",
                    number);
            };
        };
        auto& database = store.database();
        CHECK(need(database.write(tenants.one.tenant, insert(tenants.one))) == 1);
        CHECK(failure(database.write(tenants.one.tenant, insert(tenants.two))) == "internal/sql");
        CHECK(failure(database.write(insert(tenants.one))) == "internal/sql");
        const auto erase = [](Transaction& tx) { return tx.run("DELETE FROM slice"); };
        CHECK(need(database.write(tenants.two.tenant, erase)) == 0);
        CHECK(need(database.write(tenants.one.tenant, erase)) == 1);
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

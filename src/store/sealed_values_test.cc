#include "store/sealed_values.h"

#include <set>

#include "store/secrets.h"
#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::store;

namespace {

std::set<std::string> sealed_columns_of_the_schema(Database& database) {
    return need(database.read([](Transaction& tx) -> Result<std::set<std::string>> {
        std::set<std::string> out;
        auto rows =
            TRY(tx.query("SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                         "WHERE m.type = 'table' AND c.name LIKE 'sealed%'"));
        while (TRY(rows.step())) out.insert(rows.text(0) + "." + rows.text(1));
        return out;
    }));
}

}  // namespace

TEST_CASE("every sealed column of the schema is known to the rotation of the master key") {
    const TemporaryFolder folder;
    const auto store = need(Store::open({.data_dir = folder.path()}));
    std::set<std::string> known;
    for (const auto& column : sealed_columns())
        known.insert(fmt::format("{}.{}", column.table, column.column));
    CHECK(known == sealed_columns_of_the_schema(store->database()));
}

TEST_CASE("sealed values are read page by page and replaced only where they are unchanged") {
    for_each_store([](Store& store) {
        const TenantId tenant = crypto::new_id<TenantId>();
        SealedValues values(store.database());
        const auto& column = sealed_columns()[1];
        REQUIRE(column.table == "secret");
        constexpr int count = SealedValues::rows_at_once + 5;
        for (int i = 0; i < count; ++i)
            need(store.secrets().create(tenant, {.name = "s" + std::to_string(i), .ref = {"sealed", ""}},
                                        "bytes " + std::to_string(i), noon));
        need(store.secrets().create(tenant, {.name = "elsewhere", .ref = {"env", "X"}}, {}, noon));
        auto first = need(values.page(column, ""));
        CHECK(first.size() == SealedValues::rows_at_once);
        const auto rest = need(values.page(column, first.back().id));
        CHECK(rest.size() == 5);
        CHECK(need(values.page(column, rest.back().id)).empty());
        CHECK(first.front().tenant == tenant.str());
        SealedRow stale = first[1];
        stale.bytes = "something else";
        const std::vector<SealedValues::Replacement> changes{{first[0], "new"}, {stale, "new"}};
        CHECK(need(values.replace(column, changes)) == 1);
        CHECK(need(store.secrets().sealed_value(tenant, first[0].id, noon)).bytes == "new");
        CHECK(need(store.secrets().sealed_value(tenant, first[1].id, noon)).bytes == first[1].bytes);
    });
}

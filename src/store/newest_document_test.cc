#include "store/newest_document.h"

#include "store/inventory_fixture.h"

using namespace patrol;
using namespace patrol::store;

TEST_CASE("the newest document of a resource, also of one that is gone") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto read = [&](const TenantId& tenant, std::string_view id) {
            return need(newest_document(store.database(), tenant, account.account(), instances, id));
        };
        account.scan({{instances, {.items = {item("i-1", "running"), item("i-2")}}}});
        account.scan({{instances, {.items = {item("i-1", "stopped")}}}});
        REQUIRE(read(account.tenant(), "i-1"));
        CHECK(read(account.tenant(), "i-1")->contains("stopped"));
        CHECK(read(account.tenant(), "i-2")->contains("running"));
        CHECK_FALSE(read(account.tenant(), "i-3"));
        CHECK_FALSE(read(TenantId("ten_other"), "i-1"));
    });
}

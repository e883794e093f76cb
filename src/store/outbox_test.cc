#include "store/outbox.h"

#include "base/limits.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

Result<bool> put(Store& store, const TenantId& tenant, const Notice& notice) {
    return store.database().platform().write(
        [&](Transaction& tx) { return Outbox::put(tx, tenant, notice, noon); });
}

std::int64_t count(Store& store, const TenantId& tenant) {
    return need(store.database().platform().read([&](Transaction& tx) {
               return tx.integer("SELECT COUNT(*) FROM notice WHERE tenant = ?1", tenant);
           }))
        .value_or(0);
}

}  // namespace

TEST_CASE("a notice with a key that was there before is dropped, per tenant") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        const auto two = seed(store, "two");
        const Notice notice{.account = one.account.id, .title = "3 changes", .dedupe = "set:1"};
        CHECK(need(put(store, one.tenant, notice)));
        CHECK_FALSE(need(put(store, one.tenant, notice)));
        CHECK(need(put(store, two.tenant, {.title = "other", .dedupe = "set:1"})));
        CHECK(need(put(store, one.tenant, {.title = "no key"})));
        CHECK(need(put(store, one.tenant, {.title = "no key"})));
        CHECK(count(store, one.tenant) == 3);
        CHECK(count(store, two.tenant) == 1);
    });
}

TEST_CASE("a notice goes with the transaction that it is written in") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto failed = store.database().platform().write([&](Transaction& tx) -> Result<void> {
            TRY(Outbox::put(tx, one.tenant, {.title = "never"}, noon));
            return fail(Error::Kind::conflict, "rolled back");
        });
        CHECK(failure(failed) == "conflict");
        CHECK(count(store, one.tenant) == 0);
    });
}

TEST_CASE("a notice takes the customer of its account") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        const auto customer = need(store.customers().create(one.tenant, {.name = "Northwind"}, noon));
        auto account = one.account;
        account.customer_id = customer.id;
        need(store.accounts().update(one.tenant, account, std::nullopt, noon));
        CHECK(need(put(store, one.tenant, {.account = account.id, .title = "t"})));
        const auto kept = need(store.database().platform().read(
            [](Transaction& tx) { return tx.text("SELECT customer FROM notice"); }));
        CHECK(kept == customer.id.str());
    });
}

TEST_CASE("a notice without a title or above limits::notice_bytes is refused") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        CHECK(put(store, one.tenant, {}).error().field == "title");
        const json::object facts{{"long", std::string(limits::notice_bytes, 'x')}};
        CHECK(put(store, one.tenant, {.title = "t", .facts = facts}).error().field == "facts");
        CHECK(count(store, one.tenant) == 0);
    });
}

}  // namespace patrol::store

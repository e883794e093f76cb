#include "store/snapshot_slices.h"

#include <doctest/doctest.h>

#include "store/inventory_fixture.h"
#include "store/resource_rows.h"

using namespace patrol;
using namespace patrol::store;

namespace {

std::vector<std::string> lines_of(const Page<model::Resource>& page) {
    std::vector<std::string> lines{std::to_string(page.total)};
    for (const auto& each : page.items)
        lines.push_back(fmt::format("{} {} {} {} {}", each.native_id, each.type, each.category, each.scope,
                                    each.stale_since ? to_rfc3339(*each.stale_since) : "fresh"));
    return lines;
}

LiveSlices read(Store& store, SnapshotSlices& memory, const TenantId& tenant, const SnapshotId& snapshot) {
    return need(store.database().read(tenant, [&](Transaction& transaction) -> Result<LiveSlices> {
        const auto view = TRY(view_of_snapshot(transaction, tenant, snapshot));
        return memory.of(transaction, view.account, view.seq);
    }));
}

}  // namespace

TEST_CASE("what is remembered of a snapshot holds whatever is scanned later") {
    for_each_store([](Store& store) {
        Scanned account(store);
        const auto first = account.scan(
            {{instances, {.items = {item("i-1"), item("i-2")}}}, {volumes, {.items = {item("v-1")}}}});
        const ResourceList list{.page = {.limit = 10}};
        const auto before = lines_of(need(store.resources().in_snapshot(account.tenant(), first.id, list)));
        CHECK(before.size() == 4);
        const auto second = account.scan({{instances, {.items = {item("i-2")}}},
                                          {volumes, {.items = {}, .status = model::SliceStatus::denied}}});
        account.scan({{instances, {.items = {}}}, {roles, {.items = {item("r-1")}}}});

        Resources fresh(store.database(), store.cursors());
        for (const auto& snapshot : {first.id, second.id}) {
            const auto known =
                lines_of(need(store.resources().in_snapshot(account.tenant(), snapshot, list)));
            CHECK(known == lines_of(need(fresh.in_snapshot(account.tenant(), snapshot, list))));
            CHECK((snapshot != first.id || known == before));
            // Asked once more, with everything remembered.
            CHECK(known == lines_of(need(fresh.in_snapshot(account.tenant(), snapshot, list))));
        }
    });
}

TEST_CASE("only so many slices are remembered") {
    for_sqlite([](Store& store) {
        Scanned account(store);
        const auto one =
            account.scan({{instances, {.items = {item("i-1")}}}, {volumes, {.items = {item("v-1")}}}});
        const auto two =
            account.scan({{instances, {.items = {item("i-1")}}}, {volumes, {.items = {item("v-2")}}}});
        SnapshotSlices memory(4);
        const auto first = read(store, memory, account.tenant(), one.id);
        REQUIRE(first->size() == 2);
        CHECK(read(store, memory, account.tenant(), one.id) == first);
        CHECK(read(store, memory, account.tenant(), two.id)->size() == 2);
        const auto again = read(store, memory, account.tenant(), one.id);
        CHECK(again != first);
        CHECK(again->size() == 2);
        CHECK(find_slice(*again, again->back().id) == &again->back());
        CHECK(find_slice(*again, again->back().id + 1) == nullptr);
    });
}

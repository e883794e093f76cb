// Customers, and on them what holds for every list: filter, sort, cursor.
#include <doctest/doctest.h>

#include "filter/filter.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

constexpr std::array<std::string_view, 5> names{"alpha", "Beta", "gamma 5%", "delta", "epsilon"};

void fill(Store& store, const TenantId& tenant) {
    int at = 0;
    for (const auto name : names) {
        model::Customer customer{.name = std::string(name), .notes = at == 1 ? "Big" : ""};
        if (at % 2 == 0) customer.labels["tier"] = at == 0 ? "gold" : "silver";
        if (at == 3) customer.labels["a.b c"] = "dot";
        need(store.customers().create(tenant, customer, noon + Millis(at++)));
    }
}

std::string names_of(const Page<model::Customer>& page) {
    std::string out;
    for (const auto& each : page.items) out += (out.empty() ? "" : ",") + each.name;
    return out;
}

std::string filtered(Store& store, const TenantId& tenant, std::string_view text) {
    const auto filter = need(filter::parse(text));
    const auto page = store.customers().list(tenant, {.filter = &filter});
    if (!page) return failure(page) + " " + page.error().field;
    CHECK(page->total == static_cast<std::int64_t>(page->items.size()));
    return names_of(*page);
}

}  // namespace

TEST_CASE("customers: made, changed, removed") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& customers = store.customers();
        const auto made = need(customers.create(
            one.tenant, {.name = "Contoso", .labels = {{"k", "v\"'\\"}}, .notes = "n"}, noon));
        CHECK(made.revision == 1);
        CHECK(failure(customers.create(one.tenant, {.name = "Contoso"}, noon)) == "conflict/customer_exists");
        need(customers.create(two.tenant, {.name = "Contoso"}, noon));
        auto found = need(customers.get(one.tenant, made.id));
        CHECK(found.labels == made.labels);
        CHECK(failure(customers.get(two.tenant, made.id)) == "not_found");

        found.name = "Fabrikam";
        CHECK(failure(customers.update(one.tenant, found, 2, noon)) == "stale");
        CHECK(failure(customers.update(two.tenant, found, 1, noon)) == "not_found");
        CHECK(need(customers.update(one.tenant, found, 1, noon + Millis(5))).revision == 2);
        CHECK(need(customers.update(one.tenant, found, std::nullopt, noon + Millis(6))).revision == 3);
        need(customers.create(one.tenant, {.name = "Contoso"}, noon));
        found.name = "Contoso";
        CHECK(failure(customers.update(one.tenant, found, std::nullopt, noon)) == "conflict/customer_exists");

        auto account = need(store.accounts().create(one.tenant, {.name = "a", .customer_id = made.id}, noon));
        CHECK(need(customers.get(one.tenant, made.id)).accounts == 1);
        CHECK(failure(customers.remove(one.tenant, made.id)) == "conflict/customer_has_accounts");
        CHECK(failure(customers.remove(two.tenant, made.id)) == "not_found");
        account.customer_id.reset();
        need(store.accounts().update(one.tenant, account, std::nullopt, noon));
        need(customers.remove(one.tenant, made.id));
        CHECK(failure(customers.remove(one.tenant, made.id)) == "not_found");
    });
}

TEST_CASE("lists are sorted and paged without a gap or a repeat") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        fill(store, one.tenant);
        fill(store, two.tenant);
        auto& customers = store.customers();
        CHECK(names_of(need(customers.list(one.tenant, {}))) == "Beta,alpha,delta,epsilon,gamma 5%");
        CHECK(names_of(need(customers.list(one.tenant, {.sort = "-created_at"}))) ==
              "epsilon,delta,gamma 5%,Beta,alpha");
        for (const auto* sort : {"", "-name", "created_at", "-updated_at"}) {
            std::string all;
            PageRequest request{.limit = 2, .sort = sort};
            for (int pages = 1;; ++pages) {
                const auto page = need(customers.list(one.tenant, request));
                CHECK(page.total == 5);
                all += (all.empty() ? "" : ",") + names_of(page);
                if (!page.next_cursor) {
                    CHECK(pages == 3);
                    break;
                }
                // A row that comes before the place already passed changes nothing.
                request.cursor = *page.next_cursor;
            }
            CHECK(all == names_of(need(customers.list(one.tenant, {.sort = sort}))));
        }
    });
}

TEST_CASE("a cursor that was edited, is of another tenant, list or order is malformed") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one"), two = seed(store, "two");
        fill(store, one.tenant);
        auto& customers = store.customers();
        const auto cursor = *need(customers.list(one.tenant, {.limit = 2})).next_cursor;
        CHECK(names_of(need(customers.list(one.tenant, {.limit = 2, .cursor = cursor}))) == "delta,epsilon");
        CHECK(failure(customers.list(two.tenant, {.cursor = cursor})) == "malformed/bad_cursor");
        CHECK(failure(customers.list(one.tenant, {.cursor = cursor, .sort = "-name"})) ==
              "malformed/bad_cursor");
        CHECK(failure(store.accounts().list(one.tenant, {.cursor = cursor})) == "malformed/bad_cursor");
        for (std::size_t at = 0; at < cursor.size(); ++at) {
            auto edited = cursor;
            edited[at] = edited[at] == 'A' ? 'B' : 'A';
            CHECK(failure(customers.list(one.tenant, {.cursor = edited})) == "malformed/bad_cursor");
        }
        for (const std::string bad : {"x", "====", "AAAA", "a b", "é"})
            CHECK(failure(customers.list(one.tenant, {.cursor = bad})) == "malformed/bad_cursor");
        CHECK(failure(customers.list(one.tenant, {.cursor = std::string(100'000, 'A')})) ==
              "malformed/bad_cursor");
    });
}

TEST_CASE("limits and sorts that a list does not know are refused") {
    for_each_store([](Store& store) {
        const auto one = seed(store);
        for (const std::size_t limit : {std::size_t{0}, limits::page_items_max + 1}) {
            const auto result = store.customers().list(one.tenant, {.limit = limit});
            CHECK(failure(result) == "invalid");
            CHECK(result.error().field == "limit");
        }
        need(store.customers().list(one.tenant, {.limit = limits::page_items_max}));
        for (const auto* sort : {"hash;drop", "-", "--name", "Name", "c.name", "name desc"}) {
            const auto result = store.customers().list(one.tenant, {.sort = sort});
            CHECK(failure(result) == "invalid");
            CHECK(result.error().field == "sort");
        }
    });
}

TEST_CASE("filters of a list") {
    for_each_store([](Store& store) {
        const auto one = seed(store, "one");
        fill(store, one.tenant);
        const auto find = [&](std::string_view text) { return filtered(store, one.tenant, text); };
        CHECK(find("name=delta") == "delta");
        CHECK(find("name!=delta") == "Beta,alpha,epsilon,gamma 5%");
        CHECK(find("name:TA") == "Beta,delta");
        CHECK(find("name:\"5%\"") == "gamma 5%");
        CHECK(find("name:_") == "");
        CHECK(find("name^be") == "Beta");
        CHECK(find("name in (delta, alpha, nothing)") == "alpha,delta");
        CHECK(find("name>delta") == "epsilon,gamma 5%");
        CHECK(find("name=delta or name=alpha and name:x") == "delta");
        CHECK(find("(name=delta or name=alpha) and name:l") == "alpha,delta");
        CHECK(find("notes=Big") == "Beta");
        CHECK(find("notes!=Big") == "alpha,delta,epsilon,gamma 5%");
        CHECK(find("notes=\"\"") == "");
        CHECK(find("big") == "Beta");
        CHECK(find("label.tier=gold") == "alpha");
        CHECK(find("label.tier!=gold") == "Beta,delta,epsilon,gamma 5%");
        CHECK(find("label.tier in (gold, silver)") == "alpha,epsilon,gamma 5%");
        CHECK(find("label.tier^SIL") == "epsilon,gamma 5%");
        CHECK(find("label.\"a.b c\"=dot") == "delta");
        CHECK(find("label.none=x") == "");
        CHECK(find("created_at>=2020-01-01") == "Beta,alpha,delta,epsilon,gamma 5%");
        CHECK(find("created_at<2020-01-01") == "");
        CHECK(find("created_at>" + to_rfc3339(noon + Millis(3))) == "epsilon");
        CHECK(find("created_at>soon") == "invalid q");
        CHECK(find("colour=red") == "invalid q");
        CHECK(find("name=\"' OR 1=1 --\"") == "");
        CHECK(find("label.\"x') OR 1=1 --\"=y") == "");
    });
}

TEST_CASE("text filters of a list mean what they mean in memory") {
    struct Named final : filter::FieldSource {
        std::string name, notes;
        void values(const filter::Compare& compare,
                    const std::function<bool(std::string_view)>& visit) const override {
            const auto& value = compare.field == "name" ? name : notes;
            if (!value.empty()) visit(value);
        }
    };
    for_each_store([](Store& store) {
        const auto one = seed(store);
        fill(store, one.tenant);
        for (const auto* field : {"name", "notes"})
            for (const auto* op : {"=", "!=", ":", "^", ">", ">=", "<", "<="})
                for (const auto* value : {"alpha", "BETA", "Big", "a", "5%", "zzz"}) {
                    const auto filter = need(filter::parse(std::string(field) + op + "\"" + value + "\""));
                    std::size_t expected = 0;
                    for (std::size_t at = 0; at < names.size(); ++at) {
                        Named source;
                        source.name = names[at];
                        source.notes = at == 1 ? "Big" : "";
                        expected += filter::matches(filter, source) ? 1 : 0;
                    }
                    INFO(field, op, value);
                    CHECK(need(store.customers().list(one.tenant, {.filter = &filter})).items.size() ==
                          expected);
                }
    });
}

}  // namespace patrol::store

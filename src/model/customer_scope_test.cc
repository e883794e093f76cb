#include "model/customer_scope.h"

#include <random>

#include <doctest/doctest.h>

namespace patrol::model {

namespace {

CustomerId customer(int number) {
    return CustomerId("cus_" + std::string(25, 'a') + static_cast<char>('a' + number));
}

constexpr int customers = 6;

CustomerScope any_scope(std::minstd_rand& random) {
    if (random() % 5 == 0) return {};
    std::vector<CustomerId> chosen;
    for (auto left = random() % 8; left > 0; --left)
        chosen.push_back(customer(static_cast<int>(random() % customers)));
    return CustomerScope::only(std::move(chosen));
}

}  // namespace

TEST_CASE("a customer scope is all, some or none") {
    const CustomerScope all;
    CHECK(all.is_all());
    CHECK(all.contains(customer(1)));
    CHECK(all.contains(std::optional<CustomerId>()));
    CHECK(all.list() == nullptr);

    const auto some = CustomerScope::only({customer(2), customer(0), customer(2)});
    CHECK_FALSE(some.is_all());
    CHECK(some.contains(customer(0)));
    CHECK_FALSE(some.contains(customer(1)));
    CHECK_FALSE(some.contains(std::optional<CustomerId>()));
    CHECK(*some.list() == std::vector{customer(0), customer(2)});

    const auto none = CustomerScope::only({});
    CHECK_FALSE(none.is_all());
    CHECK_FALSE(none.contains(customer(0)));
    CHECK_FALSE(none == all);
}

TEST_CASE("what is seen through two scopes is seen through each") {
    std::minstd_rand random(7);
    for (int turn = 0; turn < 2000; ++turn) {
        const auto one = any_scope(random), other = any_scope(random);
        const auto both = one.intersect(other);
        CHECK(both == other.intersect(one));
        CHECK(one.intersect(one) == one);
        CHECK(one.covers(both));
        CHECK(other.covers(both));
        CHECK(CustomerScope().covers(one));
        CHECK(one.covers(CustomerScope()) == one.is_all());
        for (int each = 0; each < customers; ++each)
            CHECK(both.contains(customer(each)) ==
                  (one.contains(customer(each)) && other.contains(customer(each))));
        const std::optional<CustomerId> without;
        CHECK(both.contains(without) == (one.contains(without) && other.contains(without)));
    }
}

}  // namespace patrol::model

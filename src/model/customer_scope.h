// Which customers somebody may see: all of a tenant, or a list of them. A cloud account without a customer
// is seen only where the scope is all. A list may be empty (then nothing is seen) and may name customers
// that are gone. Kept as a JSON list of ids; NULL is all.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/ids.h"

namespace patrol::model {

class CustomerScope {
public:
    CustomerScope() = default;  // all
    static CustomerScope only(std::vector<CustomerId> customers) {
        CustomerScope scope;
        std::ranges::sort(customers);
        const auto again = std::ranges::unique(customers);
        customers.erase(again.begin(), again.end());
        scope.customers_ = std::move(customers);
        return scope;
    }

    [[nodiscard]] bool is_all() const { return !customers_; }
    [[nodiscard]] bool contains(const CustomerId& customer) const {
        return is_all() || std::ranges::binary_search(*customers_, customer);
    }
    // Of what may have a customer.
    [[nodiscard]] bool contains(const std::optional<CustomerId>& customer) const {
        return customer ? contains(*customer) : is_all();
    }
    // Whether nothing is seen through `other` that is not seen through this one.
    [[nodiscard]] bool covers(const CustomerScope& other) const { return intersect(other) == other; }
    // What is seen through both.
    [[nodiscard]] CustomerScope intersect(const CustomerScope& other) const {
        if (is_all()) return other;
        if (other.is_all()) return *this;
        std::vector<CustomerId> both;
        std::ranges::set_intersection(*customers_, *other.customers_, std::back_inserter(both));
        return only(std::move(both));
    }
    // Sorted, each once; nullptr where it is all.
    [[nodiscard]] const std::vector<CustomerId>* list() const { return customers_ ? &*customers_ : nullptr; }

    bool operator==(const CustomerScope&) const = default;

private:
    std::optional<std::vector<CustomerId>> customers_;
};

}  // namespace patrol::model

// Counts by field of snapshots and of all accounts: `?by=category,type&q=…` and the answer
// {"facets": {field: [{"value", "count"}…]}}, largest first. Unknown fields are 422.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "base/json.h"
#include "filter/filter.h"
#include "store/resources.h"

namespace patrol::api {

struct FacetQuery {
    std::vector<std::string_view> fields;  // of the constant names
    filter::Filter filter;

    static Result<FacetQuery> of(Call& call);
    [[nodiscard]] std::span<const std::string_view> by() const { return fields; }
};

json::object render_facets(const std::vector<store::Facet>& facets);

}  // namespace patrol::api

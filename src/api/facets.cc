#include "api/facets.h"

#include <algorithm>
#include <array>

namespace patrol::api {
namespace {

constexpr std::array<std::string_view, 5> known_fields{"category", "type", "region", "service", "account"};

Result<std::vector<std::string_view>> fields_of(std::string_view text) {
    std::vector<std::string_view> wanted;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const std::string_view name = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto known = std::ranges::find(known_fields, name);
        if (known == known_fields.end())
            return invalid("by", "Facets are by category, type, region, service and account.");
        if (std::ranges::find(wanted, name) == wanted.end()) wanted.push_back(*known);
    }
    return wanted;
}

}  // namespace

Result<FacetQuery> FacetQuery::of(Call& call) {
    const std::string by = call.query("by").value_or("category,type,region");
    return FacetQuery{
        .fields = TRY(fields_of(by)),
        .filter = TRY(filter::parse(call.query("q").value_or(""), store::resource_vocabulary()))};
}

json::object render_facets(const std::vector<store::Facet>& facets) {
    json::object fields;
    for (const store::Facet& facet : facets) {
        json::array values;
        for (const store::FacetValue& value : facet.values)
            values.push_back(json::object{{"value", value.value}, {"count", value.count}});
        fields[facet.field] = std::move(values);
    }
    return {{"facets", std::move(fields)}};
}

}  // namespace patrol::api

#include "cli/catalogue_command.h"

#include <array>
#include <set>

namespace patrol::cli {
namespace {

using catalogue::Catalogue;
using catalogue::ResourceType;

constexpr std::array<std::string_view, 6> list_columns{"type",     "title", "service",
                                                       "category", "scope", "granted"};
constexpr std::array<std::string_view, 3> service_columns{"service", "types", "not_granted"};

json::object summary(const ResourceType& type) {
    return {{"type", type.name},
            {"title", type.title},
            {"service", type.service},
            {"category", to_string(type.category)},
            {"scope", to_string(type.scope)},
            {"granted", to_string(type.granted)}};
}

json::array operations(const ResourceType& type) {
    json::array names{type.list.operation};
    if (type.detail) names.emplace_back(type.detail->operation);
    for (const auto& child : type.children) names.emplace_back(child.call.operation);
    return names;
}

json::array texts(const std::vector<std::string>& values) {
    return json::array(values.begin(), values.end());
}

Result<json::value> one_type(const Catalogue& catalogue, const std::string& name) {
    const auto* type = catalogue.type(name);
    if (type == nullptr)
        return fail({.kind = Error::Kind::not_found,
                     .message = fmt::format("There is no resource type {}.", printable(name)),
                     .hint = "`patrol catalogue list` names them all."});
    auto out = summary(*type);
    out["parent"] = type->parent;
    out["operations"] = operations(*type);
    out["iam_actions"] = texts(type->iam_actions());
    out["missing_actions"] = texts(type->missing);
    return json::value(std::move(out));
}

// One field a line, for people.
json::value upright(const json::object& type) {
    json::array rows;
    for (const auto& [name, value] : type) {
        std::string text = value.is_string() ? std::string(value.get_string()) : "";
        if (const auto* list = value.if_array())
            for (const auto& each : *list) text += (text.empty() ? "" : " ") + std::string(each.get_string());
        if (!text.empty()) rows.push_back(json::object{{"field", name}, {"value", text}});
    }
    return {{"items", std::move(rows)}};
}

Result<json::value> all_types(const Catalogue& catalogue, const std::string& service) {
    json::array items;
    for (const auto& type : catalogue.types())
        if (service.empty() || type.service == service) items.push_back(summary(type));
    if (items.empty())
        return fail({.kind = Error::Kind::not_found,
                     .message = fmt::format("There is no service {}.", printable(service)),
                     .hint = "`patrol catalogue services` names them all."});
    return json::value{{"items", std::move(items)}};
}

json::value all_services(const Catalogue& catalogue) {
    std::set<std::string_view> names;
    for (const auto& type : catalogue.types()) names.insert(type.service);
    json::array items;
    for (const auto name : names) {
        const auto types = catalogue.types_of(name);
        const auto closed = std::ranges::count(types, catalogue::Granted::none,
                                               [](const auto* type) { return type->granted; });
        items.push_back(json::object{{"service", name}, {"types", types.size()}, {"not_granted", closed}});
    }
    return {{"items", std::move(items)}};
}

}  // namespace

Result<void> show_catalogue(const Catalogue& catalogue, const CatalogueQuery& query, Format format,
                            Terminal& terminal) {
    if (query.verb == "services") {
        show(terminal, format, all_services(catalogue), service_columns);
    } else if (query.verb == "show") {
        const auto type = TRY(one_type(catalogue, query.type));
        show(terminal, format, format == Format::table ? upright(type.get_object()) : type, {});
    } else {
        show(terminal, format, TRY(all_types(catalogue, query.service)), list_columns);
    }
    return {};
}

}  // namespace patrol::cli

#include "store/json_columns.h"

#include "base/json.h"

namespace patrol::store {

namespace {

json::object secret_ref(const model::SecretRef& ref) { return {{"manager", ref.manager}, {"ref", ref.ref}}; }

model::SecretRef parse_secret_ref(const json::value& auth, std::string_view name) {
    const auto* value = find(auth, name);
    if (value == nullptr) return {};
    return {std::string(string_or(*value, "manager")), std::string(string_or(*value, "ref"))};
}

json::array strings_array(const std::vector<std::string>& strings) {
    json::array array;
    for (const auto& each : strings) array.emplace_back(each);
    return array;
}

std::vector<std::string> read_strings(const json::value* value) {
    std::vector<std::string> strings;
    if (value == nullptr || !value->is_array()) return strings;
    for (const auto& each : value->get_array())
        if (each.is_string()) strings.emplace_back(each.get_string());
    return strings;
}

// What the store wrote itself and cannot read any more is a damaged row.
Result<json::value> stored(std::string_view text) {
    auto value = parse_json(text);
    if (value) return std::move(*value);
    Error error = std::move(value).error();
    error.kind = Error::Kind::internal;
    error.code = "corrupt";
    return Failure(std::move(error).during("reading a stored value"));
}

}  // namespace

std::string labels_text(const model::Labels& labels) {
    json::object object;
    for (const auto& [key, value] : labels) object[key] = value;
    return to_text(object);
}

Result<model::Labels> parse_labels(std::string_view text) {
    model::Labels labels;
    const auto value = TRY(stored(text));
    if (const auto* object = value.if_object())
        for (const auto& [key, label] : *object)
            if (label.is_string()) labels.emplace(std::string(key), std::string(label.get_string()));
    return labels;
}

std::optional<std::string> customers_text(const model::CustomerScope& customers) {
    if (customers.is_all()) return {};
    json::array array;
    for (const auto& each : *customers.list()) array.emplace_back(each.str());
    return to_text(array);
}

model::CustomerScope parse_customers(const std::optional<std::string_view>& text) {
    if (!text) return {};
    std::vector<CustomerId> customers;
    if (const auto value = parse_json(*text))
        for (const auto& each : read_strings(&*value))
            if (auto id = CustomerId::parse(each)) customers.push_back(std::move(*id));
    return model::CustomerScope::only(std::move(customers));
}

std::string strings_text(const std::vector<std::string>& strings) { return to_text(strings_array(strings)); }

Result<std::vector<std::string>> parse_strings(std::string_view text) {
    const auto value = TRY(stored(text));
    return read_strings(&value);
}

std::string auth_text(const model::Auth& auth) {
    if (const auto* role = std::get_if<model::RoleAuth>(&auth))
        return to_text(json::object{{"kind", "role"},
                                    {"role_arn", role->role_arn},
                                    {"proposed_role_arn", role->proposed_role_arn},
                                    {"allow_insecure_trust", role->allow_insecure_trust}});
    if (const auto* keys = std::get_if<model::AccessKeyAuth>(&auth))
        return to_text(json::object{{"kind", "access_keys"},
                                    {"access_key_id", secret_ref(keys->access_key_id)},
                                    {"secret_access_key", secret_ref(keys->secret_access_key)}});
    if (const auto* on_site = std::get_if<model::OnSiteAuth>(&auth))
        return to_text(json::object{{"kind", "on_site"}, {"credential", on_site->credential}});
    return R"({"kind":"none"})";
}

Result<model::Auth> parse_auth(std::string_view text) {
    const auto value = TRY(stored(text));
    const auto kind = string_or(value, "kind");
    if (kind == "role")
        return model::RoleAuth{.role_arn = std::string(string_or(value, "role_arn")),
                               .proposed_role_arn = std::string(string_or(value, "proposed_role_arn")),
                               .allow_insecure_trust = bool_or(value, "allow_insecure_trust")};
    if (kind == "access_keys")
        return model::AccessKeyAuth{parse_secret_ref(value, "access_key_id"),
                                    parse_secret_ref(value, "secret_access_key")};
    if (kind == "on_site") return model::OnSiteAuth{std::string(string_or(value, "credential"))};
    return model::NoAuth{};
}

std::string scope_text(const model::ScanScope& scope) {
    return to_text(
        json::object{{"types", strings_array(scope.types)}, {"regions", strings_array(scope.regions)}});
}

Result<model::ScanScope> parse_scope(std::string_view text) {
    const auto value = TRY(stored(text));
    return model::ScanScope{read_strings(find(value, "types")), read_strings(find(value, "regions"))};
}

std::string counts_text(const model::ScanCounts& counts) {
    json::object object;
    model::each_count(counts, [&](std::string_view name, std::int64_t count) { object[name] = count; });
    return to_text(object);
}

Result<model::ScanCounts> parse_counts(std::string_view text) {
    const auto value = TRY(stored(text));
    model::ScanCounts counts;
    model::each_count(counts,
                      [&](std::string_view name, std::int64_t& count) { count = int_or(value, name); });
    return counts;
}

}  // namespace patrol::store

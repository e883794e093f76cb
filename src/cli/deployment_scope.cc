#include "cli/deployment_scope.h"

#include "base/encoding.h"

namespace patrol::cli {
namespace {

// A text of the filter language.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

Result<std::string> id_of(ApiClient& api, std::string_view list, std::string_view noun,
                          const std::string& text) {
    const auto query = fmt::format("id={0} or name={0}", quoted(text));
    const auto found = TRY(api.get(fmt::format("/{}?limit=2&q={}", list, percent_encode(query))));
    const auto* items = find(found, "items");
    if (items == nullptr || !items->is_array() || items->get_array().empty())
        return fail(
            {.kind = Error::Kind::not_found, .message = fmt::format("There is no {} \"{}\".", noun, text)});
    if (items->get_array().size() > 1)
        return fail(
            {.kind = Error::Kind::conflict,
             .message = fmt::format("Several have the name \"{}\": give the id of the {}.", text, noun)});
    return std::string(string_or(items->get_array().front(), "id"));
}

Result<json::object> tags_of(const std::vector<std::string>& texts) {
    json::object tags;
    for (const auto& text : texts) {
        const auto sign = text.find('=');
        if (sign == std::string::npos || sign == 0)
            return fail({.kind = Error::Kind::invalid, .message = "--tag: tags are written k=v."});
        tags[text.substr(0, sign)] = text.substr(sign + 1);
    }
    return tags;
}

}  // namespace

Result<void> check_scope(const ScopeOptions& options) {
    TRY(tags_of(options.tags));
    return {};
}

Result<json::object> scope_body(ApiClient& api, const ScopeOptions& options) {
    json::object body{{"tags", TRY(tags_of(options.tags))},
                      {"regions", json::array(options.regions.begin(), options.regions.end())}};
    if (!options.principal.empty()) body["principal"] = options.principal;
    if (!options.customer.empty())
        body["customer_id"] = TRY(id_of(api, "customers", "customer", options.customer));
    json::array accounts;
    for (const auto& account : options.accounts)
        accounts.emplace_back(TRY(id_of(api, "cloud-accounts", "cloud account", account)));
    body["account_ids"] = std::move(accounts);
    return body;
}

}  // namespace patrol::cli

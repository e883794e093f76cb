// API tokens. Their text is in the answer that makes them and nowhere else.
#include <algorithm>

#include "api/authentication.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/person_body.h"
#include "crypto/token.h"

namespace patrol::api::tokens {
namespace {

constexpr std::int64_t days_max = limits::api_token_days;
constexpr std::string_view scope_names = "read, scan, review, deploy, admin";
constexpr std::size_t scope_count = 5;
using Scopes = std::optional<std::vector<model::TokenScope>>;

json::value scopes_of(const Scopes& scopes) {
    if (!scopes) return nullptr;
    json::array names;
    for (const auto scope : *scopes) names.emplace_back(model::to_string(scope));
    return names;
}

json::object render(const model::ApiToken& token) {
    return {{"id", token.id.str()},
            {"name", token.name},
            {"hint", token.hint},
            {"role", model::to_string(token.role)},
            {"scopes", scopes_of(token.scopes)},
            {"customers", customers_of(token.customers)},
            {"user_id", token.user.str()},
            {"created_at", time_or_null(token.created_at)},
            {"expires_at", time_or_null(token.expires_at)},
            {"last_used_at", time_or_null(token.last_used_at)}};
}

bool covers(const Scopes& have, const Scopes& wanted) {
    if (!have) return true;
    return wanted && std::ranges::all_of(*wanted, [&](model::TokenScope each) {
               return std::ranges::find(*have, each) != have->end();
           });
}

// Absent: as the maker's.
Scopes read_scopes(Body& body, const Scopes& makers) {
    const bool given = body.has("scopes");
    const auto texts = body.texts("scopes", scope_count);
    if (!given) return makers;
    std::vector<model::TokenScope> scopes;
    for (const std::string& text : texts) {
        const auto scope = model::parse_token_scope(text);
        if (!scope) body.wrong("scopes", "Each must be one of: " + std::string(scope_names) + ".");
        scopes.push_back(scope.value_or(model::TokenScope::read));
    }
    if (scopes.empty())
        body.wrong("scopes", "Name at least one scope, or none at all for all that the role may do.");
    return scopes;
}

Timestamp read_expiry(const Call& call, Body& body) {
    const Timestamp latest = call.now() + std::chrono::hours(24 * days_max);
    const auto days = body.integer("expires_in_days", 1, days_max);
    const auto text = body.text("expires_at");
    if (!text) return call.now() + std::chrono::hours(24 * days.value_or(limits::api_token_days_default));
    const auto time = parse_rfc3339(*text);
    if (days || !time || *time <= call.now() || *time > latest)
        body.wrong("expires_at",
                   "This must be a time within the next 365 days, and not beside expires_in_days.");
    return time.value_or(latest);
}

// A token never reaches further than what it is made with: role, scopes, customers and time.
Result<model::ApiToken> decode(Call& call, const json::object& object) {
    const Caller& caller = call.caller;
    const Scopes makers = caller.api_token ? caller.api_token->scopes : Scopes();
    Body body(object);
    model::ApiToken token{
        .tenant = call.tenant(), .user = caller.user.id, .name = body.required_text("name")};
    token.role = body.choice("role", model::parse_role, role_names).value_or(caller.role);
    token.expires_at = read_expiry(call, body);
    token.scopes = read_scopes(body, makers);
    token.customers = read_customers(call, body, {});
    if (token.customers.is_all() && caller.api_token) token.customers = caller.api_token->customers;
    if (!has_role(caller.role, token.role)) body.wrong("role", "A token cannot do more than its maker.");
    if (!covers(makers, token.scopes)) body.wrong("scopes", "A token cannot do more than its maker.");
    TRY(body.done());
    if (caller.api_token && caller.api_token->expires_at.is_set())
        token.expires_at = std::min(token.expires_at, caller.api_token->expires_at);
    return token;
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().api_tokens().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object object = TRY(call.body());
    model::ApiToken token = TRY(decode(call, object));
    const std::string text = crypto::make_token(crypto::api_token_prefix);
    token.token_hash = stored_hash(text);
    token.hint = text.substr(0, 8);
    const model::ApiToken made =
        TRY(call.store().api_tokens().create(call.tenant(), std::move(token), call.now()));
    call.audited.changed({}, {{"role", model::to_string(made.role)},
                              {"scopes", scopes_of(made.scopes)},
                              {"customers", customers_of(made.customers)},
                              {"expires_at", time_or_null(made.expires_at)}});
    json::object rendered = render(made);
    rendered["token"] = text;
    return created(std::move(rendered), "/api/v1/tokens/" + made.id.str());
}

Result<Answer> revoke(Call& call) {
    const ApiTokenId id = TRY(call.id<ApiTokenId>());
    TRY(call.store().api_tokens().revoke(call.tenant(), id, call.now()));
    return no_content();
}

}  // namespace patrol::api::tokens

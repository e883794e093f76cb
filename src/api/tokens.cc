// API tokens. Their text is in the answer that makes them and nowhere else.
#include "api/authentication.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "crypto/token.h"

namespace patrol::api::tokens {
namespace {

constexpr std::int64_t days_max = 365;
constexpr std::int64_t days_default = 90;
constexpr std::string_view role_names = "owner, admin, operator, viewer";

json::object render(const model::ApiToken& token) {
    return {{"id", token.id.str()},
            {"name", token.name},
            {"hint", token.hint},
            {"role", model::to_string(token.role)},
            {"user_id", token.user.str()},
            {"created_at", time_or_null(token.created_at)},
            {"expires_at", time_or_null(token.expires_at)},
            {"last_used_at", time_or_null(token.last_used_at)}};
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().api_tokens().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    model::ApiToken token{
        .tenant = call.tenant(), .user = call.caller.user.id, .name = body.required_text("name")};
    token.role = body.choice("role", model::parse_role, role_names).value_or(call.caller.role);
    const auto days = body.integer("expires_in_days", 1, days_max);
    token.expires_at = call.now() + std::chrono::hours(24 * days.value_or(days_default));
    if (const auto text = body.text("expires_at")) {
        const auto time = parse_rfc3339(*text);
        if (days || !time || *time <= call.now() || *time > call.now() + std::chrono::hours(24 * days_max))
            body.wrong("expires_at",
                       "This must be a time within the next 365 days, and not beside expires_in_days.");
        else
            token.expires_at = *time;
    }
    if (!has_role(call.caller.role, token.role)) body.wrong("role", "A token cannot do more than its maker.");
    TRY(body.done());
    // The life of a token that makes a token bounds the new one: a leaked token cannot prolong itself.
    if (call.caller.api_token && call.caller.api_token->expires_at.is_set())
        token.expires_at = std::min(token.expires_at, call.caller.api_token->expires_at);
    const std::string text = crypto::make_token(crypto::api_token_prefix);
    token.token_hash = stored_hash(text);
    token.hint = text.substr(0, 8);
    const model::ApiToken made =
        TRY(call.store().api_tokens().create(call.tenant(), std::move(token), call.now()));
    call.audited.changed(
        {}, {{"role", model::to_string(made.role)}, {"expires_at", time_or_null(made.expires_at)}});
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

#include "store/api_tokens.h"

#include <array>

#include "crypto/random.h"
#include "store/json_columns.h"
#include "store/list_page.h"
#include "store/users.h"

namespace patrol::store {

namespace {

constexpr std::string_view token_columns =
    "t.id, t.tenant, t.user_id, t.name, t.token_hash, t.hint, t.role, t.created_at, t.expires_at, "
    "t.last_used_at, t.revoked_at, t.customers, t.scopes";
constexpr int token_column_count = 13;
constexpr Millis note_every = std::chrono::minutes(1);

constexpr std::array token_sorts{SortColumn{"created_at", "t.created_at", SortKind::integer},
                                 SortColumn{"name", "t.name"},
                                 SortColumn{"last_used_at", "t.last_used_at", SortKind::integer}};
constexpr std::array token_fields{FilterField{"id", FieldKind::text, "t.id"},
                                  FilterField{"name", FieldKind::text, "t.name"},
                                  FilterField{"role", FieldKind::text, "t.role"}};
constexpr std::array<std::string_view, 1> token_words{"t.name"};

std::optional<std::string> scopes_text(const model::ApiToken& token) {
    if (!token.scopes) return std::nullopt;
    std::vector<std::string> names;
    for (const auto scope : *token.scopes) names.emplace_back(model::to_string(scope));
    return strings_text(names);
}

// What cannot be read opens nothing.
std::optional<std::vector<model::TokenScope>> parse_scopes(const std::optional<std::string_view>& text) {
    if (!text) return std::nullopt;
    std::vector<model::TokenScope> scopes;
    for (const auto& name : parse_strings(*text).value_or(std::vector<std::string>()))
        if (const auto scope = model::parse_token_scope(name)) scopes.push_back(*scope);
    return scopes;
}

model::ApiToken read_token(const Statement& row) {
    return {.id = row.id<ApiTokenId>(0),
            .tenant = row.id<TenantId>(1),
            .user = row.id<UserId>(2),
            .name = row.text(3),
            .token_hash = row.text(4),
            .hint = row.text(5),
            .role = model::parse_role(row.view(6)).value_or(model::Role::viewer),
            .created_at = row.time(7),
            .expires_at = row.time(8),
            .last_used_at = row.time(9),
            .revoked_at = row.time(10),
            .scopes = parse_scopes(row.optional_view(12)),
            .customers = parse_customers(row.optional_view(11))};
}

bool holds(const ApiTokens::Holder& holder, Timestamp now) {
    const auto& token = holder.token;
    const bool expired = token.expires_at.is_set() && now >= token.expires_at;
    return !expired && !token.revoked_at.is_set() && !holder.user.disabled;
}

}  // namespace

Result<model::ApiToken> ApiTokens::create(const TenantId& tenant, model::ApiToken token, Timestamp now) {
    if (token.id.empty()) token.id = crypto::new_id<ApiTokenId>();
    token.tenant = tenant;
    token.created_at = now;
    token.last_used_at = token.revoked_at = {};
    TRY(database_.write(tenant, [&](Transaction& tx) {
        return tx.run(
            "INSERT INTO api_token(id, tenant, user_id, name, token_hash, hint, role, created_at, "
            "expires_at, last_used_at, revoked_at, customers, scopes) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, ?10, ?11)",
            token.id, tenant, token.user, token.name, Blob{token.token_hash}, token.hint,
            model::to_string(token.role), token.created_at, token.expires_at, customers_text(token.customers),
            scopes_text(token));
    }));
    return token;
}

Result<ApiTokens::Holder> ApiTokens::by_token_hash(std::string_view token_hash, Timestamp now) {
    static const std::string select =
        "SELECT " + std::string(token_columns) + ", " + std::string(Users::columns) +
        " FROM api_token t JOIN tenant_user u ON u.id = t.user_id WHERE t.token_hash = ?1";
    auto holder = TRY(database_.platform().read([&](Transaction& tx) -> Result<std::optional<Holder>> {
        auto row = TRY(tx.query(select, Blob{token_hash}));
        if (!TRY(row.step())) return std::nullopt;
        return Holder{read_token(row), Users::read(row, token_column_count)};
    }));
    if (!holder || !holds(*holder, now)) return fail(Error::Kind::unauthenticated, "The token is not valid.");
    if (now - holder->token.last_used_at >= note_every) {
        holder->token.last_used_at = now;
        TRY(database_.platform().write([&](Transaction& tx) {
            return tx.run("UPDATE api_token SET last_used_at = ?2 WHERE id = ?1", holder->token.id, now);
        }));
    }
    return std::move(*holder);
}

Result<bool> ApiTokens::is_live(const TenantId& tenant, const ApiTokenId& token, Timestamp now) {
    return database_.read(tenant, [&](Transaction& tx) -> Result<bool> {
        const auto found = TRY(
            tx.integer("SELECT 1 FROM api_token t JOIN tenant_user u ON u.id = t.user_id WHERE t.tenant = ?1 "
                       "AND t.id = ?2 "
                       "AND t.revoked_at = 0 AND (t.expires_at = 0 OR t.expires_at > ?3) AND u.disabled = 0",
                       tenant, token, now));
        return found.has_value();
    });
}

Result<Page<model::ApiToken>> ApiTokens::list(const TenantId& tenant, const PageRequest& request) {
    const ListShape shape{.name = "api_tokens",
                          .columns = token_columns,
                          .from = "api_token t",
                          .where = "t.tenant = ?1 AND t.revoked_at = 0",
                          .values = {tenant.str()},
                          .id_column = "t.id",
                          .sorts = token_sorts,
                          .newest_first = true,
                          .fields = token_fields,
                          .words = token_words};
    return list_page<model::ApiToken>(database_, cursors_, tenant, shape, request, read_token);
}

Result<void> ApiTokens::revoke(const TenantId& tenant, const ApiTokenId& token, Timestamp now) {
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        const auto changed =
            TRY(tx.run("UPDATE api_token SET revoked_at = ?3 WHERE tenant = ?1 AND id = ?2 "
                       "AND revoked_at = 0",
                       tenant, token, now));
        if (changed == 0) return fail(Error::Kind::not_found, "There is no such token.");
        return {};
    });
}

}  // namespace patrol::store

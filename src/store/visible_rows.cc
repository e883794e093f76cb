#include "store/visible_rows.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/core.h>

namespace patrol::store {
namespace {

constexpr std::string_view of_account = "account IN (SELECT id FROM cloud_account)";
constexpr std::string_view of_account_number = "account IN (SELECT number FROM cloud_account)";
constexpr std::string_view of_no_customer = "1 = 0";

// Order matters: a later one may look at an earlier one's visible rows. A deployment or rule that names no
// customer and no account concerns the whole tenant, and one that names a foreign account tells of it.
constexpr std::array rows{
    VisibleRows{"cloud_account", "customer_id IN {customers}"},
    VisibleRows{"customer", "id IN {customers}"},
    VisibleRows{"collector", "customer_id IN {customers}"},
    VisibleRows{"scan", of_account},
    VisibleRows{"job", of_account},
    VisibleRows{"connect_token", of_account},
    VisibleRows{"watch_episode", of_account},
    VisibleRows{"settling", of_account},
    VisibleRows{"snapshot", of_account_number},
    VisibleRows{"baseline", of_account_number},
    VisibleRows{"change_set", of_account_number},
    VisibleRows{"drift_change", of_account_number},
    VisibleRows{"deployment",
                "(customer_id IN {customers} OR (customer_id IS NULL AND accounts <> '[]')) AND NOT EXISTS "
                "(SELECT 1 FROM {each_text accounts} AS named WHERE named.value NOT IN (SELECT id FROM "
                "cloud_account))"},
    VisibleRows{"drift_rule",
                "builtin = 0 AND COALESCE({member scope customer_id}, {member scope account_id}) IS NOT NULL "
                "AND ({member scope customer_id} IS NULL OR {member scope customer_id} IN {customers}) AND "
                "({member scope account_id} IS NULL OR {member scope account_id} IN (SELECT id FROM "
                "cloud_account))"},
    VisibleRows{"tenant_user", of_no_customer},
    VisibleRows{"session", of_no_customer},
    VisibleRows{"api_token", of_no_customer},
    VisibleRows{"one_time_link", of_no_customer},
    VisibleRows{"user_identity", of_no_customer},
    VisibleRows{"second_factor", of_no_customer},
    VisibleRows{"recovery_code", of_no_customer},
    VisibleRows{"secret", of_no_customer},
    VisibleRows{"deployment_hook", of_no_customer},
    VisibleRows{"notification_channel", of_no_customer},
    VisibleRows{"notification_route", of_no_customer},
    VisibleRows{"notice", of_no_customer},
    VisibleRows{"notification_delivery", of_no_customer},
    VisibleRows{"journal_segment", of_no_customer},
    VisibleRows{"audit_entry", of_no_customer},
    VisibleRows{"audit_head", of_no_customer},
    VisibleRows{"audit_announced", of_no_customer},
};

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether the text has the name as a word of its own. Inside of quotes it costs only a shadow too many.
bool names(std::string_view sql, std::string_view table) {
    for (auto at = sql.find(table); at != std::string_view::npos; at = sql.find(table, at + 1)) {
        const auto end = at + table.size();
        if ((at == 0 || !is_word_char(sql[at - 1])) && (end == sql.size() || !is_word_char(sql[end])))
            return true;
    }
    return false;
}

std::string replaced(std::string_view text, std::string_view token, std::string_view by) {
    std::string out(text);
    for (auto at = out.find(token); at != std::string::npos; at = out.find(token, at + by.size()))
        out.replace(at, token.size(), by);
    return out;
}

// The driver answers the viewer's customers as one text: see Connection::begin_read.
std::string condition_of(const VisibleRows& table, Dialect dialect) {
    const bool sqlite = dialect == Dialect::sqlite;
    auto text =
        replaced(table.condition, "{customers}",
                 sqlite ? "(SELECT value FROM json_each(viewer_customers()))"
                        : "(SELECT json_array_elements_text(current_setting('app.customers')::json))");
    text = replaced(text, "{each_text accounts}",
                    sqlite ? "json_each(accounts)" : "json_array_elements_text(accounts::json)");
    for (const std::string_view member : {"customer_id", "account_id"})
        text = replaced(text, fmt::format("{{member scope {}}}", member),
                        sqlite ? fmt::format("json_extract(scope, '$.{}')", member)
                               : fmt::format("(scope::json ->> '{}')", member));
    return text;
}

// "WITH …" for the tables that `sql` names, or "" where it names none.
std::string shadows(std::string_view sql, Dialect dialect) {
    std::string out;
    for (const auto& each : rows) {
        // Conditions look at accounts and nothing else, so one turn finds all.
        const bool by_others =
            each.table == "cloud_account" && std::ranges::any_of(rows, [&](const VisibleRows& other) {
                return names(sql, other.table) && names(other.condition, each.table);
            });
        if (!by_others && !names(sql, each.table)) continue;
        out += fmt::format(
            "{}{} AS NOT MATERIALIZED (SELECT * FROM {}{} WHERE {})", out.empty() ? "WITH " : ", ",
            each.table, dialect == Dialect::sqlite ? "main." : "", each.table, condition_of(each, dialect));
    }
    return out.empty() ? out : out + " ";
}

std::string_view word_at(std::string_view sql, std::size_t from) {
    const auto begin = std::min(sql.find_first_not_of(" \n", from), sql.size());
    return sql.substr(begin, std::min(sql.find_first_of(" \n(", begin), sql.size()) - begin);
}

Failure refused(std::string_view code, std::string_view sql) {
    return fail(Error{.kind = Error::Kind::internal,
                      .message = "The database did not do what was asked.",
                      .detail = "for a limited viewer: " + std::string(sql),
                      .code = std::string(code)});
}

}  // namespace

std::span<const VisibleRows> visible_rows() { return rows; }

Result<std::string> limit_to_visible(std::string_view sql, Dialect dialect) {
    const auto verb = word_at(sql, 0);
    if (verb == "SELECT") return shadows(sql, dialect) + std::string(sql);
    if (verb == "INSERT") return std::string(sql);
    if (verb != "UPDATE" && verb != "DELETE") return refused("unscoped", sql);
    const auto after = sql.find(verb) + verb.size();
    auto table = word_at(sql, after);
    if (verb == "DELETE") table = word_at(sql, sql.find(table, after) + table.size());
    constexpr std::string_view guard = "{visible}";
    if (sql.find(guard) != std::string_view::npos)
        return replaced(sql, guard,
                        fmt::format("AND id IN ({}SELECT id FROM {})", shadows(table, dialect), table));
    const auto of_tenant = std::ranges::find(rows, table, &VisibleRows::table);
    if (of_tenant != rows.end() && of_tenant->condition != of_account_number)
        return refused("unguarded_write", sql);
    return std::string(sql);
}

}  // namespace patrol::store

#include "store/row_security.h"

#include <vector>

#include <fmt/core.h>

namespace patrol::store {
namespace {

// Its own lock beside the migrations': two servers that start at once make each policy once.
constexpr std::int64_t security_lock = 0x7061'7472'726c;

// What decides whose the rows of a table are; see the header. The last column of the query is empty for a
// table that is none of these.
constexpr std::string_view open_tables =
    "SELECT c.relname::text, CASE WHEN c.relname IN ('tenant', 'deployment_delivery', 'word', 'setting') "
    "THEN "
    "c.relname::text WHEN EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = "
    "'tenant' AND NOT a.attisdropped) THEN 'of tenant' WHEN EXISTS (SELECT 1 FROM pg_attribute a WHERE "
    "a.attrelid = c.oid AND a.attname = 'account' AND a.atttypid = 'bigint'::regtype AND NOT "
    "a.attisdropped) THEN 'of account' ELSE '' END FROM pg_class c JOIN pg_namespace n ON n.oid = "
    "c.relnamespace WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT "
    "(c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = "
    "c.oid AND p.polname = 'own_rows')) ORDER BY c.relname";

struct OpenTable {
    std::string name, kind;
};

// What the transaction named, found out once for a statement and not for each of its rows. An empty setting
// is none: a row that has left its tenant ('') must not be anybody's.
constexpr std::string_view the_tenant = "(SELECT NULLIF(current_setting('app.tenant', true), ''))";
constexpr std::string_view the_platform = "(SELECT current_setting('app.platform', true) = 'on')";

// Whose a row is. The accounts' numbers are read once for a statement too, from an index of their own: it
// costs a statement that reads one row the most.
std::string condition_of(std::string_view kind) {
    if (kind == "tenant") return fmt::format("id = {}", the_tenant);
    if (kind == "of tenant") return fmt::format("tenant = {}", the_tenant);
    if (kind == "of account")
        return fmt::format("account IN (SELECT number FROM cloud_account WHERE tenant = {})", the_tenant);
    if (kind == "deployment_delivery")
        return fmt::format("hook IN (SELECT id FROM deployment_hook WHERE tenant = {})", the_tenant);
    if (kind == "word") return fmt::format("{} IS NOT NULL", the_tenant);
    if (kind == "setting") return "false";
    return {};
}

// The policy of earlier versions asked for the settings at every row.
std::string wall_before(const OpenTable& table) {
    return fmt::format(
        "ALTER TABLE \"{0}\" ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE \"{0}\" FORCE ROW LEVEL SECURITY;"
        "DROP POLICY IF EXISTS of_tenant ON \"{0}\";"
        "DROP POLICY IF EXISTS own_rows ON \"{0}\";"
        "CREATE POLICY own_rows ON \"{0}\" USING ({1} OR {2})",
        table.name, the_platform, condition_of(table.kind));
}

Result<std::vector<OpenTable>> tables_without(Transaction& tx) {
    std::vector<OpenTable> tables;
    auto row = TRY(tx.query(open_tables));
    while (TRY(row.step()))
        if (auto kind = row.text(1); !kind.empty()) tables.push_back({row.text(0), std::move(kind)});
    return tables;
}

}  // namespace

Result<void> secure_rows(Database& database) {
    if (database.dialect() == Dialect::sqlite) return {};
    if (TRY(database.read(tables_without)).empty()) return {};
    return database.write([](Transaction& tx) -> Result<void> {
        {
            auto lock = TRY(tx.query("SELECT pg_advisory_xact_lock(?1)", security_lock));
            TRY(lock.step());
        }
        for (const auto& table : TRY(tables_without(tx))) TRY(tx.script(wall_before(table)));
        return {};
    });
}

Result<std::optional<WallGap>> row_security_gap(Database& database) {
    using Gap = std::optional<WallGap>;
    if (database.dialect() == Dialect::sqlite) return Gap{};
    return database.read([](Transaction& tx) -> Result<Gap> {
        auto row = TRY(tx.query(
            "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"));
        if (!TRY(row.step())) return Gap{};
        const auto role = row.text(0);
        if (!row.truth(1) && !row.truth(2)) return Gap{};
        return Gap{{.role = role,
                    .why = fmt::format("The database role {} {}: row-level security, the second wall between "
                                       "tenants, does nothing for it.",
                                       role, row.truth(1) ? "is a superuser" : "has BYPASSRLS"),
                    .fix = "Let Patrol connect as a role of its own: CREATE ROLE patrol LOGIN NOSUPERUSER "
                           "NOBYPASSRLS, owner of its database."}};
    });
}

}  // namespace patrol::store

#include "store/row_security.h"

#include <vector>

#include <fmt/core.h>

namespace patrol::store {
namespace {

// Its own lock beside the migrations': two servers that start at once make each policy once.
constexpr std::int64_t security_lock = 0x7061'7472'726c;

constexpr std::string_view open_tables =
    "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
    "current_schema() AND c.relkind IN ('r', 'p') AND (c.relname = 'tenant' OR EXISTS (SELECT 1 FROM "
    "pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped)) AND NOT "
    "(c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = "
    "c.oid AND p.polname = 'of_tenant')) ORDER BY c.relname";

// An empty setting is none: a row that has left its tenant ('') must not be anybody's.
std::string wall_before(std::string_view table) {
    return fmt::format(
        "ALTER TABLE \"{0}\" ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE \"{0}\" FORCE ROW LEVEL SECURITY;"
        "DROP POLICY IF EXISTS of_tenant ON \"{0}\";"
        "CREATE POLICY of_tenant ON \"{0}\" USING ({1} = NULLIF(current_setting('app.tenant', true), '') "
        "OR current_setting('app.platform', true) = 'on')",
        table, table == "tenant" ? "id" : "tenant");
}

Result<std::vector<std::string>> tables_without(Transaction& tx) {
    std::vector<std::string> tables;
    auto row = TRY(tx.query(open_tables));
    while (TRY(row.step())) tables.push_back(row.text(0));
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

#include "store/migrations.h"

#include <array>

#include <fmt/core.h>

namespace patrol::store {

namespace {

// One number for all processes that migrate one PostgreSQL database at a time.
constexpr std::int64_t migration_lock = 0x7061'7472'6f6c;

Result<std::int64_t> newest(Transaction& transaction) {
    return TRY(transaction.integer("SELECT MAX(version) FROM schema_version")).value_or(0);
}

Result<bool> has_version_table(Transaction& transaction) {
    const auto* sql =
        transaction.dialect() == Dialect::sqlite
            ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
            : "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() "
              "AND tablename = 'schema_version'";
    return TRY(transaction.integer(sql)).value_or(0) > 0;
}

Failure newer(std::int64_t found, int known) {
    return fail(
        Error{.kind = Error::Kind::conflict,
              .message = fmt::format("The database is of a later version of Patrol (schema {}, this program "
                                     "knows {}).",
                                     found, known),
              .hint = "Use that version, or restore a backup made with this one.",
              .code = "newer_schema"});
}

// The lock comes before anything is looked at, so that of two processes the second finds it all done.
Result<void> lock(Transaction& transaction) {
    if (transaction.dialect() == Dialect::sqlite) return {};
    auto statement = TRY(transaction.query("SELECT pg_advisory_xact_lock(?1)", migration_lock));
    TRY(statement.step());
    return {};
}

Result<void> run_scripts(Transaction& transaction, const Migration& step) {
    TRY(transaction.script(step.sql));
    const auto own = transaction.dialect() == Dialect::sqlite ? step.sqlite : step.postgres;
    if (!own.empty()) TRY(transaction.script(own));
    return {};
}

Result<void> apply(Transaction& transaction, const Migration& step) {
    TRY(lock(transaction));
    const auto current = TRY(newest(transaction));
    if (current >= step.version) return {};
    TRY_DURING(fmt::format("migrating to schema {} ({})", step.version, step.name),
               run_scripts(transaction, step));
    TRY(transaction.run("INSERT INTO schema_version(version, name) VALUES (?1, ?2)", step.version,
                        step.name));
    return {};
}

}  // namespace

std::span<const Migration> migrations() {
    static const std::array steps{
        Migration{1, "core", migration_core},
        Migration{2, "inventory", migration_inventory},
        Migration{3, "notifications", migration_notifications},
        Migration{4, "deployments", migration_deployments},
        Migration{5, "drift", migration_drift},
        Migration{6, "rules", migration_rules},
        Migration{7, "scope", migration_scope},
        Migration{8, "audit", migration_audit, migration_audit_sqlite, migration_audit_postgres},
        Migration{9, "settling", migration_settling},
        Migration{10, "drift value", migration_drift_value},
        Migration{11, "people", migration_people},
        Migration{12, "oidc", migration_oidc},
        Migration{13, "trust", migration_trust},
        Migration{14, "history", migration_history},
        Migration{15, "collectors", migration_collectors},
        Migration{16, "blocks", migration_blocks},
        Migration{17, "active", migration_active},
    };
    return steps;
}

Result<int> schema_version(Database& database) {
    return database.platform().read([](Transaction& transaction) -> Result<int> {
        if (!TRY(has_version_table(transaction))) return 0;
        return static_cast<int>(TRY(newest(transaction)));
    });
}

Result<void> migrate(Database& database) {
    const int known = migrations().back().version;
    const int found = TRY(schema_version(database));
    if (found > known) return newer(found, known);
    if (found == known) return {};
    TRY(database.platform().write([](Transaction& transaction) -> Result<void> {
        TRY(lock(transaction));
        return transaction.script(
            "CREATE TABLE IF NOT EXISTS schema_version ("
            "version {int64} NOT NULL PRIMARY KEY, name {text} NOT NULL)");
    }));
    for (const auto& step : migrations())
        TRY(database.platform().write(
            [&step](Transaction& transaction) { return apply(transaction, step); }));
    return {};
}

}  // namespace patrol::store

#include "store/sealed_values.h"

#include <array>

#include <fmt/core.h>

namespace patrol::store {
namespace {

constexpr std::array columns{
    SealedColumn{"tenant", "id", "id", "sealed_key", "tenant", "sealed_key"},
    SealedColumn{"secret", "tenant", "id", "sealed", "secret", "value"},
    SealedColumn{"deployment_hook", "tenant", "id", "sealed_secret", "deployment_hook", "secret"},
    SealedColumn{"second_factor", "tenant", "user_id", "sealed_secret", "second_factor", "sealed_secret"},
};

}  // namespace

std::span<const SealedColumn> sealed_columns() { return columns; }

Result<std::vector<SealedRow>> SealedValues::page(const SealedColumn& column, std::string_view after) {
    const std::string sql =
        fmt::format("SELECT {0}, {1}, {2} FROM {3} WHERE {1} > ?1 AND {2} IS NOT NULL ORDER BY {1} LIMIT ?2",
                    column.tenant, column.id, column.column, column.table);
    return database_.platform().read([&](Transaction& tx) -> Result<std::vector<SealedRow>> {
        std::vector<SealedRow> rows;
        auto query = TRY(tx.query(sql, after, rows_at_once));
        while (TRY(query.step()))
            rows.push_back({.tenant = query.text(0), .id = query.text(1), .bytes = query.text(2)});
        return rows;
    });
}

Result<std::int64_t> SealedValues::replace(const SealedColumn& column, std::span<const Replacement> rows) {
    const std::string sql = fmt::format("UPDATE {3} SET {2} = ?3 WHERE {0} = ?1 AND {1} = ?2 AND {2} = ?4",
                                        column.tenant, column.id, column.column, column.table);
    return database_.platform().write([&](Transaction& tx) -> Result<std::int64_t> {
        std::int64_t replaced = 0;
        for (const Replacement& row : rows)
            replaced +=
                TRY(tx.run(sql, row.before.tenant, row.before.id, Blob{row.bytes}, Blob{row.before.bytes}));
        return replaced;
    });
}

}  // namespace patrol::store

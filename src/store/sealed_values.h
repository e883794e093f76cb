// Every value in the database that the master key seals, whatever its table: for the rotation of that key,
// which wraps the data keys anew. A new sealed column gets a row in the table of the .cc; a test compares
// that table with the schema. Platform-wide: these functions name no caller's tenant.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql.h"

namespace patrol::store {

struct SealedColumn {
    std::string_view table, tenant, id, column;  // names in the database
    std::string_view place_table, place_field;   // as its seal's place says it: crypto::seal_place()
};
std::span<const SealedColumn> sealed_columns();

struct SealedRow {
    std::string tenant, id;
    std::string bytes;
};

class SealedValues {
public:
    static constexpr std::int64_t rows_at_once = 100;

    explicit SealedValues(Database& database) : database_(database) {}

    // In the order of ids, after `after` (empty: from the start), at most rows_at_once.
    Result<std::vector<SealedRow>> page(const SealedColumn& column, std::string_view after);

    // In one transaction. A row that holds something else than `before` by now is left alone. Answers how
    // many were replaced.
    struct Replacement {
        SealedRow before;
        std::string bytes;
    };
    Result<std::int64_t> replace(const SealedColumn& column, std::span<const Replacement> rows);

private:
    Database& database_;
};

}  // namespace patrol::store

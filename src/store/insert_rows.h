// Many rows into one table, many a statement: on SQLite that saves the cost of starting one, on PostgreSQL a
// round trip.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "store/sql.h"

namespace patrol::store {

inline std::string values_list(std::size_t rows, int columns) {
    std::string text;
    int index = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        text += row == 0 ? "(" : ", (";
        for (int column = 0; column < columns; ++column)
            text += fmt::format("{}?{}", column == 0 ? "" : ", ", ++index);
        text += ")";
    }
    return text;
}

// `head`: "INSERT INTO t (a, b) VALUES "; `tail`: "" or " ON CONFLICT DO NOTHING".
// bind(statement, first, item) binds `columns` values from index `first` + 1 on.
template <class Items, class Bind>
Result<void> insert_rows(Transaction& transaction, std::string_view head, int columns, std::string_view tail,
                         const Items& items, Bind bind) {
    const std::size_t at_once = transaction.dialect() == Dialect::sqlite ? 32 : 64;
    auto at = items.begin();
    std::size_t left = items.size();
    while (left > 0) {
        const auto rows = left >= at_once ? at_once : 1;
        auto statement =
            TRY(transaction.prepare(fmt::format("{}{}{}", head, values_list(rows, columns), tail)));
        for (; left >= rows; left -= rows) {
            for (std::size_t row = 0; row < rows; ++row)
                bind(statement, static_cast<int>(row) * columns, *at++);
            TRY(statement.run());
        }
    }
    return {};
}

}  // namespace patrol::store

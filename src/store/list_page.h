// One way for every list: filter, allow-listed sort, keyset cursor, total. A noun describes its list
// and reads its row; this makes the statements.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/filter_sql.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

enum class SortKind { text, integer };
struct SortColumn {
    std::string_view name;    // as the request writes it
    std::string_view column;  // never NULL
    SortKind kind = SortKind::text;
};

struct ListShape {
    std::string_view name;     // in the cursor's MAC
    std::string_view columns;  // what the noun's row reader expects, in its order
    std::string_view from;     // "customer c": the tables
    std::string_view where;    // "c.tenant = ?1"; its placeholders are `values`
    std::vector<SqlValue> values;
    std::string_view id_column;         // unique text, breaks ties
    std::span<const SortColumn> sorts;  // the first is the list's own order
    bool newest_first = false;          // the own order runs downwards
    std::span<const FilterField> fields;
    std::span<const std::string_view> words;  // columns that free text is looked for in
};

// Reads one row after another in one snapshot of the database.
struct ListRows {
    std::optional<std::string> next_cursor;
    std::int64_t total = 0;
};
Result<ListRows> list_rows(Transaction& transaction, const Cursors& cursors, const TenantId& tenant,
                           const ListShape& shape, const PageRequest& request,
                           const std::function<Result<void>(Statement&)>& read_row);

template <class T, class Read>
Result<Page<T>> list_page(Database& database, const Cursors& cursors, const Viewer& viewer,
                          const ListShape& shape, const PageRequest& request, Read read) {
    return database.read(viewer, [&](Transaction& transaction) -> Result<Page<T>> {
        Page<T> page;
        auto rows = TRY(list_rows(transaction, cursors, viewer.tenant, shape, request,
                                  [&](Statement& row) -> Result<void> {
                                      page.items.push_back(TRY(Result<T>(read(row))));
                                      return {};
                                  }));
        page.next_cursor = std::move(rows.next_cursor);
        page.total = rows.total;
        return page;
    });
}

}  // namespace patrol::store

// What a viewer who is limited to customers sees of each table. Before a statement that reads, each table
// of a tenant that it names is shadowed by a common table expression of the same name that holds only the
// visible rows: no statement has to think of it, and none can forget it. What writes runs on the tables
// themselves; an UPDATE or DELETE of such a table must say {visible} at the end of its WHERE, or it is
// refused. A table of a tenant that the list does not name is a failed test (visible_rows_test.cc).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/sql.h"

namespace patrol::store {

struct VisibleRows {
    std::string_view table;
    // The condition of a row; with the tokens of store/sql.h and {customers}, the list of the viewer's.
    std::string_view condition;
};
std::span<const VisibleRows> visible_rows();

// `sql` as a limited viewer runs it. Kind::internal "unguarded_write" for a write that says no {visible},
// "unscoped" for a statement that neither reads nor writes rows.
Result<std::string> limit_to_visible(std::string_view sql, Dialect dialect);

}  // namespace patrol::store

// A parsed filter as a WHERE clause of a list. Each list names its fields and the SQL that holds their
// values; a field it does not name is Kind::invalid "q". Values are always bound, never written into
// the text. Meaning as in filter/filter.h: `!=` also holds for an absent field, `:` and `^` ignore case.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "filter/filter.h"
#include "store/sql.h"

namespace patrol::store {

using SqlValue = std::variant<std::int64_t, std::string>;

// A piece of SQL whose placeholders are numbered from `first` in the order of `values`.
struct SqlText {
    std::string text;
    std::vector<SqlValue> values;
};

void bind_values(Statement& statement, int first, std::span<const SqlValue> values);

enum class FieldKind {
    text,     // column of text; '' means absent
    integer,  // column of {int64}
    time,     // column of {int64} milliseconds; 0 means absent
    truth,    // column of 0/1; compared with true and false
    labels,   // column of a JSON object of texts; the field's name is the prefix: "label." or "tag."
};

struct FilterField {
    std::string_view name;  // as the user writes it; labels: "label."
    FieldKind kind = FieldKind::text;
    std::string_view column;          // an SQL expression
    std::string_view or_column = {};  // a second value of the same field (a name beside an id); text only
};

// "(…)" for the filter, or "1=1" for none. `first` is the number of its first placeholder. Free words
// (field `text`) are looked for in all fields of `words`.
Result<SqlText> filter_sql(const filter::Filter* filter, std::span<const FilterField> fields,
                           std::span<const std::string_view> words, Dialect dialect, int first);

}  // namespace patrol::store

#include "store/list_page.h"

#include <charconv>

#include <fmt/core.h>

#include "base/json.h"

namespace patrol::store {

namespace {

struct Order {
    const SortColumn* column;
    bool downwards;
    std::string name;  // of list and order, for the cursor
};

Result<Order> order_of(const ListShape& shape, std::string_view sort) {
    const auto named = [&](const SortColumn& column, bool downwards) {
        return Order{&column, downwards,
                     fmt::format("{}|{}{}", shape.name, downwards ? "-" : "", column.name)};
    };
    if (sort.empty()) return named(shape.sorts.front(), shape.newest_first);
    const bool downwards = sort.starts_with('-');
    if (downwards) sort.remove_prefix(1);
    for (const auto& column : shape.sorts)
        if (column.name == sort) return named(column, downwards);
    std::string known;
    for (const auto& column : shape.sorts) known += (known.empty() ? "" : ", ") + std::string(column.name);
    return invalid("sort", "This list cannot be sorted by that.",
                   "Known: " + known + "; with - before it downwards.");
}

struct Place {
    std::string value, id;
};

std::string place_text(const Order& order, const Statement& row, int columns) {
    const auto value =
        order.column->kind == SortKind::integer ? std::to_string(row.integer(columns)) : row.text(columns);
    return to_text(json::array{value, row.text(columns + 1)});
}

Result<Place> parse_place(std::string_view text) {
    const auto value = TRY(parse_json(text));
    const auto* array = value.if_array();
    if (array == nullptr || array->size() != 2 || !(*array)[0].is_string() || !(*array)[1].is_string())
        return fail(Error::Kind::malformed, "The cursor is not one of this list.");
    return Place{std::string((*array)[0].as_string()), std::string((*array)[1].as_string())};
}

Result<SqlValue> sort_value(const Order& order, const Place& place) {
    if (order.column->kind == SortKind::text) return place.value;
    std::int64_t number = 0;
    const auto end = place.value.data() + place.value.size();
    if (std::from_chars(place.value.data(), end, number).ptr != end)
        return fail(Error::Kind::malformed, "The cursor is not one of this list.");
    return number;
}

}  // namespace

Result<ListRows> list_rows(Transaction& transaction, const Cursors& cursors, const TenantId& tenant,
                           const ListShape& shape, const PageRequest& request,
                           const std::function<Result<void>(Statement&)>& read_row) {
    if (request.limit == 0 || request.limit > limits::page_items_max)
        return invalid("limit", fmt::format("The limit is between 1 and {}.", limits::page_items_max));
    const auto order = TRY(order_of(shape, request.sort));
    auto values = shape.values;
    const auto next = [&values] { return static_cast<int>(values.size()) + 1; };
    auto filter = TRY(filter_sql(request.filter, shape.fields, shape.words, transaction.dialect(), next()));
    values.insert(values.end(), filter.values.begin(), filter.values.end());
    const auto where = fmt::format("{} WHERE {} AND {}", shape.from, shape.where, filter.text);

    auto count = TRY(transaction.prepare("SELECT COUNT(*) FROM " + where));
    bind_values(count, 1, values);
    ListRows rows;
    if (TRY(count.step())) rows.total = count.integer(0);

    std::string after;
    if (!request.cursor.empty()) {
        const auto text = TRY(cursors.open(tenant, order.name, request.cursor));
        const auto place = TRY(parse_place(text));
        const int first = next();
        values.push_back(TRY(sort_value(order, place)));
        values.emplace_back(place.id);
        after = fmt::format(" AND ({}, {}) {} (?{}, ?{})", order.column->column, shape.id_column,
                            order.downwards ? "<" : ">", first, first + 1);
    }
    const auto* direction = order.downwards ? "DESC" : "ASC";
    auto select = TRY(transaction.prepare(fmt::format(
        "SELECT {}, {}, {} FROM {}{} ORDER BY {} {}, {} {} LIMIT ?{}", shape.columns, order.column->column,
        shape.id_column, where, after, order.column->column, direction, shape.id_column, direction, next())));
    values.emplace_back(static_cast<std::int64_t>(request.limit) + 1);
    bind_values(select, 1, values);
    std::string last;
    for (std::size_t read = 0; TRY(select.step()); ++read) {
        if (read == request.limit) {
            rows.next_cursor = cursors.seal(tenant, order.name, last);
            break;
        }
        TRY(read_row(select));
        last = place_text(order, select, select.columns() - 2);
    }
    return rows;
}

}  // namespace patrol::store

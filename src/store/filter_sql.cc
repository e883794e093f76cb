#include "store/filter_sql.h"

#include <cmath>

#include <fmt/core.h>

namespace patrol::store {

namespace {

using filter::Compare;
using filter::Op;

// Beyond this a double is not a whole number of {int64} any more.
constexpr double integer_limit = 9.0e15;

std::string_view sql_operator(Op op) {
    switch (op) {
        case Op::greater:
            return ">";
        case Op::greater_equal:
            return ">=";
        case Op::less:
            return "<";
        case Op::less_equal:
            return "<=";
        case Op::not_equal:
            return "<>";
        default:
            return "=";
    }
}

class Writer {
public:
    Writer(std::span<const FilterField> fields, std::span<const std::string_view> words, Dialect dialect,
           int first)
        : fields_(fields), words_(words), dialect_(dialect), first_(first) {}

    Result<std::string> node(const filter::Node& node) {
        if (const auto* compare = std::get_if<Compare>(&node.as)) return term(*compare);
        if (const auto* all = std::get_if<filter::And>(&node.as)) return join(all->terms, " AND ");
        return join(std::get<filter::Or>(node.as).terms, " OR ");
    }
    std::vector<SqlValue> take_values() { return std::move(values_); }

private:
    std::string place(SqlValue value) {
        values_.push_back(std::move(value));
        return "?" + std::to_string(first_ + static_cast<int>(values_.size()) - 1);
    }
    Result<std::string> join(const std::vector<filter::Node>& terms, std::string_view between) {
        std::string out = "(";
        for (const auto& each : terms) {
            if (out.size() > 1) out += between;
            out += TRY(node(each));
        }
        return out + ")";
    }
    Result<std::string> term(const Compare& compare) {
        if (compare.field == "text" && !words_.empty()) return free_text(compare);
        for (const auto& field : fields_) {
            if (field.kind == FieldKind::labels) {
                if (compare.field.size() > field.name.size() && compare.field.starts_with(field.name))
                    return label(field, compare, compare.field.substr(field.name.size()));
            } else if (compare.field == field.name) {
                return column(field, compare);
            }
        }
        return invalid("q", fmt::format("This list cannot be filtered by \"{}\".", compare.field));
    }
    Result<std::string> column(const FilterField& field, const Compare& compare) {
        switch (field.kind) {
            case FieldKind::integer:
                return integer(field, compare);
            case FieldKind::time:
                return time(field, compare);
            case FieldKind::truth:
                return truth(field, compare);
            default:
                break;
        }
        auto one = text(field.column, compare);
        if (field.or_column.empty()) return one;
        const auto* between = compare.op == Op::not_equal ? " AND " : " OR ";
        return "(" + one + between + text(field.or_column, compare) + ")";
    }
    std::string free_text(const Compare& compare) {
        std::string out = "(";
        for (const auto& word : words_) {
            if (out.size() > 1) out += compare.op == Op::not_equal ? " AND " : " OR ";
            out += text(word, compare);
        }
        return out + ")";
    }

    // A text that may be NULL or '': both are absent, for which only != holds.
    std::string text(std::string_view column, const Compare& compare) {
        const auto& value = compare.values.front().text;
        switch (compare.op) {
            case Op::not_equal:
                return fmt::format("({0} IS NULL OR {0} = '' OR {0} <> {1})", column, place(value));
            case Op::contains:
                return fmt::format("({0} <> '' AND {0} {{like}} {1} ESCAPE '\\')", column,
                                   place(like_contains(value)));
            case Op::starts_with:
                return fmt::format("({0} <> '' AND {0} {{like}} {1} ESCAPE '\\')", column,
                                   place(like_prefix(value)));
            case Op::in: {
                std::string list;
                for (const auto& each : compare.values) list += (list.empty() ? "" : ", ") + place(each.text);
                return fmt::format("({0} <> '' AND {0} IN ({1}))", column, list);
            }
            default:
                return fmt::format("({0} <> '' AND {0} {1} {2})", column, sql_operator(compare.op),
                                   place(value));
        }
    }

    // Whole numbers against a number that may have a fraction: 5 > 4.5 is 5 > 4.
    std::string against_number(std::string_view column, Op op, double number) {
        if (std::abs(number) > integer_limit) {
            const bool below = number > 0;  // every column value is below it
            const bool holds = op == Op::not_equal || (below && (op == Op::less || op == Op::less_equal)) ||
                               (!below && (op == Op::greater || op == Op::greater_equal));
            return holds ? "1=1" : "1=0";
        }
        const bool whole = std::floor(number) == number;
        if (op == Op::equal && !whole) return "1=0";
        if (op == Op::not_equal && !whole) return "1=1";
        const bool upwards = op == Op::greater_equal || op == Op::less;
        const auto bound = static_cast<std::int64_t>(upwards ? std::ceil(number) : std::floor(number));
        return fmt::format("{} {} {}", column, sql_operator(op), place(bound));
    }
    Result<std::string> integer(const FilterField& field, const Compare& compare) {
        if (compare.op == Op::contains || compare.op == Op::starts_with) return no_text(field);
        std::string out = "(";
        for (const auto& value : compare.values) {
            if (!value.number)
                return invalid("q", fmt::format("\"{}\" is compared with a number.", field.name));
            if (out.size() > 1) out += " OR ";
            out += against_number(field.column, compare.op == Op::in ? Op::equal : compare.op, *value.number);
        }
        return out + ")";
    }
    Result<std::string> time(const FilterField& field, const Compare& compare) {
        if (compare.op == Op::contains || compare.op == Op::starts_with) return no_text(field);
        std::string out = "(";
        for (const auto& value : compare.values) {
            if (!value.time)
                return invalid(
                    "q", fmt::format("\"{}\" is compared with a time like 2026-11-22T09:00:00Z or a date.",
                                     field.name));
            if (out.size() > 1) out += " OR ";
            out += compare.op == Op::not_equal
                       ? fmt::format("{0} <> {1}", field.column, place(value.time->ms))
                       : fmt::format("({0} <> 0 AND {0} {1} {2})", field.column, sql_operator(compare.op),
                                     place(value.time->ms));
        }
        return out + ")";
    }
    Result<std::string> truth(const FilterField& field, const Compare& compare) {
        const auto& value = compare.values.front().text;
        const bool known = value == "true" || value == "false";
        if (!known || (compare.op != Op::equal && compare.op != Op::not_equal))
            return invalid("q", fmt::format("\"{}\" is true or false.", field.name));
        const bool wanted = (value == "true") == (compare.op == Op::equal);
        return fmt::format("{} = {}", field.column, wanted ? 1 : 0);
    }
    static Failure no_text(const FilterField& field) {
        return invalid("q", fmt::format("\"{}\" is not a text: use = or an order.", field.name));
    }

    // != holds for an absent label too, so it is "no such label has this value".
    std::string label(const FilterField& field, const Compare& compare, std::string key) {
        const bool negative = compare.op == Op::not_equal;
        Compare inner = compare;
        if (negative) inner.op = Op::equal;
        const auto named = place(std::move(key));
        const auto rows = dialect_ == Dialect::sqlite
                              ? fmt::format("json_each({}) AS label", field.column)
                              : fmt::format("json_each_text(({})::json) AS label", field.column);
        return fmt::format("{}EXISTS (SELECT 1 FROM {} WHERE label.key = {} AND {})", negative ? "NOT " : "",
                           rows, named, text("label.value", inner));
    }

    std::span<const FilterField> fields_;
    std::span<const std::string_view> words_;
    Dialect dialect_;
    int first_;
    std::vector<SqlValue> values_;
};

}  // namespace

void bind_values(Statement& statement, int first, std::span<const SqlValue> values) {
    for (const auto& value : values)
        std::visit([&](const auto& plain) { statement.bind(first++, plain); }, value);
}

Result<SqlText> filter_sql(const filter::Filter* filter, std::span<const FilterField> fields,
                           std::span<const std::string_view> words, Dialect dialect, int first) {
    if (filter == nullptr || !filter->root) return SqlText{"1=1", {}};
    Writer writer(fields, words, dialect, first);
    auto text = TRY(writer.node(*filter->root));
    return SqlText{std::move(text), writer.take_values()};
}

}  // namespace patrol::store

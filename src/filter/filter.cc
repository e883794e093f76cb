#include "filter/filter.h"

namespace patrol::filter {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view text, std::string_view part) {
    return !std::ranges::search(text, part, {}, lower, lower).empty() || part.empty();
}

bool starts_with(std::string_view text, std::string_view start) {
    return text.size() >= start.size() &&
           std::ranges::equal(text.substr(0, start.size()), start, {}, lower, lower);
}

std::partial_ordering order(std::string_view text, const Value& wanted) {
    if (wanted.number || wanted.time) {
        const auto value = Value::of(std::string(text));
        if (wanted.number && value.number) return *value.number <=> *wanted.number;
        if (wanted.time && value.time) return *value.time <=> *wanted.time;
    }
    return text.compare(wanted.text) <=> 0;
}

bool equal(std::string_view text, const Value& wanted) {
    return text == wanted.text || ((wanted.number || wanted.time) && order(text, wanted) == 0);
}

bool holds(const Node& node, const FieldSource& source);

bool holds(const Compare& compare, const FieldSource& source) {
    // `!=` speaks of all values, so it fails at the first equal one; the others succeed at the first hit.
    const bool all = compare.op == Op::not_equal;
    bool out = all;
    source.values(compare, [&](std::string_view value) {
        if (satisfies(compare, value) != all) out = !all;
        return out == all;
    });
    return out;
}

bool holds(const Node& node, const FieldSource& source) {
    const auto inner = [&](const Node& term) { return holds(term, source); };
    if (const auto* compare = std::get_if<Compare>(&node.as)) return holds(*compare, source);
    if (const auto* all = std::get_if<And>(&node.as)) return std::ranges::all_of(all->terms, inner);
    return std::ranges::any_of(std::get<Or>(node.as).terms, inner);
}

std::string_view sign(Op op) {
    switch (op) {
        case Op::equal:
            return "=";
        case Op::not_equal:
            return "!=";
        case Op::contains:
            return ":";
        case Op::starts_with:
            return "^";
        case Op::greater:
            return ">";
        case Op::greater_equal:
            return ">=";
        case Op::less:
            return "<";
        case Op::less_equal:
            return "<=";
        case Op::in:
            return " in ";
    }
    return "=";
}

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    for (char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
}

void append(std::string& out, const Compare& compare) {
    const bool plain = compare.field.find_first_of(" \t\r\n()=!:^<>,\"'\\") == std::string::npos;
    if (plain)
        out.append(compare.field);
    else
        append_quoted(out, compare.field);
    out.append(sign(compare.op));
    if (compare.op != Op::in) return append_quoted(out, compare.values[0].text);
    out.push_back('(');
    for (const auto& value : compare.values) {
        append_quoted(out, value.text);
        out.push_back(',');
    }
    out.back() = ')';
}

void append(std::string& out, const Node& node) {
    if (const auto* compare = std::get_if<Compare>(&node.as)) return append(out, *compare);
    const auto* all = std::get_if<And>(&node.as);
    const auto& terms = all != nullptr ? all->terms : std::get<Or>(node.as).terms;
    out.push_back('(');
    for (const auto& term : terms) {
        if (&term != &terms.front()) out.append(all != nullptr ? " and " : " or ");
        append(out, term);
    }
    out.push_back(')');
}

}  // namespace

bool satisfies(const Compare& compare, std::string_view value) {
    const auto& wanted = compare.values;
    switch (compare.op) {
        case Op::equal:
        case Op::in:
            return std::ranges::any_of(wanted, [&](const auto& each) { return equal(value, each); });
        case Op::not_equal:
            return !equal(value, wanted[0]);
        case Op::contains:
            return contains(value, wanted[0].text);
        case Op::starts_with:
            return starts_with(value, wanted[0].text);
        case Op::greater:
            return order(value, wanted[0]) > 0;
        case Op::greater_equal:
            return order(value, wanted[0]) >= 0;
        case Op::less:
            return order(value, wanted[0]) < 0;
        case Op::less_equal:
            return order(value, wanted[0]) <= 0;
    }
    return false;
}

bool matches(const Filter& filter, const FieldSource& source) {
    return !filter.root || holds(*filter.root, source);
}

std::string to_text(const Filter& filter) {
    std::string out;
    if (filter.root) append(out, *filter.root);
    return out;
}

}  // namespace patrol::filter

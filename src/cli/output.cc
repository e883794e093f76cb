#include "cli/output.h"

#include <algorithm>
#include <vector>

namespace patrol::cli {
namespace {

constexpr std::size_t cell_chars_max = 60;

const json::value* member(const json::value& row, std::string_view path) {
    const json::value* at = &row;
    while (at != nullptr && !path.empty()) {
        auto dot = path.find('.');
        at = find(*at, path.substr(0, dot));
        path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    }
    return at;
}

std::string cell(const json::value& row, std::string_view path) {
    const auto* value = member(row, path);
    if (value == nullptr) return "";
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::vector<json::value> rows_of(const json::value& answer) {
    for (std::string_view key : {"items", "checks"})
        if (const auto* list = find(answer, key); list != nullptr && list->is_array())
            return {list->get_array().begin(), list->get_array().end()};
    if (answer.is_array()) return {answer.get_array().begin(), answer.get_array().end()};
    if (answer.is_null()) return {};
    return {answer};
}

std::vector<std::string> column_names(std::span<const std::string_view> columns,
                                      const std::vector<json::value>& rows) {
    std::vector<std::string> names(columns.begin(), columns.end());
    if (names.empty() && !rows.empty() && rows.front().is_object())
        for (const auto& entry : rows.front().get_object()) names.emplace_back(entry.key());
    return names;
}

void show_table(Terminal& terminal, const std::vector<json::value>& rows,
                const std::vector<std::string>& columns) {
    std::vector<std::vector<std::string>> cells{{}};
    for (const auto& column : columns) {
        auto title = column.substr(column.rfind('.') + 1);
        std::ranges::transform(title, title.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        cells[0].push_back(title);
    }
    for (const auto& row : rows) {
        auto& line = cells.emplace_back();
        for (const auto& column : columns) {
            auto text = printable(cell(row, column));
            std::ranges::replace(text, '\n', ' ');
            std::ranges::replace(text, '\t', ' ');
            line.push_back(std::move(text));
        }
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& line : cells)
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::min(std::max(widths[i], line[i].size()), cell_chars_max);
    for (const auto& line : cells) {
        std::string out;
        for (std::size_t i = 0; i < line.size(); ++i)
            out += i + 1 == line.size() ? line[i] : fmt::format("{:<{}}  ", line[i], widths[i]);
        while (out.ends_with(' ')) out.pop_back();
        terminal.result(out);
    }
}

void show_csv(Terminal& terminal, const std::vector<json::value>& rows,
              const std::vector<std::string>& columns) {
    auto line = [&](auto&& text_of) {
        std::string out;
        for (const auto& column : columns)
            out += (out.empty() && &column == &columns.front() ? "" : ",") + csv_cell(text_of(column));
        terminal.result(out);
    };
    line([](const std::string& column) { return column; });
    for (const auto& row : rows) line([&](const std::string& column) { return cell(row, column); });
}

}  // namespace

std::optional<Format> parse_format(std::string_view text) {
    if (text == "table") return Format::table;
    if (text == "json") return Format::json;
    if (text == "ndjson") return Format::ndjson;
    if (text == "csv") return Format::csv;
    return {};
}

std::string csv_cell(std::string_view text) {
    std::string out;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out = "'";
    out += text;
    if (out.find_first_of("\",\n\r") == std::string::npos) return out;
    std::string quoted = "\"";
    for (char c : out) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

void show(Terminal& terminal, Format format, const json::value& answer,
          std::span<const std::string_view> columns) {
    if (answer.is_null()) return;
    if (format == Format::json) return terminal.result(json::serialize(answer));
    auto rows = rows_of(answer);
    if (format == Format::ndjson) {
        for (const auto& row : rows) terminal.result(json::serialize(row));
        return;
    }
    auto names = column_names(columns, rows);
    if (format == Format::csv)
        show_csv(terminal, rows, names);
    else
        show_table(terminal, rows, names);
}

}  // namespace patrol::cli

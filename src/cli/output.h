// How answers are shown: table for people, JSON, NDJSON and CSV for programs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/terminal.h"

namespace patrol::cli {

enum class Format { table, json, ndjson, csv };
std::optional<Format> parse_format(std::string_view text);

// Lists show their items; other answers are one row. `columns` are dotted paths; without any, table and
// CSV show the members of the first row.
void show(Terminal& terminal, Format format, const json::value& answer,
          std::span<const std::string_view> columns);

// A cell of a spreadsheet must not become a formula: such text is prefixed with an apostrophe.
std::string csv_cell(std::string_view text);

}  // namespace patrol::cli

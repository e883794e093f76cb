#include "cli/output.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cli;

namespace {
struct Recorder final : Terminal {
    std::vector<std::string> lines;
    void result(std::string_view line) override { lines.emplace_back(line); }
    void say(std::string_view) override {}
    [[nodiscard]] bool interactive() const override { return false; }
    bool confirm(std::string_view) override { return false; }
    std::string read_line() override { return ""; }
};
const json::value answer = *parse_json(
    R"json({"items":[{"id":"acc_1","name":"=cmd()","counts":{"n":3}},{"id":"acc_22","name":"a,b"}]})json");
constexpr std::array<std::string_view, 3> columns{"id", "name", "counts.n"};
}  // namespace

TEST_CASE("a table lines up") {
    Recorder out;
    show(out, Format::table, answer, columns);
    CHECK(out.lines == std::vector<std::string>{"ID      NAME    N", "acc_1   =cmd()  3", "acc_22  a,b"});
}

TEST_CASE("a spreadsheet never sees a formula") {
    Recorder out;
    show(out, Format::csv, answer, columns);
    CHECK(out.lines[1] == "acc_1,'=cmd(),3");
    CHECK(out.lines[2] == "acc_22,\"a,b\",");
}

TEST_CASE("NDJSON is one item a line, JSON the answer whole") {
    Recorder lines;
    show(lines, Format::ndjson, answer, columns);
    CHECK(lines.lines.size() == 2);
    Recorder whole;
    show(whole, Format::json, answer, columns);
    CHECK(whole.lines.size() == 1);
}

TEST_CASE("control characters never reach a terminal") {
    CHECK(printable("a\x1b[31mb\x07") == "a?[31mb?");
    CHECK(printable("a\xc2\x9b"
                    "31m\xc2\xa9") == "a?31m\xc2\xa9");
}

TEST_CASE("nothing turns the direction of a line in a terminal") {
    CHECK(printable("\xe2\x80\xaetxt.exe\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f") == "?txt.exe???");
    CHECK(printable("\xe2\x80\x94 \xd8\xa7 \xe2\x80") == "\xe2\x80\x94 \xd8\xa7 \xe2\x80");
}

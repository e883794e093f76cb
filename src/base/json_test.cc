#include "base/json.h"

#include <cstdlib>

#include <doctest/doctest.h>

using namespace patrol;

TEST_CASE("good JSON is read and written compactly") {
    auto value = parse_json(R"( {"b": [1, 2.5, "x", null, true], "a": {}} )");
    REQUIRE(value);
    CHECK(to_text(*value) == R"({"b":[1,2.5E0,"x",null,true],"a":{}})");
}

TEST_CASE("hostile JSON is refused, not thrown") {
    for (auto text : {"", "{", "[1,]", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "[{\"k\":1,\"\\u006b\":2}]",
                      "1e999", "\"\\ud800\"", "\"\x80\"", "[1e999]"}) {
        CAPTURE(text);
        auto value = parse_json(text);
        REQUIRE_FALSE(value);
        CHECK(value.error().kind == Error::Kind::malformed);
    }
    CHECK_FALSE(parse_json(std::string(10'000, '[') + std::string(10'000, ']')));
}

TEST_CASE("nesting is allowed up to the limit") {
    auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(parse_json(nested(limits::json_depth)));
    CHECK_FALSE(parse_json(nested(limits::json_depth + 1)));
}

TEST_CASE("member access never throws") {
    auto value = *parse_json(R"({"s":"x","n":3,"b":true,"z":null})");
    CHECK(string_or(value, "s") == "x");
    CHECK(string_or(value, "n", "no") == "no");
    CHECK(int_or(value, "n") == 3);
    CHECK(bool_or(value, "b"));
    CHECK(find(value, "z") == nullptr);
    CHECK(find(json::value(1), "z") == nullptr);
}

TEST_CASE("numbers are read to the nearest double, so that writing and reading them again changes nothing") {
    for (std::string text : {"2.5706251595406655e+29", "1.4390544887271022e-10", "4194026090727436.5",
                             "1.0820242229605417", "5e-324", "1.7976931348623157e308", "-0.1"}) {
        CAPTURE(text);
        CHECK(parse_json(text)->get_double() == std::strtod(text.c_str(), nullptr));
    }
    CHECK(parse_json("1e-400")->get_double() == 0);
    CHECK(parse_json("18446744073709551615")->get_uint64() == UINT64_MAX);
    CHECK(parse_json("-9223372036854775808")->get_int64() == INT64_MIN);
}

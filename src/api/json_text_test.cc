#include "api/json_text.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::api;

TEST_CASE("a text is appended as it is serialised") {
    for (int first = 0; first < 128; ++first)
        for (const std::string_view around : {"", "x", "\xc3\xa9"}) {
            const std::string text = std::string(around) + static_cast<char>(first) + std::string(around);
            std::string out = "before";
            append_json_text(out, text);
            CHECK(out == "before" + to_text(json::value(text)));
        }
}

// Rules with one of each kind, and documents in the canonical form that they make. For tests.
#pragma once

#include <doctest/doctest.h>

#include "document/canonical.h"
#include "drift/diff.h"

namespace patrol::drift {

inline catalogue::Path path(std::string_view text) {
    auto out = catalogue::Path::parse(text);
    REQUIRE(out);
    return *out;
}

inline const document::Rules& rules() {
    static const auto out = [] {
        catalogue::ResourceType type;
        type.name = "AWS::Test::Thing";
        type.sets = {path("Ids"), path("Items[].Ids")};
        type.keyed = {{path("Items"), {"Id"}}, {path("Rules"), {"From", "To"}}};
        type.json = {path("Text")};
        type.ordered = {path("Steps")};
        type.defaults = {{path("Default"), 5}, {path("Items[].Mode"), "off"}};
        type.volatiles = {path("Seen")};
        return document::Rules::compile(type, {.keyed = {{.member = "Tags", .keys = {"Key"}}}});
    }();
    return out;
}

inline json::value canonical(const json::value& value) {
    auto out = parse_json(document::canonical_text(value, rules()), {.depth = 200});
    REQUIRE(out);
    return *out;
}

}  // namespace patrol::drift

#include "drift/diff.h"

#include <doctest/doctest.h>

#include "document/canonical_json.h"
#include "drift/diff_fixture.h"
#include "testing/random_json.h"

using namespace patrol;
using namespace patrol::drift;

namespace {

json::value read(std::string_view text) {
    auto out = parse_json(text);
    REQUIRE_MESSAGE(out, text);
    return canonical(*out);
}

std::vector<std::string> paths(std::string_view before, std::string_view after) {
    std::vector<std::string> out;
    for (const auto& change : diff(read(before), read(after), rules()))
        out.push_back((change.before ? change.after ? "~" : "-" : "+") + change.path);
    return out;
}
using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("paths say what changed") {
    CHECK(paths(R"({"A":1})", R"({"A":1})").empty());
    CHECK(paths(R"({"A":1,"B":2})", R"({"A":3,"C":2})") == Paths{"~A", "-B", "+C"});
    CHECK(paths(R"({"A":{"B":{"C":1}}})", R"({"A":{"B":{"C":2}}})") == Paths{"~A.B.C"});
    CHECK(paths(R"({"A":{"B":1}})", R"({"A":[1]})") == Paths{"~A"});
    CHECK(paths(R"({"Tags":[{"Key":"env","Value":"a"},{"Key":"x","Value":"1"}]})",
                R"({"Tags":[{"Key":"new","Value":""},{"Key":"env","Value":"b"}]})") ==
          Paths{"~Tags[Key=env].Value", "-Tags[Key=x]", "+Tags[Key=new]"});
    CHECK(paths(R"({"Rules":[{"From":1,"To":2,"P":"x"}]})", R"({"Rules":[{"From":1,"To":2,"P":"y"}]})") ==
          Paths{"~Rules[1,2].P"});
    CHECK(paths(R"({"Ids":["a","b"]})", R"({"Ids":["c","b"]})") == Paths{"-Ids[\"a\"]", "+Ids[\"c\"]"});
    CHECK(paths(R"({"L":["a","b","c"]})", R"({"L":["a","x","b","c"]})") == Paths{"+L[1]"});
    CHECK(paths(R"({"L":["a","b","c"]})", R"({"L":["a","c"]})") == Paths{"-L[1]"});
    CHECK(paths(R"({"L":[{"a":1},{"a":2}]})", R"({"L":[{"a":1},{"a":3}]})") == Paths{"~L[1].a"});
    CHECK(paths(R"({"Text":"{\"a\":1}"})", R"({"Text":"{\"a\":2}"})") == Paths{"~Text.a"});
    CHECK(paths("1", "2") == Paths{"~"});
}

TEST_CASE("another order of a list without a rule is one change of the list") {
    CHECK(paths(R"({"L":["a","b","c"]})", R"({"L":["c","a","b"]})") == Paths{"~L"});
    CHECK(paths(R"({"L":[{"a":1},{"a":2}]})", R"({"L":[{"a":2},{"a":1}]})") == Paths{"~L"});
    CHECK(paths(R"({"L":["a","b"]})", R"({"L":["b","b"]})") == Paths{"~L[0]"});
    // Where order has a meaning, places differ.
    CHECK(paths(R"({"Steps":["a","b"]})", R"({"Steps":["b","a"]})") == Paths{"~Steps[0]", "~Steps[1]"});
    testing::RandomJson random(12);
    for (int i = 0; i < testing::property_cases(); ++i) {
        json::array list;
        for (auto n = random.below(8); n > 0; --n) list.push_back(random.object({"a", "b"}, 1));
        auto turned = list;
        for (auto n = turned.size(); n > 1; --n) std::swap(turned[n - 1], turned[random.below(n)]);
        const auto before = canonical(json::object{{"L", list}});
        const auto after = canonical(json::object{{"L", turned}});
        const auto changes = diff(before, after, rules());
        CHECK(changes.size() <= 1);
        CHECK(document::canonical_json(apply(changes, before, rules())) == document::canonical_json(after));
    }
}

TEST_CASE("a value that is the default is as good as none") {
    CHECK(paths(R"({"A":1})", R"({"A":1,"Default":5})").empty());
    CHECK(paths(R"({"A":1})", R"({"A":1,"Default":5.0})").empty());
    CHECK(paths(R"({"A":1,"Default":6})", R"({"A":1,"Default":5})") == Paths{"-Default"});
    CHECK(paths(R"({"Items":[{"Id":1}]})", R"({"Items":[{"Id":1,"Mode":"off"}]})").empty());
    testing::RandomJson random(13);
    for (int i = 0; i < testing::property_cases(); ++i) {
        auto with = random.object({"A", "L", "Ids"}, 3);
        auto without = with;
        with["Default"] = 5;
        without.erase("Default");
        CHECK(diff(canonical(with), canonical(without), rules()).empty());
    }
}

TEST_CASE("changes beyond changes_max become one") {
    json::object before;
    json::object after;
    for (int i = 0; i < 6'000; ++i) after[std::to_string(i)] = i;
    const auto changes = diff(before, after, rules());
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].path.empty());
    CHECK(apply(changes, before, rules()) == json::value(after));
    for (int i = 0; i < 1'000; ++i) after.erase(std::to_string(i));
    CHECK(diff(before, after, rules()).size() == changes_max);
}

#include "drift/moving_paths.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "drift/path_pattern.h"

using namespace patrol;
using namespace patrol::drift;

namespace {

model::PathChange change(const std::string& path) {
    return {.path = path, .before = "1", .after = "2", .why = {}, .hidden_by = {}};
}

ResourceId resource(int number) { return ResourceId("res_" + std::to_string(number)); }

}  // namespace

TEST_CASE("elements of a list are one path, whatever their keys hold") {
    CHECK(path_of_all_elements("State.Name") == "State.Name");
    CHECK(path_of_all_elements("Rules[3].Hits") == "Rules[].Hits");
    CHECK(path_of_all_elements("Tags[Key=a[0]b].Value") == "Tags[].Value");
    CHECK(path_of_all_elements(R"(Sets["x"])") == "Sets[]");
    CHECK(path_of_all_elements("A[[1]][2].B") == "A[][].B");
    CHECK(path_of_all_elements("Open[x") == "Open[]");
    CHECK(path_of_all_elements("") == "");
}

TEST_CASE("the rule's path is one that a rule can have, and it fits what was seen") {
    for (const std::string path : {"Rules[3].Hits", "Tags[Key=a].Value", "A.B[0][1].C", "Last"}) {
        const auto pattern = PathPattern::parse(path_of_all_elements(path));
        REQUIRE(pattern);
        CHECK_MESSAGE(pattern->matches(path), path);
    }
}

TEST_CASE("resources and intervals are counted once each, the strongest evidence first") {
    MovingPaths paths;
    for (const std::size_t interval : {0U, 1U, 1U})
        paths.saw(interval, "AWS::Logs::LogGroup", resource(1), "app", change("StoredBytes"));
    for (int i = 0; i < 4; ++i)
        paths.saw(0, "AWS::EC2::Volume", resource(i), "disk", change("Tags[Key=a].Value"));
    paths.saw(1, "AWS::EC2::Volume", resource(9), "disk", change("Size"));
    const auto all = paths.all();
    REQUIRE(all.size() == 3);
    CHECK(all[0].path == "StoredBytes");
    CHECK(all[0].intervals == 2);
    CHECK(all[0].resources == 1);
    CHECK(all[0].sample_name == "app");
    CHECK(all[1].path == "Tags[].Value");
    CHECK(all[1].resources == 4);
    CHECK(all[1].sample_path == "Tags[Key=a].Value");
    CHECK(moves_by_itself(all[0]));
    CHECK(moves_by_itself(all[1]));
    CHECK_FALSE(moves_by_itself(all[2]));
}

TEST_CASE("a document that changed as a whole names no path") {
    MovingPaths paths;
    paths.saw(0, "AWS::EC2::Volume", resource(1), "disk", change(""));
    CHECK(paths.all().empty());
}

TEST_CASE("beyond limits::moving_paths new paths are counted, known ones go on") {
    MovingPaths paths;
    for (std::size_t i = 0; i < limits::moving_paths; ++i)
        paths.saw(0, "T", resource(1), "a", change("P" + std::to_string(i)));
    paths.saw(0, "T", resource(1), "a", change("OneMore"));
    paths.saw(1, "T", resource(2), "a", change("P0"));
    CHECK(paths.all().size() == limits::moving_paths);
    CHECK(paths.left_out() == 1);
    CHECK(paths.all().front().path == "P0");
}

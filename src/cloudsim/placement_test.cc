#include "cloudsim/placement.h"

#include <doctest/doctest.h>

#include "catalogue/catalogue.h"
#include "cloudsim/paging.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const catalogue::Catalogue& all_types() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return *loaded;
}

std::vector<json::value> selected(const catalogue::Path& path, const json::object& output) {
    std::vector<json::value> out;
    const json::value whole(output);
    for (const auto* match : path.select(whole)) out.push_back(*match);
    return out;
}

}  // namespace

TEST_CASE("what is placed is what the path of any type's list selects") {
    for (const auto& type : all_types().types()) {
        CAPTURE(type.name);
        std::vector<json::value> items{json::object{{"a", 1}}, json::object{{"a", 2}},
                                       json::object{{"a", 3}}};
        if (!type.list.result.is_plural()) items.resize(1);
        if (type.list.result.is_whole()) continue;  // a singleton's answer is the item
        json::object output;
        place(output, type.list.result, items);
        CHECK(selected(type.list.result, output) == items);
    }
}

TEST_CASE("no items are an empty list where the path has one") {
    json::object output;
    place(output, *catalogue::Path::parse("A.B[].C"), {});
    CHECK(output == parse_json(R"({"A":{"B":[]}})")->as_object());
    place(output, *catalogue::Path::parse("D"), {});
    CHECK(output.if_contains("D")->is_null());
}

TEST_CASE("pages: every item once, a token only while more follow") {
    catalogue::Pagination pagination{.in = {"Token"},
                                     .out = {*catalogue::Path::parse("List.Next")},
                                     .more = *catalogue::Path::parse("List.More"),
                                     .limit = "Max"};
    for (std::size_t size : {1, 2, 3, 7, 10}) {
        json::object input;
        std::vector<std::size_t> seen;
        std::size_t pages = 0;
        for (bool more = true; more; ++pages) {
            Pages page(pagination, input, size);
            REQUIRE(page.token_is_valid());
            for (std::size_t i = 0; i < 7; ++i)
                if (page.takes(i)) seen.push_back(i);
            json::object output;
            page.finish(output);
            const json::value whole(output);
            more = bool_or(*find(whole, "List"), "More");
            CHECK((find(*find(whole, "List"), "Next") != nullptr) == more);
            if (more) input["Token"] = string_or(*find(whole, "List"), "Next");
        }
        CHECK(seen == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6});
        CHECK(pages == (7 + size - 1) / size);
    }
}

TEST_CASE("a request may ask for smaller pages, not for larger ones; a token is one of ours") {
    catalogue::Pagination pagination{
        .in = {"Token"}, .out = {*catalogue::Path::parse("Next")}, .more = {}, .limit = "Max"};
    auto taken = [&](const json::object& input) {
        Pages page(pagination, input, 5);
        std::size_t count = 0;
        for (std::size_t i = 0; i < 100; ++i) count += page.takes(i) ? 1 : 0;
        return count;
    };
    CHECK(taken({}) == 5);
    CHECK(taken({{"Max", 2}}) == 2);
    CHECK(taken({{"Max", 50}}) == 5);
    CHECK(taken({{"Max", -1}}) == 5);
    for (const char* token : {"x", "bm9uZQ==", "cGFnZTo=", "cGFnZTp4", "cGFnZTotMQ=="})
        CHECK_FALSE(Pages(pagination, {{"Token", token}}, 5).token_is_valid());
    CHECK(page_position(page_token(42)) == 42);
}

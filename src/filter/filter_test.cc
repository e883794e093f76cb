#include "filter/filter.h"

#include <doctest/doctest.h>

#include <map>

#include "base/limits.h"
#include "testing/random_json.h"

using namespace patrol;
using namespace patrol::filter;

namespace {

class Fields final : public FieldSource {
public:
    explicit Fields(std::multimap<std::string, std::string> values) : values_(std::move(values)) {}
    void values(const Compare& compare, const std::function<bool(std::string_view)>& visit) const override {
        for (auto [at, end] = values_.equal_range(compare.field); at != end; ++at)
            if (!visit(at->second)) return;
    }

private:
    std::multimap<std::string, std::string> values_;
};

const Fields instance({{"type", "AWS::EC2::Instance"},
                       {"name", "Web-1"},
                       {"region", "eu-west-1"},
                       {"tag.env", "prod"},
                       {"tag.aws:cloudformation:stack-name", "shop"},
                       {"ip", "10.0.0.5"},
                       {"ip", "54.1.2.3"},
                       {"cpus", "8"},
                       {"first_seen", "2026-11-22T09:00:00.000Z"},
                       {"doc.State.Name", "running"},
                       {"text", "Web-1 i-0abc 10.0.0.5"}});

bool match(std::string_view text) {
    auto filter = parse(text);
    REQUIRE_MESSAGE(filter, text);
    return matches(*filter, instance);
}

std::string error_of(std::string_view text) {
    auto filter = parse(text);
    REQUIRE_MESSAGE(!filter, text);
    CHECK(filter.error().kind == Error::Kind::invalid);
    CHECK(filter.error().field == "q");
    return filter.error().message;
}

bool says(std::string_view text, std::string_view part) {
    return error_of(text).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each operator") {
    CHECK(match("name=Web-1"));
    CHECK_FALSE(match("name=web-1"));
    CHECK(match("name!=web-1"));
    CHECK(match("name:EB"));
    CHECK(match("name^we"));
    CHECK_FALSE(match("name^eb"));
    CHECK(match("region in (eu-west-1, us-east-1)"));
    CHECK(match("region IN(\"us-east-1\",'eu-west-1')"));
    CHECK_FALSE(match("region in (us-east-1)"));
    CHECK(match("cpus>7 cpus<16 cpus>=8 cpus<=8.0"));
    CHECK(match("cpus>-1"));
    CHECK_FALSE(match("cpus>10"));  // as numbers: as text 8 comes after 10
    CHECK(match("cpus=8.0"));
    CHECK(match("first_seen>2026-11-22"));
    CHECK(match("first_seen<=2026-11-22T10:00:00+01:00"));
    CHECK(match("first_seen = 2026-11-22T09:00:00Z"));
    CHECK_FALSE(match("first_seen<2026-11-22T09:00:00Z"));
}

TEST_CASE("and binds tighter than or, parentheses tighter, side by side is and") {
    CHECK(match("name=x and region=y or cpus=8"));
    CHECK_FALSE(match("name=x and (region=y or cpus=8)"));
    CHECK(match("cpus=8 region=eu-west-1"));
    CHECK_FALSE(match("cpus=8 region=x"));
    CHECK(match("((cpus=8))"));
    CHECK(match("cpus=8 AND name=Web-1 Or name=x"));
    CHECK(match(""));
    CHECK(match(" \t\n"));
}

TEST_CASE("words, quotes and signs in values") {
    CHECK(match("web-1"));
    CHECK(match("10.0.0.5"));
    CHECK_FALSE(match("web-2"));
    CHECK(match("\"i-0abc 10\""));
    CHECK(match("type=AWS::EC2::Instance"));
    CHECK_FALSE(match("AWS::EC2::Instance"));  // free text, not a field called AWS
    CHECK(match("tag.env=prod"));
    CHECK(match("tag.\"aws:cloudformation:stack-name\"=shop"));
    CHECK(match("tag.env in (\"prod\")"));
    CHECK(parse("in")->root);
    auto quoted = parse(R"(name="a \"b\" \\")");
    REQUIRE(quoted);
    CHECK(std::get<Compare>(quoted->root->as).values[0].text == R"(a "b" \)");
    auto empty = parse("tag.env=\"\"");
    REQUIRE(empty);
    CHECK(std::get<Compare>(empty->root->as).values[0].text.empty());
    CHECK(std::get<Compare>(parse("arn=arn:aws:s3:::b>c")->root->as).values[0].text == "arn:aws:s3:::b>c");
    CHECK(std::get<Compare>(parse("\"and\"")->root->as).field == "text");
}

TEST_CASE("absent fields satisfy != only; of several values one is enough, for != none may be equal") {
    CHECK_FALSE(match("tag.owner=x"));
    CHECK_FALSE(match("tag.owner:x"));
    CHECK_FALSE(match("tag.owner<5"));
    CHECK_FALSE(match("tag.owner=\"\""));
    CHECK(match("tag.owner!=x"));
    CHECK(match("ip=54.1.2.3"));
    CHECK(match("ip^10."));
    CHECK_FALSE(match("ip!=54.1.2.3"));
    CHECK(match("ip!=1.1.1.1"));
}

TEST_CASE("doc.* needs type= beside it or further out") {
    CHECK(match("type=AWS::EC2::Instance and doc.State.Name=running"));
    CHECK(match("type in (AWS::EC2::Instance) (doc.State.Name=running or doc.State.Name=stopped)"));
    CHECK(says("doc.State.Name=running", "position 1"));
    CHECK(says("type=x or doc.State.Name=running", "needs `type=`"));
    CHECK(says("type!=x and doc.State.Name=running", "position 13"));
    CHECK(says("(type=x and name=y) or (cpus=1 and doc.a=1)", "doc.a"));
    CHECK(parse("type=x and doc.a=1")->root);
}

TEST_CASE("mistakes are named with their position") {
    CHECK(says("name=", "position 6"));
    CHECK(says("name=x and", "position 11"));
    CHECK(says("=x", "position 1"));
    CHECK(says("name=\"x", "position 6"));
    CHECK(says("(name=x", "position 1"));
    CHECK(says("name=x)", "position 7"));
    CHECK(says("and name=x", "position 1"));
    CHECK(says("name=x or or y", "position 11"));
    CHECK(says("name in ()", "position 10"));
    CHECK(says("name in (a b)", "position 12"));
    CHECK(says("name in (a,", "position 12"));
    CHECK(says("name!x", "position 5"));
    CHECK(says("()", "position 2"));
    CHECK(says(",", "position 1"));
}

TEST_CASE("limits::filter_text_bytes, limits::filter_terms and nesting") {
    CHECK(says(std::string(limits::filter_text_bytes + 1, 'x'), "longer"));
    std::string many;
    for (std::size_t i = 0; i < limits::filter_terms; ++i) many += "a=1 ";
    CHECK(parse(many));
    CHECK(says(many + "a=1", "more than"));
    CHECK(parse(std::string(32, '(') + "x" + std::string(32, ')')));
    CHECK(says(std::string(33, '(') + "x" + std::string(33, ')'), "too deep"));
    CHECK(says("\xff", "not valid text"));
    CHECK(says(std::string_view("a\0b", 3), "not valid text"));
    CHECK(says(std::string(600, 'n') + "=1", "too long"));
}

TEST_CASE("a vocabulary refuses other fields and names the known ones") {
    constexpr std::string_view fields[] = {"name", "type"};
    const Vocabulary vocabulary{.fields = fields, .documents = true};
    CHECK(parse("name=x tag.a=b word text:x type=y doc.a=1", vocabulary));
    auto bad = parse("name=x and colour=red", vocabulary);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().message.find("position 12") != std::string::npos);
    CHECK(bad.error().hint.find("name, type, tag.<key>") != std::string::npos);
    CHECK_FALSE(parse("label.a=b", vocabulary));
    CHECK_FALSE(parse("tag.=b", vocabulary));
}

TEST_CASE("the text of a filter parses to the same filter; no text breaks the parser") {
    testing::RandomJson random(7);
    const std::vector<std::string> pieces{"name", "tag.env", "=",       "!=",    ":",      "^",  ">",
                                          ">=",   "<",       " in ",    "(",     ")",      ",",  " ",
                                          " ",    " and ",   " or ",    "\"",    "'",      "\\", "x",
                                          "5",    "AWS::S3", "\"a b\"", "doc.x", "type=y", "é",  "!"};
    int good = 0;
    for (int i = 0; i < testing::property_cases() * 10; ++i) {
        std::string text;
        for (auto n = random.below(10); n > 0; --n) text += random.one_of(pieces);
        const auto filter = parse(text);
        if (!filter) {
            CHECK(filter.error().field == "q");
            continue;
        }
        ++good;
        CAPTURE(text);
        const auto written = to_text(*filter);
        const auto again = parse(written);
        REQUIRE_MESSAGE(again, written);
        CHECK(again->root == filter->root);
        CHECK(matches(*again, instance) == matches(*filter, instance));
    }
    CHECK(good > 100);
}

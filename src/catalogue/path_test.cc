#include "catalogue/path.h"

#include <doctest/doctest.h>

#include <random>

#include "catalogue/expression.h"

using namespace patrol;
using namespace patrol::catalogue;

namespace {

json::value doc(std::string_view text) { return parse_json(text).value(); }
Path path(std::string_view text) { return Path::parse(text).value(); }

std::vector<std::string> texts(std::string_view where, const json::value& from) {
    std::vector<std::string> out;
    for (const auto* found : path(where).select(from)) out.push_back(to_text(*found));
    return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a path selects members, elements and map values") {
    auto d = doc(R"({"A":{"B":[{"C":1},{"C":2},{"D":3}]},"M":{"x y":"z"},"L":["a","b"]})");
    CHECK(texts("A.B[].C", d) == Texts{"1", "2"});
    CHECK(texts("L[]", d) == Texts{"\"a\"", "\"b\""});
    CHECK(texts("M{x y}", d) == Texts{"\"z\""});
    CHECK(texts("M.{x y}", d) == Texts{"\"z\""});
    CHECK(texts("@", d).size() == 1);
    CHECK(texts("A.B.C", d).empty());
    CHECK(texts("Nothing[].C", d).empty());
    CHECK(path("{QueueArn}").text_of(doc(R"({"QueueArn":"arn"})")) == "arn");
    CHECK(path("A.B[].C").text_of(d) == "1");
    CHECK(path("$item.A").root() == Path::Root::listed);
    CHECK(path("$item").is_whole());
    CHECK(path("A[].B").is_plural());
}

TEST_CASE("a null is a match, but no value") {
    auto d = doc(R"({"A":null,"B":[{"A":null},{"A":2}]})");
    CHECK(path("A").select(d).size() == 1);
    CHECK(path("A").first(d) == nullptr);
    CHECK(path("B[].A").text_of(d) == "2");
}

TEST_CASE("what is no path is refused with the text named") {
    for (auto text :
         {"", "A..B", ".A", "A.", "[]", "A[0]", "A[", "{", "{}", "A.{", "A b", "$item.", "$itemA", "A]"})
        CHECK_MESSAGE(!Path::parse(text), text);
    CHECK(!Path::parse(std::string(Path::max_bytes + 1, 'a')));
    std::string deep = "a";
    for (std::size_t at = 0; at < Path::max_steps; ++at) deep += ".a";
    CHECK(!Path::parse(deep));
    CHECK(Path::parse("A b").error().message == "The path \"A b\" has an unexpected \" \".");
}

TEST_CASE("matches can be changed, removed and set") {
    auto d = doc(R"({"A":[{"S":"x","T":1},{"S":"y"},5]})");
    path("A[].S").for_each(d, [](json::value& found) { found = "mark"; });
    CHECK(to_text(d) == R"({"A":[{"S":"mark","T":1},{"S":"mark"},5]})");
    CHECK(path("A[].S").remove(d) == 2);
    CHECK(to_text(d) == R"({"A":[{"T":1},{},5]})");
    CHECK(path("A[]").remove(d) == 3);
    CHECK(path("A.B").set(d, 1) == false);
    CHECK(path("N.M").set(d, 1));
    CHECK(to_text(d) == R"({"A":[],"N":{"M":1}})");
    CHECK(path("@").remove(d) == 1);
    CHECK(d.is_null());
}

TEST_CASE("the holder of a path's last member is visited") {
    auto d = doc(R"({"A":[{"S":1},{"T":2},{"S":3}]})");
    int seen = 0;
    path("A[].S").for_each_holder(d, [&](std::string_view name, json::object& holder) {
        CHECK(name == "S");
        holder["seen"] = true;
        ++seen;
    });
    CHECK(seen == 2);
    CHECK(texts("A[].seen", d) == Texts{"true", "true"});
}

TEST_CASE("paths are joined") {
    CHECK((path("A[]") / path("B.C")).text() == "A[].B.C");
    CHECK((path("A[]") / path("B.C")) == path("A[].B.C"));
    CHECK((path("@") / path("B")) == path("B"));
    CHECK((path("A") / path("@")) == path("A"));
}

namespace {

json::value random_value(std::mt19937& random, int depth) {
    auto kind = random() % (depth > 4 ? 4 : 6);
    const char* names[] = {"A", "B", "C", "x y"};
    if (kind == 0) return nullptr;
    if (kind == 1) return static_cast<std::int64_t>(random());
    if (kind == 2) return "text";
    if (kind == 3) return (random() & 1) != 0;
    if (kind == 4) {
        json::array out;
        for (auto count = random() % 4; count; --count) out.push_back(random_value(random, depth + 1));
        return out;
    }
    json::object out;
    for (auto count = random() % 5; count; --count)
        out[names[random() % 4]] = random_value(random, depth + 1);
    return out;
}

std::string random_text(std::mt19937& random) {
    const char* parts[] = {"A", "B", "C", ".", "[]", "{x y}", "$item", "@", "^",
                           "[", "]", "{", "}", "'",  ",",     "*9",    "1"};
    std::string out;
    for (auto count = 1 + random() % 8; count; --count) out += parts[random() % std::size(parts)];
    return out;
}

}  // namespace

TEST_CASE("any text parses or is refused, and any path walks any document") {
    std::mt19937 random(20261122);
    int parsed = 0;
    for (int round = 0; round < 20000; ++round) {
        auto text = random_text(random);
        auto value = random_value(random, 0);
        if (auto expression = Expression::parse(text))
            (void)evaluate(*expression, {.item = &value, .parent = &value, .account = "1", .scope = "s"});
        auto found = Path::parse(text);
        if (!found) continue;
        ++parsed;
        CHECK(*Path::parse(found->text()) == *found);
        auto matches = found->select(value).size();
        std::size_t visited = 0;
        auto copy = value;
        found->for_each(copy, [&](json::value&) { ++visited; });
        CHECK(matches == visited);
        CHECK(copy == value);
        found->remove(copy);
        CHECK((found->is_whole() || found->select(copy).empty()));
        found->set(copy, "set");
    }
    CHECK(parsed > 1000);
}

TEST_CASE("expressions") {
    auto item = doc(R"({"Arn":"a","N":{"M":"m"},"L":["x","y"]})");
    auto parent = doc(R"({"Id":"p"})");
    auto listed = doc(R"("url")");
    Bindings bindings{
        .item = &item, .listed = &listed, .parent = &parent, .account = "123456789012", .scope = "REGIONAL"};
    auto value = [&](std::string_view text) {
        auto expression = Expression::parse(text);
        REQUIRE_MESSAGE(expression, text);
        auto out = evaluate(*expression, bindings);
        return out ? to_text(*out) : "none";
    };
    CHECK(value("'self'") == "\"self\"");
    CHECK(value("1000") == "1000");
    CHECK(value("true") == "true");
    CHECK(value("Arn") == "\"a\"");
    CHECK(value("N.M") == "\"m\"");
    CHECK(value("$item") == "\"url\"");
    CHECK(value("^Id") == "\"p\"");
    CHECK(value("$account") == "\"123456789012\"");
    CHECK(value("$scope") == "\"REGIONAL\"");
    CHECK(value("['a','b']") == R"(["a","b"])");
    CHECK(value("[Arn]") == R"(["a"])");
    CHECK(value("[{'Name':'type','Values':['static']}]") == R"([{"Name":"type","Values":["static"]}])");
    CHECK(value("{'type':Arn,'name':N.M}") == R"({"type":"a","name":"m"})");
    CHECK(value("Missing") == "none");
    CHECK(value("[Missing]") == "none");
    auto each = Expression::parse("$each:[REGIONAL,CLOUDFRONT@us-east-1]").value();
    REQUIRE(each.each.size() == 2);
    CHECK(each.each[1] == EachValue{"CLOUDFRONT", "us-east-1"});
    CHECK(Expression::parse("$each:ServiceNamespace")->enumeration == "ServiceNamespace");
    auto batch = Expression::parse("[.]*100").value();
    CHECK(batch.kind == Expression::Kind::batch);
    CHECK(batch.batch_size == 100);
    for (auto text :
         {"", "'open", "[a", "[a]*0", "[a]*1001", "[a,b]*2", "{'a'}", "{'a':1", "$each:", "$each:[", "a b"})
        CHECK_MESSAGE(!Expression::parse(text), text);
    CHECK(!Expression::parse(std::string(20, '[')));
}

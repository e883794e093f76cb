#include <doctest/doctest.h>

#include "base/limits.h"
#include "document/canonical.h"
#include "document/canonical_json.h"
#include "document/policy.h"
#include "testing/random_json.h"

using namespace patrol;
using namespace patrol::document;
using catalogue::Path;
using testing::RandomJson;

namespace {

json::value read(std::string_view text) {
    auto out = parse_json(text, {.depth = limits::document_json_depth});
    REQUIRE_MESSAGE(out, text);
    return *out;
}

std::string number(double value) {
    std::string out;
    append_number(out, value);
    return out;
}

Path path(std::string_view text) {
    auto out = Path::parse(text);
    REQUIRE(out);
    return *out;
}

// A type with one rule of each kind, on names that random documents use.
catalogue::ResourceType sample_type() {
    catalogue::ResourceType out;
    out.name = "AWS::Test::Thing";
    out.volatiles = {path("LastUsed"), path("Config.Noise"), path("Items[].Noise")};
    out.state = {path("Status"), path("State.Name")};
    out.state_important = {path("State.Name")};
    out.json = {path("Text"), path("Items[].Text")};
    out.policies = {path("Document")};
    out.sets = {path("Ids"), path("Config.Ids"), path("Items[].Ids[]")};
    out.keyed = {{path("Items"), {"Id", "Sub.Id"}}, {path("Config.Rules"), {"Id"}}};
    return out;
}

catalogue::MemberRules sample_names() {
    return {.keyed = {{.member = "Tags", .keys = {"Key"}}},
            .sets = {"Zones"},
            .policies = {"Policy"},
            .json = {"Json"}};
}

const std::vector<std::string> names{"LastUsed", "Config",    "Noise",    "Items", "Status", "State",
                                     "Name",     "Text",      "Document", "Ids",   "Rules",  "Id",
                                     "Sub",      "Tags",      "Key",      "Value", "Zones",  "Policy",
                                     "Json",     "Statement", "Action",   "List"};

// Random texts of JSON where rules expect them, random tags.
json::value sample_document(RandomJson& random) {
    auto out = random.object(names, 5);
    if (random.one_in(2)) out["Text"] = to_text(random.document(names));
    if (random.one_in(3)) out["Json"] = to_text(random.object(names));
    json::array tags;
    for (auto n = random.below(4); n > 0; --n)
        tags.push_back({{"Key", random.text()}, {"Value", random.text()}});
    out["Tags"] = tags;
    json::array items;
    for (auto n = random.below(5); n > 0; --n) {
        items.push_back(random.object(names, 3));
        items.back().get_object()["Id"] = random.text();
    }
    out["Items"] = items;
    json::array ids;
    for (auto n = random.below(5); n > 0; --n) ids.push_back(random.scalar());
    out["Ids"] = ids;
    return out;
}

// Another order wherever order means nothing. `any` lists keep theirs.
json::value shuffled(const json::value& value, const Rules& rules, const Place& place, RandomJson& random) {
    if (place.is(treat_policy) && is_policy(value)) return value;  // has rules of its own
    if (const auto* object = value.if_object()) {
        json::object out = random.shuffled(*object);
        for (auto& member : out)
            member.value() = shuffled(member.value(), rules, rules.member(place, view(member.key())), random);
        return out;
    }
    if (const auto* list = value.if_array()) {
        json::array out;
        for (const auto& element : *list)
            out.push_back(shuffled(element, rules, rules.element(place), random));
        if (order_of(place, *list) != ListOrder::ordered) random.shuffle(out);
        return out;
    }
    return value;
}

}  // namespace

TEST_CASE("numbers are written as ECMAScript does") {
    CHECK(number(0) == "0");
    CHECK(number(-0.0) == "0");
    CHECK(number(1) == "1");
    CHECK(number(-1.5) == "-1.5");
    CHECK(number(4.50) == "4.5");
    CHECK(number(2e-3) == "0.002");
    CHECK(number(0.000001) == "0.000001");
    CHECK(number(1e-7) == "1e-7");
    CHECK(number(1.5e-7) == "1.5e-7");
    CHECK(number(1e21) == "1e+21");
    CHECK(number(1e20) == "100000000000000000000");
    CHECK(number(123456789012345680000.0) == "123456789012345680000");
    CHECK(number(333333333.33333329) == "333333333.3333333");
    CHECK(number(5e-324) == "5e-324");
    CHECK(number(1.7976931348623157e308) == "1.7976931348623157e+308");
    CHECK(number(9007199254740992.0) == "9007199254740992");
    CHECK(number(295147905179352830000.0) == "295147905179352830000");
}

TEST_CASE("canonical JSON gives the example of RFC 8785") {
    CHECK(canonical_json(read(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
        "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})")) ==
          R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
          R"("string":"€$\u000f\nA'B\"\\\\\"/"})");
    CHECK(canonical_json(
              read(R"({"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7})")) ==
          "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":7,\"€\":1,\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":"
          "3}");
}

TEST_CASE("integers of 64 bits are exact, the one deviation") {
    CHECK(canonical_json(read("[9007199254740993,18446744073709551615,-9223372036854775808]")) ==
          "[9007199254740993,18446744073709551615,-9223372036854775808]");
}

TEST_CASE("invalid UTF-8 becomes the replacement character") {
    std::string out;
    append_string(out,
                  "a\xff"
                  "b\xc3");
    CHECK(out ==
          "\"a\xef\xbf\xbd"
          "b\xef\xbf\xbd\"");
    out.clear();
    append_string(out, "\xed\xa0\x80");  // a surrogate
    CHECK(parse_json(out));
}

TEST_CASE("canonical JSON parses to the same value and is stable") {
    RandomJson random(1);
    for (int i = 0; i < testing::property_cases(); ++i) {
        const auto value = random.document(names);
        const auto text = canonical_json(value);
        const auto again = parse_json(text);
        REQUIRE_MESSAGE(again, text);
        CHECK(canonical_json(*again) == text);
        std::string compact;
        append_compact(compact, value);
        CHECK(canonical_json(read(compact)) == text);
    }
}

TEST_CASE("rules leave out volatile and state values and order what has no order") {
    const auto rules = Rules::compile(sample_type(), sample_names());
    const auto text = [&](std::string_view document) { return canonical_text(read(document), rules); };
    CHECK(
        text(
            R"({"LastUsed":1,"Status":"x","State":{"Name":"on","Why":"z"},"Config":{"Noise":2,"Other":3}})") ==
        R"({"Config":{"Other":3},"State":{"Name":"on","Why":"z"}})");
    CHECK(text(R"({"Ids":["b","a","b"],"List":["b","a"],"Zones":["z","y"]})") ==
          R"({"Ids":["a","b"],"List":["b","a"],"Zones":["y","z"]})");
    CHECK(text(R"({"Tags":[{"Key":"b","Value":"1"},{"Key":"a","Value":"2"}]})") ==
          R"({"Tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":"1"}]})");
    // A name rule needs its key in every element.
    CHECK(text(R"({"Tags":[{"Key":"b"},{"Other":"a"}]})") == R"({"Tags":[{"Key":"b"},{"Other":"a"}]})");
    CHECK(
        text(
            R"({"Items":[{"Id":"b","Ids":[2,1]},{"Id":"a","Sub":{"Id":2}},{"Id":"a","Sub":{"Id":1},"Noise":1}]})") ==
        R"({"Items":[{"Id":"a","Sub":{"Id":1}},{"Id":"a","Sub":{"Id":2}},{"Id":"b","Ids":[1,2]}]})");
    CHECK(text(R"({"Text":"{\"b\":1,\"a\":[2,1]}"})") == R"({"Text":{"a":[2,1],"b":1}})");
    CHECK(text(R"({"Text":"%7B%22b%22%3A1%7D"})") == R"({"Text":{"b":1}})");
    CHECK(text(R"({"Text":"{not json"})") == R"({"Text":"{not json"})");
    CHECK(text(R"({"Text":"\"{}\""})") == R"({"Text":"\"{}\""})");
    CHECK(canonical_text(read(R"({"b":[2,1],"a":"{}"})"), Rules()) == R"({"a":"{}","b":[2,1]})");
}

TEST_CASE("the canonical form is its own canonical form, and order that means nothing is nothing") {
    const auto rules = Rules::compile(sample_type(), sample_names());
    RandomJson random(2);
    for (int i = 0; i < testing::property_cases(); ++i) {
        const auto document = sample_document(random);
        const auto text = canonical_text(document, rules);
        CHECK(canonical_text(read(text), rules) == text);
        CHECK(canonical_text(shuffled(document, rules, rules.root(), random), rules) == text);
    }
}

TEST_CASE("order is kept where no rule says otherwise") {
    const auto rules = Rules::compile(sample_type(), sample_names());
    RandomJson random(3);
    for (int i = 0; i < testing::property_cases(); ++i) {
        auto list = random.document(names);
        json::array pair{random.scalar(), json::array{list}};
        const json::array turned{pair[1], pair[0]};
        CHECK(canonical_text({{"List", pair}}, rules) != canonical_text({{"List", turned}}, rules));
    }
}

TEST_CASE("policies that mean the same have one form") {
    const auto form = [](std::string_view text) { return canonical_json(normalise_policy(read(text))); };
    const auto reference =
        form(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:getobject",
        "s3:listbucket"],"Principal":{"AWS":["arn:aws:iam::123456789012:root"]},"Resource":["arn:aws:s3:::A","arn:aws:s3:::b"],
        "Condition":{"Bool":{"aws:securetransport":["true"]}}}]})");
    CHECK(form(R"({"Statement":{"Sid":"","Resource":["arn:aws:s3:::b","arn:aws:s3:::A","arn:aws:s3:::b"],
        "Principal":{"AWS":"123456789012"},"Action":["s3:ListBucket","S3:GetObject","s3:getObject"],"Effect":"Allow",
        "Condition":{"Bool":{"aws:SecureTransport":true}}},"Version":"2012-10-17"})") == reference);
    CHECK(form(R"({"Statement":[{"Principal":"*"}]})") ==
          form(R"({"Statement":{"Principal":{"AWS":["*"]}}})"));
    CHECK(form(R"({"Statement":[{"Sid":"B","Action":"a:b"},{"Sid":"A","Action":"c:d"}]})") ==
          form(R"({"Statement":[{"Sid":"A","Action":["c:d"]},{"Action":["a:b"],"Sid":"B"}]})"));
    SUBCASE("and what differs stays different") {
        CHECK(form(R"({"Statement":{"Resource":"A"}})") != form(R"({"Statement":{"Resource":"a"}})"));
        CHECK(form(R"({"Statement":{"Action":"s3:*"}})") !=
              form(R"({"Statement":{"Action":["s3:*","s3:Get*"]}})"));
        CHECK(form(R"({"Statement":{"Principal":{"AWS":"AROAXXXX"}}})") !=
              form(R"({"Statement":{"Principal":{"AWS":"arn:aws:iam::123456789012:role/x"}}})"));
        CHECK(form(R"({"Statement":{"Condition":{"StringEquals":{"a":"X"}}}})") !=
              form(R"({"Statement":{"Condition":{"StringEquals":{"a":"x"}}}})"));
    }
    SUBCASE("and what is no policy is left alone") {
        CHECK(form(R"({"Statement":["x"]})") == R"({"Statement":["x"]})");
        CHECK(form(R"([2,1])") == "[2,1]");
    }
}

TEST_CASE("a policy's form is stable, whatever its statements hold") {
    RandomJson random(4);
    const std::vector<std::string> words{"Sid",           "Effect",        "Action",   "Resource",
                                         "Principal",     "Condition",     "AWS",      "StringEquals",
                                         "aws:SourceArn", "aws:sourcearn", "Statement"};
    for (int i = 0; i < testing::property_cases(); ++i) {
        json::array statements;
        for (auto n = random.below(4); n > 0; --n) statements.push_back(random.object(words, 3));
        const json::value policy{{"Statement", statements}};
        const auto once = normalise_policy(policy);
        CHECK(canonical_json(normalise_policy(once)) == canonical_json(once));
        random.shuffle(statements);
        CHECK(canonical_json(normalise_policy({{"Statement", statements}})) == canonical_json(once));
    }
}

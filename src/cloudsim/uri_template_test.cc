#include "cloudsim/uri_template.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cloudsim;

namespace {
std::optional<UriMatch> match(std::string_view uri, std::string_view target) {
    auto mark = target.find('?');
    auto query =
        mark == std::string_view::npos ? net::QueryPairs{} : *net::parse_query(target.substr(mark + 1));
    return match_uri(uri, target.substr(0, mark), query);
}
}  // namespace

TEST_CASE("labels take one segment, decoded") {
    auto found =
        match("/2015-03-31/functions/{FunctionName}/policy", "/2015-03-31/functions/a%2Fb%20c/policy");
    REQUIRE(found);
    CHECK(found->labels == Labels{{"FunctionName", "a/b c"}});
    CHECK_FALSE(match("/functions/{FunctionName}", "/functions"));
    CHECK_FALSE(match("/functions/{FunctionName}", "/functions/"));
    CHECK_FALSE(match("/functions/{FunctionName}", "/functions/a/b"));
    CHECK_FALSE(match("/functions/{FunctionName}", "/functions/%zz"));
}

TEST_CASE("a greedy label takes the rest") {
    auto found = match("/v1/tags/{resourceArn+}", "/v1/tags/arn:aws:x/y/z");
    REQUIRE(found);
    CHECK(found->labels.at("resourceArn") == "arn:aws:x/y/z");
}

TEST_CASE("a static query must be there and is more specific than literals") {
    CHECK_FALSE(match("/{Bucket}?policy", "/b"));
    CHECK_FALSE(match("/{Bucket}?policy", "/b?policyStatus"));
    auto plain = match("/{Bucket}", "/b?policy");
    auto policy = match("/{Bucket}?policy", "/b?policy");
    REQUIRE(plain);
    REQUIRE(policy);
    CHECK(policy->score > plain->score);
    CHECK(match("/a/b", "/a/b")->score > match("/a/{x}", "/a/b")->score);
    CHECK(match("/", "/"));
    CHECK(match("/{Bucket}?policy", "/with.dots.in.it?policy")->labels.at("Bucket") == "with.dots.in.it");
}

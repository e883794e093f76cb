#include "access/extra_policy.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::access;

TEST_CASE("the extra policy fits and allows reads only") {
    auto catalogue = catalogue::Catalogue::load_embedded();
    REQUIRE(catalogue);
    auto policy = extra_policy(*catalogue, "aws");
    CHECK(json::serialize(policy).size() <= managed_policy_chars_max);
    for (const auto& action : policy.at("Statement").at(0).at("Action").as_array()) {
        std::string_view text = action.as_string();
        CAPTURE(text);
        auto verb = text.substr(text.find(':') + 1);
        bool read = false;
        for (std::string_view start : {"Get", "List", "Describe", "BatchGet", "Search", "View"})
            read = read || verb.starts_with(start);
        CHECK(read);
        CHECK(text.find('*') == std::string_view::npos);
        CHECK(text.find('#') == std::string_view::npos);
    }
}

TEST_CASE("it follows the partition") {
    auto catalogue = catalogue::Catalogue::load_embedded();
    REQUIRE(catalogue);
    CHECK(json::serialize(extra_policy(*catalogue, "aws-us-gov")).find("arn:aws:") == std::string::npos);
    CHECK(extra_policy_arn("aws-cn", "111122223333") ==
          "arn:aws-cn:iam::111122223333:policy/PatrolReadOnlyExtra");
}

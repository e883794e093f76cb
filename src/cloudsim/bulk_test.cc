#include "cloudsim/bulk.h"

#include <doctest/doctest.h>

#include <set>

#include "catalogue/catalogue.h"
#include "cloud/aws/protocol.h"

using namespace patrol;
using namespace patrol::cloudsim;

TEST_CASE("the bulk pages are EC2's own answers: every item once, linked to each other") {
    auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    const auto& ec2 = *loaded->api().service("ec2");
    BulkPages bulk(2'500, "111122223333", "us-east-1");
    struct Listing {
        const char* operation;
        const char* path;
    };
    for (auto [operation, path] :
         {Listing{"DescribeInstances", "Reservations[].Instances[].InstanceId"},
          Listing{"DescribeVolumes", "Volumes[].Attachments[].InstanceId"},
          Listing{"DescribeNetworkInterfaces", "NetworkInterfaces[].Attachment.InstanceId"}}) {
        CAPTURE(operation);
        std::set<std::string> ids;
        std::string token;
        int pages = 0;
        do {
            auto answer = aws::decode(ec2, *ec2.operation(operation),
                                      {.status = 200, .body = *bulk.page(operation, token)});
            REQUIRE(answer);
            for (const auto* id : catalogue::Path::parse(path)->select(*answer)) ids.emplace(id->as_string());
            token = string_or(*answer, "NextToken");
            ++pages;
        } while (!token.empty());
        CHECK(pages == 3);
        CHECK(ids.size() == 2'500);
    }
    CHECK_FALSE(BulkPages::knows("DescribeVpcs"));
}

TEST_CASE("a page of the bulk inventory is about 2.3 kB an instance") {
    BulkPages bulk(1'000, "111122223333", "us-east-1");
    auto bytes = bulk.page("DescribeInstances", "")->size() / 1'000;
    CHECK(bytes > 2'000);
    CHECK(bytes < 3'000);
}

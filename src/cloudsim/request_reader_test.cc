#include "cloudsim/request_reader.h"

#include <doctest/doctest.h>

#include "catalogue/catalogue.h"
#include "cloud/aws/protocol.h"
#include "cloudsim/sample_document.h"

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

const model::ApiModel& api() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded);
    return loaded->api();
}

net::ServerRequest as_server_sees(const aws::WireRequest& request) {
    net::ServerRequest out{
        .method = request.method, .path = request.path, .headers = request.headers, .body = request.body};
    out.target = request.path + (request.query.empty() ? "" : "?" + request.query);
    out.query = net::parse_query(request.query).value_or(net::QueryPairs{});
    return out;
}

std::string_view signing_name(const model::Service& service) {
    return service.endpoint.signing_name.empty() ? std::string_view(service.id)
                                                 : service.endpoint.signing_name;
}

// Services that share a signing name and an API (RDS, DocumentDB and Neptune) are read as the first.
// S3's two lists of buckets differ by their host alone, and the simulated cloud has one.
bool is_shadowed(const model::Service& service, const model::Operation& operation) {
    return service.id == "docdb" || service.id == "neptune" || operation.name == "ListDirectoryBuckets";
}

std::string difference(const RequestReader& reader, const model::Service& service,
                       const model::Operation& operation) {
    json::value input(json::object{});
    if (operation.input != model::no_shape) input = test::SampleDocument(service, 7).of(operation.input);
    auto name = service.id + "." + operation.name;
    auto request = aws::encode(service, operation, input);
    if (!request) return name + ": " + describe(request.error());
    auto read = reader.read(as_server_sees(*request), signing_name(service));
    if (!read) return name + ": " + describe(read.error());
    if (read->service != &service || read->operation != &operation)
        return fmt::format("{} is taken for {}.{}", name, read->service->id, read->operation->name);
    if (json::value(read->input) == input) return "";
    return fmt::format("{}:\n  sent {}\n  read {}", name, to_text(input), json::serialize(read->input));
}

}  // namespace

TEST_CASE("every call that Patrol can send is understood: service, operation and input") {
    RequestReader reader(api());
    std::vector<std::string> differences;
    test::each_operation(api(), [&](const auto& service, const auto& operation) {
        if (is_shadowed(service, operation)) return;
        if (auto each = difference(reader, service, operation); !each.empty())
            differences.push_back(each.substr(0, 900));
    });
    for (const auto& each : differences) MESSAGE(each);
    CHECK(differences.empty());
}

TEST_CASE("forms: lists, structures in lists, and what is not a member") {
    RequestReader reader(api());
    auto read = [&](std::string body, std::string_view service) {
        return reader.read({.method = "POST",
                            .path = "/",
                            .headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
                            .body = std::move(body)},
                           service);
    };
    auto vpcs = read(
        "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=state&Filter.1.Value.1=a&Filter.1.Value.2=b&"
        "MaxResults=5&Bogus=1",
        "ec2");
    REQUIRE(vpcs);
    CHECK(json::value(vpcs->input) ==
          parse_json(R"({"Filters":[{"Name":"state","Values":["a","b"]}],"MaxResults":5})").value());
    CHECK_FALSE(read("Action=RunEverything&Version=2016-11-15", "ec2"));
    CHECK_FALSE(read("Action=DescribeVpcs&Version=1999-01-01", "ec2"));
    CHECK_FALSE(read("Action=DescribeVpcs&Version=2016-11-15", "nothing"));
    CHECK_FALSE(read("Action=%zz", "ec2"));
    // The DB clusters of DocumentDB are asked for by RDS's own call.
    auto clusters = read("Action=DescribeDBClusters&Version=2014-10-31", "rds");
    REQUIRE(clusters);
    CHECK(clusters->service->id == "rds");
}

TEST_CASE("targets may be written in full; bodies must be objects") {
    RequestReader reader(api());
    auto read = [&](std::string target, std::string body) {
        return reader.read({.method = "POST",
                            .path = "/",
                            .headers = {{"x-amz-target", std::move(target)}},
                            .body = std::move(body)},
                           "cloudtrail");
    };
    CHECK(read("CloudTrail_20131101.DescribeTrails", "{}"));
    CHECK(read("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails", ""));
    CHECK_FALSE(read("XCloudTrail_20131101.DescribeTrails", "{}"));
    CHECK_FALSE(read("DescribeTrails", "{}"));
    CHECK_FALSE(read("CloudTrail_20131101.DescribeTrails", "[]"));
    CHECK_FALSE(read("CloudTrail_20131101.DescribeTrails", "{"));
}

TEST_CASE("an unknown call is refused by a service of its own protocol") {
    RequestReader reader(api());
    net::ServerRequest form{.headers = {{"content-type", "application/x-www-form-urlencoded"}}};
    net::ServerRequest json{.headers = {{"x-amz-target", "TrentService.Encrypt"}}};
    net::ServerRequest rest{.method = "GET", .path = "/nothing/here/at/all"};
    REQUIRE(reader.service_for(form, "ec2") != nullptr);
    CHECK(reader.service_for(form, "ec2")->id == "ec2");
    CHECK(reader.service_for(json, "kms")->id == "kms");
    CHECK(reader.service_for(rest, "s3")->protocol == model::Protocol::rest_xml);
    CHECK(reader.service_for(rest, "unheard-of") == nullptr);
}

#include "cloud/aws/protocol.h"

#include <doctest/doctest.h>

#include "cloud/aws/test_services.h"

using namespace patrol;
using namespace patrol::aws;
using namespace patrol::aws::test;

namespace {

Result<WireRequest> write(const Service& service, std::string_view operation, std::string_view input) {
    return encode(service, *service.operation(operation), parse_json(input).value());
}

std::string header(const WireRequest& request, std::string_view name) {
    const auto* value = net::find_header(request.headers, name);
    return value == nullptr ? "" : *value;
}

std::string wrong_field(const Service& service, std::string_view operation, std::string_view input) {
    auto request = write(service, operation, input);
    if (request) return "no error";
    return request.error().kind == Error::Kind::invalid
               ? request.error().field
               : "kind " + std::string(to_string(request.error().kind));
}

}  // namespace

TEST_CASE("EC2 requests: flat lists, capitalised names, nested filters") {
    auto service = ec2();
    auto body = [&](std::string_view input) { return write(service, "DescribeInstances", input)->body; };
    CHECK(body("{}") == "Action=DescribeInstances&Version=2020-01-01");
    CHECK(body(R"({"InstanceIds":["i-1","i-2"],"MaxResults":1000,"DryRun":false})") ==
          "Action=DescribeInstances&Version=2020-01-01&InstanceId.1=i-1&InstanceId.2=i-2&MaxResults=1000&"
          "DryRun=false");
    CHECK(body(R"({"Filters":[{"Name":"tag:a b","Values":["x&y","z"]}]})") ==
          "Action=DescribeInstances&Version=2020-01-01&Filter.1.Name=tag%3Aa%20b&Filter.1.Value.1=x%26y&"
          "Filter.1.Value.2=z");
    CHECK(body(R"({"InstanceIds":[],"NextToken":null})") == "Action=DescribeInstances&Version=2020-01-01");
    CHECK(wrong_field(service, "DescribeInstances", R"({"InstanceIds":"i-1"})") == "InstanceId");
    CHECK(wrong_field(service, "DescribeInstances", R"({"MaxResults":"5"})") == "MaxResults");
    CHECK(wrong_field(service, "DescribeInstances", R"({"Filters":[3]})") == "Filter.1");
    CHECK(wrong_field(service, "DescribeInstances", "[]") == "");
    CHECK(header(*write(service, "DescribeInstances", "{}"), "Content-Type") ==
          "application/x-www-form-urlencoded; charset=utf-8");
}

TEST_CASE("query requests: members, entries, flat and named lists, times") {
    auto service = query();
    auto body = [&](std::string_view input) {
        return write(service, "DescribeThings", input)
            ->body.substr(std::string_view("Action=DescribeThings&Version=2020-01-01").size());
    };
    CHECK(body(R"({"Names":["a","b"]})") == "&Names.member.1=a&Names.member.2=b");
    CHECK(body(R"({"Names":[]})") == "&Names=");
    CHECK(body(R"({"Named":["a"]})") == "&Named.Item.1=a");
    CHECK(body(R"({"Flat":["a","b"]})") == "&FlatItem.1=a&FlatItem.2=b");
    CHECK(body(R"({"Attributes":{"k":"v"}})") == "&Attributes.entry.1.key=k&Attributes.entry.1.value=v");
    CHECK(body(R"({"Since":"2026-01-02T04:04:05+01:00"})") == "&Since=2026-01-02T03%3A04%3A05Z");
    CHECK(body(R"({"Since":1767323045})") == "&Since=2026-01-02T03%3A04%3A05Z");
    CHECK(body(R"({"Nested":{"Deep":"ü"}})") == "&Nested.Deep=%C3%BC");
    CHECK(wrong_field(service, "DescribeThings", R"({"Since":"yesterday"})") == "Since");
    CHECK(write(service, "Ping", "{}")->body == "Action=Ping&Version=2020-01-01");
}

TEST_CASE("JSON requests") {
    auto service = json_service();
    auto request =
        write(service, "ListThings", R"({"Id":"x","Limit":5,"Since":"2026-01-02T03:04:05Z","Names":["a"]})");
    REQUIRE(request);
    CHECK(request->body == R"({"Limit":5,"Since":1767323045,"Names":["a"],"Id":"x"})");
    CHECK(request->method == "POST");
    CHECK(header(*request, "X-Amz-Target") == "Target_20200101.ListThings");
    CHECK(header(*request, "Content-Type") == "application/x-amz-json-1.1");
    CHECK(header(*write(json_service(Protocol::json10), "ListThings", R"({"Id":"x"})"), "Content-Type") ==
          "application/x-amz-json-1.0");
    CHECK(write(service, "ListThings", R"({"Id":"x","Since":"2026-01-02T03:04:05.250Z"})")->body ==
          R"({"Since":1.76732304525E9,"Id":"x"})");
    CHECK(wrong_field(service, "ListThings", "{}") == "Id");
    CHECK(wrong_field(service, "ListThings", R"({"Id":7})") == "Id");
    CHECK(wrong_field(service, "ListThings", R"({"Id":"x","Names":[1]})") == "Names");
}

TEST_CASE("REST requests: labels, queries, headers, bodies, host prefixes") {
    auto service = rest_json();
    auto request = write(
        service, "ListThings",
        R"({"Name":"a/b c","Marker":"m&","Tags":["x","y"],"More":{"k":"v"},"Since":"2026-01-02T03:04:05Z"})");
    REQUIRE(request);
    CHECK(request->method == "GET");
    CHECK(request->path == "/v1/things/a%2Fb%20c/list");
    CHECK(request->query == "fixed=yes&marker=m%26&tag=x&tag=y&k=v");
    CHECK(header(*request, "x-since") == "Fri, 02 Jan 2026 03:04:05 GMT");
    CHECK(request->body.empty());
    CHECK(write(service, "ListDeep", R"({"Name":"n","Path":"a/b c/d"})")->path == "/v1/a/b%20c/d/end/n");
    auto search = write(service, "Search", R"({"Name":"n","Note":"hi"})");
    CHECK(search->body == R"({"note":"hi"})");
    CHECK(header(*search, "Content-Type") == "application/json");
    CHECK(write(service, "GetAccount", R"({"AccountId":"123456789012"})")->host_prefix == "123456789012.");
}

TEST_CASE("a label names one thing: no empty, dotted or header-splitting values") {
    auto service = rest_json();
    for (auto name : {"", ".", ".."})
        CHECK(wrong_field(service, "ListThings", fmt::format(R"({{"Name":"{}"}})", name)) == "Name");
    for (auto path : {"a/../b", "..", "a/./b"})
        CHECK(wrong_field(service, "ListDeep", fmt::format(R"({{"Name":"n","Path":"{}"}})", path)) == "Path");
    CHECK(wrong_field(service, "ListDeep", R"({"Name":"n"})") == "Path");
    for (auto id : {"", "a.evil.com/", "1 2", "x:80"})
        CHECK(wrong_field(service, "GetAccount", fmt::format(R"({{"AccountId":"{}"}})", id)) == "AccountId");
    auto b = ServiceBuilder("h", Protocol::rest_json);
    b.operation(
        "Get",
        b.structure({{.name = "H", .shape = b.text, .location = Location::header, .location_name = "x-h"}}),
        model::no_shape, "GET", "/");
    CHECK(wrong_field(b.service, "Get", R"({"H":"a\r\nHost: evil"})") == "H");
    CHECK(header(*write(b.service, "Get", R"({"H":"fine"})"), "x-h") == "fine");
}

TEST_CASE("S3 requests carry the bucket in the path, whatever the model's URI says") {
    auto service = s3();
    CHECK(write(service, "GetBucketAcl", R"({"Bucket":"a.b"})")->path == "/a.b");
    CHECK(write(service, "GetBucketAcl", R"({"Bucket":"a.b"})")->query == "acl");
    CHECK(write(service, "GetBucketPolicy", R"({"Bucket":"a.b"})")->path == "/a.b");
    CHECK(write(service, "ListBuckets", R"({"MaxBuckets":1000})")->query == "max-buckets=1000");
    CHECK(wrong_field(service, "GetBucketPolicy", "{}") == "Bucket");
    auto put =
        write(service, "PutBucketAcl",
              R"({"Bucket":"b","Grant":{"Permission":"<&>","Grantee":{"ID":"1","Type":"CanonicalUser"}}})");
    CHECK(put->body ==
          R"(<Grant xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)"
          R"(<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>)"
          R"(1</ID></Grantee><Permission>&lt;&amp;&gt;</Permission></Grant>)");
    CHECK(put->method == "PUT");
}

TEST_CASE("habits of single services") {
    ServiceBuilder route53("route53", Protocol::rest_xml);
    auto zone = route53.structure(
        {{.name = "HostedZoneId", .shape = route53.text, .location = Location::uri, .required = true}});
    route53.operation("ListResourceRecordSets", zone, model::no_shape, "GET",
                      "/2013-04-01/hostedzone/{HostedZoneId}/rrset");
    CHECK(write(route53.service, "ListResourceRecordSets", R"({"HostedZoneId":"/hostedzone/Z1"})")->path ==
          "/2013-04-01/hostedzone/Z1/rrset");
    CHECK(wrong_field(route53.service, "ListResourceRecordSets", R"({"HostedZoneId":"/hostedzone/"})") ==
          "HostedZoneId");
    ServiceBuilder gateway("apigateway", Protocol::rest_json);
    gateway.operation("GetRestApis", model::no_shape, model::no_shape, "GET", "/restapis");
    CHECK(header(*write(gateway.service, "GetRestApis", "{}"), "Accept") == "application/json");
}

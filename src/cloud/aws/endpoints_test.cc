#include "cloud/aws/endpoints.h"

#include <doctest/doctest.h>

#include "cloud/aws/test_services.h"

using namespace patrol;
using namespace patrol::aws;
using namespace patrol::aws::test;

TEST_CASE("regional services answer in their region, in every partition") {
    auto ec2 = test::ec2();
    auto base = [&](std::string_view region) { return resolve(ec2, region, {})->base_url; };
    CHECK(base("eu-west-1") == "https://ec2.eu-west-1.amazonaws.com");
    CHECK(base("cn-north-1") == "https://ec2.cn-north-1.amazonaws.com.cn");
    CHECK(base("us-gov-west-1") == "https://ec2.us-gov-west-1.amazonaws.com");
    CHECK(base("eusc-de-east-1") == "https://ec2.eusc-de-east-1.amazonaws.eu");
    CHECK(resolve(ec2, "mx-central-1", {})->signing_region == "mx-central-1");
}

TEST_CASE("global services are signed for their home") {
    Service iam = ServiceBuilder("iam", Protocol::query, "iam.{dnsSuffix}").service;
    iam.endpoint.signing_region = "us-east-1";
    iam.endpoint.partitions["aws-us-gov"] = {"iam.us-gov.amazonaws.com", "us-gov-west-1"};
    iam.endpoint.partitions["aws-eusc"] = {"iam.{region}.amazonaws.eu", ""};
    auto common = resolve(iam, "eu-west-1", {});
    CHECK(common->base_url == "https://iam.amazonaws.com");
    CHECK(common->signing_region == "us-east-1");
    CHECK(common->signing_name == "iam");
    CHECK(resolve(iam, "us-gov-east-1", {})->base_url == "https://iam.us-gov.amazonaws.com");
    CHECK(resolve(iam, "us-gov-east-1", {})->signing_region == "us-gov-west-1");
    CHECK(resolve(iam, "eusc-de-east-1", {})->base_url == "https://iam.eusc-de-east-1.amazonaws.eu");
    CHECK(resolve(iam, "eusc-de-east-1", {})->signing_region == "eusc-de-east-1");
}

TEST_CASE("overrides: one service before all, wrong ones are refused") {
    auto ec2 = test::ec2();
    EndpointOverrides overrides{.everything = "http://localhost:5000/", .by_service = {}};
    CHECK(resolve(ec2, "eu-west-1", overrides)->base_url == "http://localhost:5000");
    CHECK(resolve(ec2, "eu-west-1", overrides)->signing_region == "eu-west-1");
    overrides.by_service["ec2"] = "https://ec2.internal:8443/x";
    CHECK(resolve(ec2, "eu-west-1", overrides)->base_url == "https://ec2.internal:8443/x");
    overrides.by_service["ec2"] = "nonsense";
    CHECK_FALSE(resolve(ec2, "eu-west-1", overrides));
}

TEST_CASE("variables of the AWS tools") {
    CHECK(endpoint_variable_name("elbv2") == "ELASTIC_LOAD_BALANCING_V2");
    CHECK(endpoint_variable_name("ec2") == "EC2");
    CHECK(endpoint_variable_name("resource-groups") == "RESOURCE_GROUPS");
    CHECK(partition_of("us-iso-east-1") == "aws-iso");
    CHECK(partition_of("us-isob-east-1") == "aws-iso-b");
    CHECK(home_region("aws-cn") == "cn-north-1");
}

TEST_CASE("directory buckets are asked for at S3 Express, everything else where it is") {
    ResolvedEndpoint buckets{
        .base_url = "https://s3.eu-west-1.amazonaws.com", .signing_name = "s3", .signing_region = "x"};
    auto directories = buckets;
    redirect_operation("s3", "ListBuckets", "eu-west-1", buckets);
    CHECK(buckets.base_url == "https://s3.eu-west-1.amazonaws.com");
    redirect_operation("s3", "ListDirectoryBuckets", "eu-west-1", directories);
    CHECK(directories.base_url == "https://s3express-control.eu-west-1.amazonaws.com");
    CHECK(directories.signing_name == "s3express");
    CHECK(directories.signing_region == "eu-west-1");
    ResolvedEndpoint emulator{.base_url = "http://127.0.0.1:5000", .signing_name = "s3", .overridden = true};
    redirect_operation("s3", "ListDirectoryBuckets", "eu-west-1", emulator);
    CHECK(emulator.base_url == "http://127.0.0.1:5000");
}

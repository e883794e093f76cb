// Where a service answers: base URL, signing name and signing region for a called region. Templates
// come from the API model; overrides from AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>.
// Partitions and DNS suffixes: the AWS SDKs' partitions.json.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cloud/aws/environment.h"
#include "model/api_model.h"

namespace patrol::aws {

struct EndpointOverrides {
    std::string everything;                                      // AWS_ENDPOINT_URL
    std::map<std::string, std::string, std::less<>> by_service;  // by Service::id
    // AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true turns them off.
    static EndpointOverrides from(const Environment& environment, const model::ApiModel& model);
    [[nodiscard]] std::string_view find(std::string_view service) const;
};

struct ResolvedEndpoint {
    std::string base_url;  // "https://ec2.eu-west-1.amazonaws.com", no trailing slash
    std::string signing_name;
    std::string signing_region;
    bool overridden = false;  // host prefixes are left out
};

// Kind::invalid for a text that is not a region's name: nothing else may enter a host name.
Result<ResolvedEndpoint> resolve(const model::Service& service, std::string_view region,
                                 const EndpointOverrides& overrides);

// Some operations of a service answer elsewhere: S3's directory buckets are listed by S3 Express, under
// its own signing name (S3 endpoint rules of the AWS SDKs). Changes `endpoint` for these.
void redirect_operation(std::string_view service, std::string_view operation, std::string_view region,
                        ResolvedEndpoint& endpoint);

bool is_region_name(std::string_view region);
std::string_view partition_of(std::string_view region);    // "aws" for regions not known by their prefix
std::string_view dns_suffix(std::string_view partition);   // "amazonaws.com"
std::string_view home_region(std::string_view partition);  // where global services are signed: "us-east-1"
bool is_partition(std::string_view partition);

// "ELASTIC_LOAD_BALANCING_V2" for "elbv2": the part after AWS_ENDPOINT_URL_.
std::string endpoint_variable_name(std::string_view service);

}  // namespace patrol::aws

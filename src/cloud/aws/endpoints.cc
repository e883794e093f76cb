#include "cloud/aws/endpoints.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "net/url.h"

namespace patrol::aws {
namespace {

struct Partition {
    std::string_view name;
    std::string_view suffix;
    std::string_view home;
    std::string_view region_prefix;
};
// The first is that of every region without a prefix of its own.
constexpr std::array partitions = {
    Partition{"aws", "amazonaws.com", "us-east-1", ""},
    Partition{"aws-cn", "amazonaws.com.cn", "cn-north-1", "cn-"},
    Partition{"aws-us-gov", "amazonaws.com", "us-gov-west-1", "us-gov-"},
    Partition{"aws-eusc", "amazonaws.eu", "eusc-de-east-1", "eusc-"},
    Partition{"aws-iso", "c2s.ic.gov", "us-iso-east-1", "us-iso-"},
    Partition{"aws-iso-b", "sc2s.sgov.gov", "us-isob-east-1", "us-isob-"},
};

const Partition& partition_named(std::string_view name) {
    auto at = std::ranges::find(partitions, name, &Partition::name);
    return at == partitions.end() ? partitions[0] : *at;
}

// Service identifiers of the AWS tools where they are not ours in capitals.
constexpr std::pair<std::string_view, std::string_view> variable_names[] = {
    {"apigateway", "API_GATEWAY"},
    {"application-autoscaling", "APPLICATION_AUTO_SCALING"},
    {"appmesh", "APP_MESH"},
    {"autoscaling", "AUTO_SCALING"},
    {"ce", "COST_EXPLORER"},
    {"cloudhsmv2", "CLOUDHSM_V2"},
    {"cognito-idp", "COGNITO_IDENTITY_PROVIDER"},
    {"config", "CONFIG_SERVICE"},
    {"cur", "COST_AND_USAGE_REPORT_SERVICE"},
    {"datapipeline", "DATA_PIPELINE"},
    {"devicefarm", "DEVICE_FARM"},
    {"directconnect", "DIRECT_CONNECT"},
    {"dms", "DATABASE_MIGRATION_SERVICE"},
    {"ds", "DIRECTORY_SERVICE"},
    {"elasticbeanstalk", "ELASTIC_BEANSTALK"},
    {"elb", "ELASTIC_LOAD_BALANCING"},
    {"elbv2", "ELASTIC_LOAD_BALANCING_V2"},
    {"events", "EVENTBRIDGE"},
    {"globalaccelerator", "GLOBAL_ACCELERATOR"},
    {"kinesisanalyticsv2", "KINESIS_ANALYTICS_V2"},
    {"kinesisvideo", "KINESIS_VIDEO"},
    {"lexv2-models", "LEX_MODELS_V2"},
    {"logs", "CLOUDWATCH_LOGS"},
    {"route53", "ROUTE_53"},
    {"route53domains", "ROUTE_53_DOMAINS"},
    {"s3control", "S3_CONTROL"},
    {"secretsmanager", "SECRETS_MANAGER"},
    {"serverlessrepo", "SERVERLESSAPPLICATIONREPOSITORY"},
    {"servicecatalog", "SERVICE_CATALOG"},
    {"stepfunctions", "SFN"},
    {"storagegateway", "STORAGE_GATEWAY"},
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

std::string_view first_of(std::string_view a, std::string_view b, std::string_view c) {
    if (!a.empty()) return a;
    return b.empty() ? c : b;
}

Result<std::string> checked_override(std::string_view text) {
    auto url = net::parse_url(text);
    if (!url)
        return fail(std::move(url)
                        .error()
                        .during("The endpoint override is not a URL")
                        .with_hint("Check AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>."));
    auto out = url->to_string();
    while (out.ends_with('/')) out.pop_back();
    return out;
}

}  // namespace

bool is_region_name(std::string_view region) {
    auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return region.size() >= 4 && region.size() <= 32 && std::ranges::all_of(region, fits) &&
           region.find('-') != std::string_view::npos && region.front() != '-' && region.back() != '-';
}

bool is_partition(std::string_view partition) {
    return std::ranges::find(partitions, partition, &Partition::name) != partitions.end();
}

std::string_view partition_of(std::string_view region) {
    for (const auto& partition : partitions)
        if (!partition.region_prefix.empty() && region.starts_with(partition.region_prefix))
            return partition.name;
    return partitions[0].name;
}

std::string_view dns_suffix(std::string_view partition) { return partition_named(partition).suffix; }
std::string_view home_region(std::string_view partition) { return partition_named(partition).home; }

std::string endpoint_variable_name(std::string_view service) {
    for (const auto& [id, name] : variable_names)
        if (id == service) return std::string(name);
    std::string out(service);
    for (char& c : out) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

EndpointOverrides EndpointOverrides::from(const Environment& environment, const model::ApiModel& model) {
    EndpointOverrides out;
    if (environment.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("") == "true") return out;
    out.everything = environment.variable("AWS_ENDPOINT_URL").value_or("");
    auto add = [&](const std::string& id) {
        if (auto url = environment.variable("AWS_ENDPOINT_URL_" + endpoint_variable_name(id)))
            out.by_service[id] = *url;
    };
    add("sts");
    for (const auto& [id, service] : model.services) add(id);
    return out;
}

std::string_view EndpointOverrides::find(std::string_view service) const {
    auto at = by_service.find(service);
    return at == by_service.end() ? std::string_view(everything) : std::string_view(at->second);
}

Result<ResolvedEndpoint> resolve(const model::Service& service, std::string_view region,
                                 const EndpointOverrides& overrides) {
    if (!is_region_name(region)) return invalid("region", "This is not the name of an AWS region.");
    const auto partition = partition_of(region);
    const auto& endpoint = service.endpoint;
    static const model::PartitionEndpoint none;
    auto at = endpoint.partitions.find(partition);
    const auto& own = at == endpoint.partitions.end() ? none : at->second;

    // A partition that has a row of its own does not take the commercial signing region.
    auto signing_region = at != endpoint.partitions.end() ? first_of(own.signing_region, region, "")
                                                          : first_of(endpoint.signing_region, region, "");
    ResolvedEndpoint out{.signing_name = std::string(first_of(endpoint.signing_name, service.id, "")),
                         .signing_region = std::string(signing_region)};
    if (auto override_url = overrides.find(service.id); !override_url.empty()) {
        out.base_url = TRY(checked_override(override_url));
        out.overridden = true;
        return out;
    }
    std::string host(first_of(own.host, endpoint.host, "{service}.{region}.{dnsSuffix}"));
    replace_all(host, "{service}", service.id);
    replace_all(host, "{region}", region);
    replace_all(host, "{dnsSuffix}", dns_suffix(partition));
    out.base_url = "https://" + host;
    return out;
}

void redirect_operation(std::string_view service, std::string_view operation, std::string_view region,
                        ResolvedEndpoint& endpoint) {
    if (service != "s3" || operation != "ListDirectoryBuckets") return;
    endpoint.signing_name = "s3express";
    endpoint.signing_region = region;
    if (!endpoint.overridden)
        endpoint.base_url =
            fmt::format("https://s3express-control.{}.{}", region, dns_suffix(partition_of(region)));
}

}  // namespace patrol::aws

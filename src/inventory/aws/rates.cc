// Sources: the EC2, Route 53, Lambda, Service Quotas and Account references publish their limits;
// CloudTrail, DynamoDB, Kinesis, Firehose, Logs, Security Hub and SES name theirs in the API models.
// Services that publish none get a rate that ordinary use does not notice.
#include "inventory/aws/rates.h"

#include <array>

namespace patrol::inventory {
namespace {

enum class Shared { by_service, by_operation };  // who shares the bucket

struct Row {
    std::string_view service;
    std::string_view operation;  // "*": every operation without a row of its own
    Shared shared;
    Rate rate;
};

constexpr auto service = Shared::by_service;
constexpr auto each = Shared::by_operation;

constexpr std::array rows = {
    Row{"ec2", "DescribeSpotFleetRequests", each, {3, 50}},
    Row{"ec2", "DescribeByoipCidrs", each, {0.5, 1}},
    Row{"ec2", "DescribeInstanceTopology", each, {1, 1}},
    Row{"ec2", "DescribeMovingAddresses", each, {1, 1}},
    Row{"ec2", "DescribeStoreImageTasks", each, {0.5, 50}},
    Row{"ec2", "DescribeHostReservations", each, {2, 5}},
    Row{"ec2", "DescribeVerifiedAccessInstanceLoggingConfigurations", each, {2, 10}},
    Row{"ec2", "*", each, {20, 100}},
    Row{"route53", "*", service, {5, 5}},
    Row{"route53resolver", "*", service, {5, 5}},
    Row{"lambda", "GetFunction", each, {100, 100}},
    Row{"lambda", "GetPolicy", each, {15, 15}},
    Row{"lambda", "*", service, {15, 15}},
    Row{"cloudtrail", "LookupEvents", each, {2, 2}},
    Row{"cloudtrail", "*", service, {10, 10}},
    Row{"account", "GetAlternateContact", each, {10, 15}},
    Row{"account", "GetContactInformation", each, {10, 15}},
    Row{"account", "*", service, {5, 5}},
    Row{"service-quotas", "*", service, {5, 5}},
    Row{"dynamodb", "ListBackups", each, {5, 5}},
    Row{"dynamodb", "*", each, {10, 10}},
    Row{"kinesis", "DescribeStreamSummary", each, {20, 20}},
    Row{"kinesis", "DescribeStream", each, {10, 10}},
    Row{"kinesis", "*", each, {5, 5}},
    Row{"firehose", "*", each, {5, 5}},
    Row{"logs", "DescribeLogStreams", each, {25, 25}},
    Row{"logs", "DescribeLogGroups", each, {10, 10}},
    Row{"logs", "*", each, {5, 5}},
    Row{"securityhub", "GetFindings", each, {3, 6}},
    Row{"securityhub", "*", each, {10, 30}},
    Row{"dax", "ListTags", each, {10, 10}},
    Row{"cognito-identity", "ListTagsForResource", each, {10, 10}},
    Row{"sesv2", "GetEmailTemplate", each, {50, 50}},
    Row{"sesv2", "*", each, {1, 2}},
    Row{"ses", "*", each, {1, 2}},
    Row{"apigateway", "GetResources", each, {2.5, 5}},
    Row{"apigateway", "GetApiKeys", each, {4, 4}},
    Row{"apigateway", "*", service, {10, 40}},
    Row{"apigatewayv2", "*", service, {10, 40}},
    Row{"elbv2", "*", each, {10, 40}},
    Row{"elb", "*", each, {10, 40}},
    Row{"autoscaling", "*", each, {20, 100}},
    Row{"iam", "*", service, {10, 20}},
    Row{"organizations", "*", service, {5, 5}},
    Row{"sts", "*", service, {100, 100}},
    Row{"cloudwatch", "DescribeAlarms", each, {9, 9}},
    Row{"sns", "ListTagsForResource", each, {10, 10}},
    Row{"sns", "*", each, {30, 30}},
    Row{"resourcegroupstaggingapi", "*", service, {15, 15}},
    Row{"secretsmanager", "*", each, {50, 50}},
    Row{"kms", "ListGrants", each, {50, 100}},
    Row{"kms", "*", each, {100, 200}},
    Row{"s3", "*", service, {100, 100}},
    Row{"s3control", "*", service, {10, 20}},
    Row{"sqs", "*", each, {50, 100}},
    Row{"rds", "*", each, {10, 20}},
};

constexpr Rate unlisted{5, 10};

}  // namespace

CallRate rate_of(std::string_view service_id, std::string_view operation) {
    const Row* any = nullptr;
    for (const auto& row : rows) {
        if (row.service != service_id) continue;
        if (row.operation == operation) {
            any = &row;
            break;
        }
        if (row.operation == "*") any = &row;
    }
    if (any == nullptr) return {std::string(service_id), unlisted};
    if (any->shared == service) return {std::string(service_id), any->rate};
    return {std::string(service_id) + "." + std::string(operation), any->rate};
}

}  // namespace patrol::inventory

#include "cloud/aws/error_codes.h"

namespace patrol::aws {
namespace {

using enum ErrorClass;

// Rules for one service or one wording come before the general ones.
constexpr ErrorRule rules[] = {
    // An explicit deny is somebody's decision and no missing grant.
    {"", "AccessDenied*", "explicit deny", denied_by_policy},
    {"", "UnauthorizedOperation", "explicit deny", denied_by_policy},
    {"", "AuthorizationError*", "explicit deny", denied_by_policy},
    {"", "NotAuthorized*", "explicit deny", denied_by_policy},
    {"", "ForbiddenException", "explicit deny", denied_by_policy},
    {"", "UnauthorizedException", "explicit deny", denied_by_policy},

    // The account does not use the service.
    {"macie2", "AccessDenied*", "not enabled", not_enabled},
    {"securityhub", "InvalidAccessException", "", not_enabled},
    {"cloudtrail", "InsightNotEnabledException", "", not_enabled},
    {"shield", "ResourceNotFoundException", "", not_enabled},
    {"organizations", "AWSOrganizationsNotInUseException", "", not_enabled},
    {"", "SubscriptionRequired*", "", not_enabled},
    {"quicksight", "UnsupportedUserEditionException", "", not_enabled},

    // Signatures that are refused for the time they carry.
    {"", "SignatureDoesNotMatch", "signature expired", clock_skew},
    {"", "SignatureDoesNotMatch", "signature not yet current", clock_skew},
    {"", "InvalidSignatureException", "signature expired", clock_skew},
    {"", "InvalidSignatureException", "signature not yet current", clock_skew},
    {"", "RequestExpired", "", clock_skew},
    {"", "RequestTimeTooSkewed", "", clock_skew},
    {"", "RequestInTheFuture", "", clock_skew},

    // Slow down.
    {"", "Throttling*", "", throttled},
    {"", "ThrottledException", "", throttled},
    {"", "RequestThrottled*", "", throttled},
    {"", "TooManyRequests*", "", throttled},
    {"", "ProvisionedThroughputExceeded*", "", throttled},
    {"", "RequestLimitExceeded", "", throttled},
    {"", "EC2ThrottledException", "", throttled},
    {"", "BandwidthLimitExceeded", "", throttled},
    {"", "LimitExceededException", "", throttled},
    {"", "SlowDown", "", throttled},
    {"", "PriorRequestNotComplete", "", throttled},
    {"", "TransactionInProgressException", "", throttled},
    {"", "KmsThrottlingException", "", throttled},
    {"", "KMSThrottlingException", "", throttled},
    {"", "DependencyThrottle", "", throttled},
    {"", "CallRateLimitExceededException", "", throttled},
    {"kinesisvideo", "ClientLimitExceededException", "", throttled},

    // Ask again.
    {"", "RequestTimeout*", "", transient},
    {"sts", "IDPCommunicationError", "", transient},
    {"", "InternalError*", "", transient},
    {"", "InternalFailure*", "", transient},
    {"", "InternalServer*", "", transient},
    {"", "InternalService*", "", transient},
    {"", "InternalException", "", transient},
    {"", "KMSInternalException", "", transient},
    {"", "WAFInternalErrorException", "", transient},
    {"", "WAFTagOperationInternalErrorException", "", transient},
    {"", "CloudHsmInternalFailureException", "", transient},
    {"", "ServiceUnavailable*", "", transient},
    {"", "ServiceFailure", "", transient},
    {"", "DependencyTimeoutException", "", transient},
    {"", "Unavailable", "", transient},
    {"", "ServerException", "", transient},
    {"", "ServerInternalException", "", transient},

    // Credentials.
    {"", "ExpiredToken*", "", expired_credentials},
    {"", "TokenRefreshRequired", "", expired_credentials},
    {"", "InvalidClientTokenId", "", bad_credentials},
    {"", "UnrecognizedClientException", "", bad_credentials},
    {"", "AuthFailure", "", bad_credentials},
    {"", "InvalidAccessKeyId", "", bad_credentials},
    {"", "SignatureDoesNotMatch", "", bad_credentials},
    {"", "IncompleteSignature*", "", bad_credentials},
    {"", "MissingAuthenticationToken*", "", bad_credentials},
    {"", "InvalidSignatureException", "", bad_credentials},
    {"s3", "InvalidToken", "", bad_credentials},

    // The principal may not.
    {"", "AccessDenied*", "", denied},
    {"", "UnauthorizedOperation", "", denied},
    {"", "AuthorizationError*", "", denied},
    {"", "NotAuthorized*", "", denied},
    {"", "ForbiddenException", "", denied},
    {"", "Forbidden", "", denied},
    {"", "UnauthorizedException", "", denied},
    {"", "InsufficientPrivilegesException", "", denied},
    {"", "KmsAccessDeniedException", "", denied},
    {"", "KMSAccessDeniedException", "", denied},
    {"", "CloudHsmAccessDeniedException", "", denied},
    {"", "EncryptionKeyAccessDeniedException", "", denied},
    {"s3", "AllAccessDisabled", "", denied},

    // Not there.
    {"", "OptInRequired", "", region_disabled},
    {"", "RegionDisabledException", "", region_disabled},
    {"", "UnknownOperation*", "", service_absent},
    {"", "InvalidAction", "", service_absent},
    {"", "UnknownEndpoint", "", service_absent},
    {"", "UnsupportedAPIEndpointException", "", service_absent},
    {"", "InvalidRequestException", "not available in the current region", service_absent},
    {"", "UnsupportedOperation*", "region", service_absent},
    {"", "UnsupportedCommandException", "region", service_absent},

    // S3 names the region where the bucket is.
    {"s3", "PermanentRedirect", "", wrong_region},
    {"s3", "TemporaryRedirect", "", wrong_region},
    {"s3", "AuthorizationHeaderMalformed", "", wrong_region},
    {"s3", "IllegalLocationConstraintException", "", wrong_region},

    // Gone between the list and the question.
    {"", "NoSuchEntity*", "", gone},
    {"", "NoSuchBucket", "", gone},
    {"", "NoSuchResource*", "", gone},
    {"", "NoSuchHostedZone", "", gone},
    {"", "NoSuchHealthCheck", "", gone},
    {"", "NoSuchDelegationSet", "", gone},
    {"", "NoSuchDistribution", "", gone},
    {"", "NoSuchCachePolicy", "", gone},
    {"", "NoSuchOriginRequestPolicy", "", gone},
    {"", "NoSuchResponseHeadersPolicy", "", gone},
    {"", "NoSuchConfigurationRecorderException", "", gone},
    {"", "NoSuchDeliveryChannelException", "", gone},
    {"", "NoSuchConfigRuleException", "", gone},
    {"", "NoSuchConfigurationAggregatorException", "", gone},
    {"", "NoSuchConformancePackException", "", gone},
    {"", "NoSuchPublicAccessBlockConfiguration", "", gone},
    {"", "ResourceNotFound*", "", gone},
    {"", "NotFound", "", gone},
    {"", "NotFoundException", "", gone},
    {"", "EntityNotFoundException", "", gone},
    {"", "EntityDoesNotExistException", "", gone},
    {"", "DoesNotExistException", "", gone},
    {"", "AssociationDoesNotExist", "", gone},
    {"", "AWS.SimpleQueueService.NonExistentQueue", "", gone},
    {"", "QueueDoesNotExist", "", gone},
    {"", "WAFNonexistentItemException", "", gone},
    {"", "UnknownResourceException", "", gone},
    {"", "ReservedDBInstanceNotFound", "", gone},
};

}  // namespace

std::span<const ErrorRule> error_rules() { return rules; }

}  // namespace patrol::aws

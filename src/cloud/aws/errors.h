// What an AWS service answered when it did not do what was asked, and what that means to a scan. The
// codes are data (error_codes.cc); their source is the API models' error shapes and the SDKs' retry
// rules. Messages of the cloud may name resources and principals but hold no credentials.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "model/api_model.h"
#include "net/transport.h"

namespace patrol::aws {

enum class ErrorClass {
    throttled,            // slow down and ask again
    transient,            // ask again
    denied,               // the principal may not
    denied_by_policy,     // an explicit deny: SCP, RCP, permission boundary, session policy
    not_enabled,          // the account does not use the service: an empty, successful result
    region_disabled,      // the account has not opted in to the region
    service_absent,       // the service or operation does not exist there
    bad_credentials,      // stop: nothing will work
    expired_credentials,  // get new ones
    clock_skew,           // our clock is wrong
    gone,                 // the thing asked for does not exist (any more)
    wrong_region,         // S3: the bucket lives elsewhere
    not_aws,              // something else answered: a proxy, a captive portal
    cancelled,            // the caller gave up
    other,
};
std::string_view to_string(ErrorClass error_class);

struct ServiceError {
    std::string code;  // without namespace and suffix: "AccessDenied"; empty when none was given
    std::string message;
    std::string request_id;
    int status = 0;
    std::string region;  // S3: where the bucket is
    int retry_after_ms = 0;
    bool from_aws = true;  // false: the body has no AWS error form
};

// Reads every wire form: JSON header and body, query XML, EC2 XML, S3 XML, query-compatible JSON.
ServiceError read_error(const model::Service& service, const net::HttpResponse& response);

ErrorClass classify(std::string_view service, const ServiceError& error);

// The request id of any answer, good or bad.
std::string request_id_of(const net::HttpResponse& response);

// The Error::Kind that callers outside this room see.
Error::Kind kind_of(ErrorClass error_class);

}  // namespace patrol::aws

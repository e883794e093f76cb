// The refusals that every service knows, in the words of the service's protocol: EC2, the XML and the
// JSON services each have their own code for the same fact.
// Source: "Common errors" of the services' API references; the AWS SDKs' lists of expired-credential codes.
#pragma once

#include <string>

#include "cloudsim/answer_writer.h"
#include "model/api_model.h"

namespace patrol::cloudsim {

enum class Refusal {
    denied,           // the policies do not allow the call
    bad_signature,    // the secret key is another one
    clock_skew,       // signed too long ago or in the future
    unknown_key,      // no such access key, or its session token is wrong, or the region is not enabled
    expired_session,  // the session has ended
    unknown_operation,
};

ServiceFault refusal(const model::Service& service, Refusal why, std::string message);

}  // namespace patrol::cloudsim

// The sentences that a failed call says. Internal to the client.
#pragma once

#include <string_view>

#include "cloud/aws/client.h"

namespace patrol::aws {

// "ec2.DescribeVpcs eu-west-1"
std::string call_name(const CallSpec& spec);

CallError refused_to_sign(const CallSpec& spec);
CallError from_service(const CallSpec& spec, const ServiceError& failure, ErrorClass error_class);
// Errors of our own side: encoding, credentials, the transport.
CallError from_error(const CallSpec& spec, Error error, ErrorClass error_class);
// Takes out whatever the cloud repeated of our credentials.
std::string without_secrets(std::string message, const Credentials* credentials);

}  // namespace patrol::aws

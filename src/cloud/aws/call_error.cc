#include "cloud/aws/call_error.h"

#include "base/log.h"

namespace patrol::aws {
namespace {

using enum ErrorClass;

struct Sentence {
    std::string_view message;
    std::string_view hint;
};

Sentence sentence_of(ErrorClass error_class) {
    switch (error_class) {
        case throttled:
            return {"AWS asked Patrol to slow down.", "Patrol tries again with the next scan."};
        case transient:
            return {"AWS had a fault of its own.", "Patrol tries again with the next scan."};
        case denied:
            return {"Access was denied.", "Check the policies attached to the role that Patrol uses."};
        case denied_by_policy:
            return {"A policy of the organisation or a permissions boundary denies this explicitly.",
                    "Ask the administrator of the AWS organisation whether Patrol's role may be exempted."};
        case not_enabled:
            return {"The account does not use this service.", ""};
        case region_disabled:
            return {"The region is not enabled in this account.", ""};
        case service_absent:
            return {"The service is not available in this region.", ""};
        case bad_credentials:
            return {"AWS did not accept the credentials.", "Check that the access key exists and is active."};
        case expired_credentials:
            return {"The credentials have expired.", "Sign in again, or renew the credentials."};
        case clock_skew:
            return {"AWS refused the request because the clocks differ.", "Set this machine's clock (NTP)."};
        case gone:
            return {"The resource does not exist.", ""};
        case wrong_region:
            return {"The bucket is in another region.", ""};
        case not_aws:
            return {"The answer did not come from AWS.",
                    "Check whether a proxy or a network login page answers in place of AWS."};
        case cancelled:
            return {"The call was given up.", ""};
        case other:
            return {"AWS refused the request.", ""};
    }
    return {};
}

// Signature errors repeat the request that was signed, session token included.
std::string first_sentence(std::string_view message) {
    auto end = std::min(message.find(". "), message.size());
    return std::string(message.substr(0, end));
}

void blank(std::string& text, std::string_view secret) {
    if (secret.size() < 8) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
        text.replace(at, secret.size(), "[secret]");
}

}  // namespace

std::string call_name(const CallSpec& spec) {
    return fmt::format("{}.{} {}", spec.service, spec.operation, spec.region);
}

CallError refused_to_sign(const CallSpec& spec) {
    return from_error(
        spec,
        {.kind = Error::Kind::internal,
         .message = fmt::format("Patrol refuses to sign {}.{}: it is not among the calls it may make.",
                                spec.service, spec.operation),
         .code = "not_allowed_to_sign"},
        other);
}

CallError from_service(const CallSpec& spec, const ServiceError& failure, ErrorClass error_class) {
    auto sentence = sentence_of(error_class);
    auto detail = call_name(spec);
    if (!failure.request_id.empty()) detail += " request " + failure.request_id;
    detail += fmt::format(" status {}", failure.status);
    auto aws_message = error_class == bad_credentials || error_class == clock_skew
                           ? first_sentence(failure.message)
                           : failure.message;
    if (!aws_message.empty()) detail += ": " + aws_message;
    return {.error = {.kind = kind_of(error_class),
                      .message = std::string(sentence.message),
                      .hint = std::string(sentence.hint),
                      .detail = log::redact_credentials(detail),
                      .code = failure.code,
                      .retry_after_ms = failure.retry_after_ms},
            .error_class = error_class,
            .http_status = failure.status,
            .aws_message = log::redact_credentials(aws_message),
            .request_id = failure.request_id};
}

CallError from_error(const CallSpec& spec, Error error, ErrorClass error_class) {
    error.detail = error.detail.empty() ? call_name(spec) : call_name(spec) + ": " + error.detail;
    return {.error = std::move(error), .error_class = error_class};
}

std::string without_secrets(std::string message, const Credentials* credentials) {
    if (credentials == nullptr) return message;
    blank(message, credentials->session_token.expose());
    blank(message, credentials->secret_access_key.expose());
    return message;
}

}  // namespace patrol::aws

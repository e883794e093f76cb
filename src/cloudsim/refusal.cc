#include "cloudsim/refusal.h"

#include <array>
#include <string_view>

namespace patrol::cloudsim {
namespace {

using model::Protocol;

struct Code {
    int status;
    std::string_view code;
};
// Columns: EC2, S3, the other XML services, the JSON services.
using Row = std::array<Code, 4>;

constexpr Row row_of(Refusal why) {
    switch (why) {
        case Refusal::denied:
            return {{{403, "UnauthorizedOperation"},
                     {403, "AccessDenied"},
                     {403, "AccessDenied"},
                     {400, "AccessDeniedException"}}};
        case Refusal::bad_signature:
            return {{{401, "AuthFailure"},
                     {403, "SignatureDoesNotMatch"},
                     {403, "SignatureDoesNotMatch"},
                     {400, "InvalidSignatureException"}}};
        case Refusal::clock_skew:
            return {{{400, "RequestExpired"},
                     {403, "RequestTimeTooSkewed"},
                     {403, "SignatureDoesNotMatch"},
                     {400, "InvalidSignatureException"}}};
        case Refusal::unknown_key:
            return {{{401, "AuthFailure"},
                     {403, "InvalidAccessKeyId"},
                     {403, "InvalidClientTokenId"},
                     {400, "UnrecognizedClientException"}}};
        case Refusal::expired_session:
            return {{{400, "RequestExpired"},
                     {400, "ExpiredToken"},
                     {403, "ExpiredToken"},
                     {400, "ExpiredTokenException"}}};
        case Refusal::unknown_operation:
            return {{{400, "InvalidAction"},
                     {405, "MethodNotAllowed"},
                     {400, "InvalidAction"},
                     {400, "UnknownOperationException"}}};
    }
    return {};
}

std::size_t column(const model::Service& service) {
    if (service.protocol == Protocol::ec2) return 0;
    if (service.id == "s3") return 1;
    return service.protocol == Protocol::query || service.protocol == Protocol::rest_xml ? 2 : 3;
}

}  // namespace

ServiceFault refusal(const model::Service& service, Refusal why, std::string message) {
    auto [status, code] = row_of(why).at(column(service));
    // The services that speak REST and JSON say 403 where the others of JSON say 400.
    if (service.protocol == Protocol::rest_json && why != Refusal::unknown_operation) status = 403;
    return {.status = status, .code = std::string(code), .message = std::move(message)};
}

}  // namespace patrol::cloudsim

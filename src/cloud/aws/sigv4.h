// AWS Signature Version 4: pure functions from a request and credentials to the headers or the query
// that carry the signature. The canonical request and the string to sign are exposed for the tests,
// which prove every stage with the published vectors. Paths and queries are as they go on the wire.
// Source: the AWS General Reference, "Signing AWS API requests".
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cloud/aws/credentials.h"
#include "net/transport.h"

namespace patrol::aws {

// S3 signs the path as it is sent; every other service removes dot segments and encodes it once more.
enum class PathNormalisation { yes, no };
enum class PathEncoding { once_more, as_sent };
// `added_after`: the token is sent but not signed (a few old services).
enum class TokenSigning { signed_with_request, added_after };
// `in_header`: x-amz-content-sha256 is sent and signed too (always for S3).
enum class BodyHash { implied, in_header };

struct SigningOptions {
    PathNormalisation normalisation = PathNormalisation::yes;
    PathEncoding encoding = PathEncoding::once_more;
    TokenSigning token = TokenSigning::signed_with_request;
    BodyHash body_hash = BodyHash::implied;

    static SigningOptions for_service(std::string_view signing_name);
};

struct SigningScope {
    std::string_view region;
    std::string_view service;
    Timestamp time;
};

struct UnsignedRequest {
    std::string_view method;
    std::string_view path;   // "/a/b", without the query
    std::string_view query;  // without '?'
    net::Headers headers;    // with host
    std::string_view body;
};

struct Signature {
    std::string canonical_request;
    std::string string_to_sign;
    std::string signature;  // 64 hex digits
    net::Headers headers;   // header form: to be added to the request
    std::string query;      // query form: the whole query of the signed URL
};

// Derived keys by (access key, date, region, service). Thread-safe; drops all when it grows past its bound.
class SigningKeys {
public:
    using Key = std::array<unsigned char, 32>;
    Key get(const Credentials& credentials, std::string_view date, std::string_view region,
            std::string_view service);

private:
    std::mutex mutex_;
    std::map<std::string, Key, std::less<>> keys_;
};

Signature sign_headers(const UnsignedRequest& request, const Credentials& credentials,
                       const SigningScope& scope, const SigningOptions& options, SigningKeys& keys);
Signature sign_query(const UnsignedRequest& request, const Credentials& credentials,
                     const SigningScope& scope, const SigningOptions& options, std::chrono::seconds valid_for,
                     SigningKeys& keys);

}  // namespace patrol::aws

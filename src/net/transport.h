// The seam between Patrol and every HTTP peer: a request, its answer, and the interface that sends one.
// Blocking. An answer of any status is a value; only the absence of a whole answer is an Error:
//   timeout; cancelled; too_large (body over max_body_bytes); unavailable with code dns | connect | tls |
//   cut (the body or the connection ended early) | bad_response; invalid (the request itself is wrong, or
//   code egress_blocked: the destination is not allowed).
// Redirects are never followed, and nothing is retried here.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"

namespace patrol::net {

struct Header {
    std::string name;
    std::string value;
};
using Headers = std::vector<Header>;

// Header names are compared without case. nullptr where there is none; the first where there are several.
const std::string* find_header(const Headers& headers, std::string_view name);
bool equal_without_case(std::string_view a, std::string_view b);

// Who chose the address. A destination that a user may write is checked by the egress policy, as text and
// again for every address it resolves to; the operator's own (AWS_ENDPOINT_URL, IMDS) is not.
enum class Destination { operator_chosen, user_supplied };
enum class ProxyUse { none, environment };  // HTTPS_PROXY and NO_PROXY, for https only

// Whom a connection trusts. Connections are pooled by profile and never shared between two profiles.
// Defaults are the strict ones.
struct TrustProfile {
    std::string ca_bundle;            // PEM file; empty: the system's
    ProxyUse proxy = ProxyUse::none;  // ignored for user_supplied: always none
    Destination destination = Destination::user_supplied;
    auto operator<=>(const TrustProfile&) const = default;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;  // http or https; sent as written: dot segments are not folded
    Headers headers;  // sent as given; no Content-Type or Accept-Encoding is added
    std::string body;
    std::chrono::milliseconds timeout = limits::cloud_call_time;             // everything, queueing included
    std::chrono::milliseconds connect_timeout = limits::cloud_connect_time;  // DNS + TCP + TLS
    // No byte for so long; noticed up to 5 s late. 0: no limit.
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);
    std::size_t max_body_bytes = limits::cloud_body_bytes;  // of the answer
    std::stop_token stop;                                   // gives up at once
    TrustProfile trust;
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
    // Empty where absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

class Transport {
public:
    virtual ~Transport() = default;
    // Safe to call from many threads at once.
    virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

}  // namespace patrol::net

// The five wire protocols of AWS (EC2 query, query, JSON 1.0/1.1, REST-JSON, REST-XML) between typed
// documents and HTTP. Both directions are typed by the API model's shapes, so that the same fact gives
// the same document whatever the protocol: numbers and booleans are JSON ones, timestamps RFC 3339
// text in UTC with seconds ("2026-01-02T03:04:05Z", a fraction only when it is not zero), blobs base64
// text. Unknown JSON members stay as they come; unknown XML elements become text, objects and, when
// repeated, arrays. Answers that are not of the protocol fail with code "not_aws_answer" or
// "malformed_answer" (Kind::unavailable).
#pragma once

#include <string>

#include "base/error.h"
#include "base/json.h"
#include "model/api_model.h"
#include "net/transport.h"

namespace patrol::aws {

struct WireRequest {
    std::string method;
    std::string path = "/";  // percent-encoded
    std::string query;       // percent-encoded, without '?'
    net::Headers headers;
    std::string body;
    std::string host_prefix;  // "123456789012." or empty
};

// `input` is an object by member names. Kind::invalid names the member that is missing or of the wrong type.
Result<WireRequest> encode(const model::Service& service, const model::Operation& operation,
                           const json::value& input);

// The output by member names: an object always. Takes the answer because the XML reader works in its body.
// Fastest with a monotonic_resource passed by address (storage_ptr(&resource)): a counted one
// (make_shared_resource) has every value destroyed one by one, half as slow again.
Result<json::value> decode(const model::Service& service, const model::Operation& operation,
                           net::HttpResponse&& response, const json::storage_ptr& memory = {});

inline constexpr std::size_t xml_depth = 100;

}  // namespace patrol::aws

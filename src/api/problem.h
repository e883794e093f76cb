// Errors as the API writes them: RFC 9457 problem+json {type,title,status,detail,hint?,field?,trace_id}.
// `type` is "urn:patrol:problem:<code>": the stable name that the console's texts hang on. An internal
// error says nothing but its trace id; the log has the rest under the same id.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_server.h"

namespace patrol::api {

int status_of(Error::Kind kind);
std::string_view title_of(int status);
// "account-exists" from the error's code where that is one of ours, else from its kind.
std::string type_of(const Error& error);

net::ServerResponse problem(const Error& error, std::string_view trace_id);
// For the answers that net::HttpServer and net::Router give themselves.
net::ServerResponse problem(int status, std::string_view trace_id);

// 16 hex digits that name one request in the answer and in the log.
std::string new_trace_id();

// On every answer: CSP, framing, sniffing, referrer, isolation; no-store unless the answer says otherwise.
enum class Transport { plain, tls };
void add_security_headers(net::ServerResponse& response, Transport transport);

}  // namespace patrol::api

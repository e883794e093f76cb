// The head of a response as bytes, and the bodies of the server's own refusals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.h"

namespace patrol::net {

std::string_view reason_of(int status);

struct ResponseFrame {
    std::optional<std::uint64_t> content_length;  // none: the end of the connection ends the body
    bool closes = false;
    std::string_view date;
};
// Nullopt where a header of the response could not be sent as one header (a name that is no token, a line
// break in a value) or the status is no status: a bug or an attempt at injection, answered with 500.
std::optional<std::string> format_head(const ServerResponse& response, const ResponseFrame& frame);

// Status and title as problem+json.
ServerResponse plain_error(int status);

// "Sun, 22 Nov 2026 09:00:00 GMT"
std::string format_http_date(std::int64_t seconds_since_epoch);

}  // namespace patrol::net

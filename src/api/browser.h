// What makes a browser safe to serve: how a request arrived (TLS, plain, this machine only), the session
// cookie that fits it, and proof that a write comes from the console's own pages. Where TLS ends in front of
// Patrol, a request counts as TLS when a trusted proxy says so, or when the public URL is https and its host
// is the one asked for.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "api/problem.h"
#include "net/http_server.h"

namespace patrol::api {

struct Arrival {
    Transport transport = Transport::plain;
    bool from_this_machine = false;  // loopback peer that asked for a loopback name: no proxy between
    std::string address;             // of the client, as far as it is known
};
Arrival arrival_of(const net::ServerRequest& request, const Settings& settings);

// Kind::denied where a password or a cookie would cross a network in clear.
Result<void> check_sign_in_allowed(const Arrival& arrival, const Settings& settings);

std::string_view cookie_name(const Arrival& arrival);
// Both are empty where absent.
std::string_view cookie_value(const net::ServerRequest& request, std::string_view name);
std::string_view session_cookie(const net::ServerRequest& request, const Arrival& arrival);
net::Header set_session_cookie(const Arrival& arrival, std::string_view token);
net::Header clear_session_cookie(const Arrival& arrival);

// Writes with a cookie: the X-Patrol-CSRF header, no foreign Origin or Sec-Fetch-Site, JSON only.
Result<void> check_csrf(const net::ServerRequest& request, const Arrival& arrival, const Settings& settings);
// Signing in has no cookie yet: the same without the header.
Result<void> check_origin(const net::ServerRequest& request, const Arrival& arrival,
                          const Settings& settings);

// application/json, or application/merge-patch+json for PATCH; nothing needed without a body.
bool is_json_request(const net::ServerRequest& request);

}  // namespace patrol::api

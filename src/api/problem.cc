#include "api/problem.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"
#include "crypto/random.h"

namespace patrol::api {
namespace {

constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

bool is_our_code(std::string_view code) {
    return !code.empty() && std::ranges::all_of(code, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

Error::Kind kind_of_status(int status) {
    switch (status) {
        case 401:
            return Error::Kind::unauthenticated;
        case 403:
            return Error::Kind::denied;
        case 404:
            return Error::Kind::not_found;
        case 413:
            return Error::Kind::too_large;
        case 503:
            return Error::Kind::unavailable;
        case 500:
            return Error::Kind::internal;
        default:
            return Error::Kind::malformed;
    }
}

std::string_view detail_of(int status) {
    switch (status) {
        case 400:
            return "The request is not a well-formed message of this API.";
        case 404:
            return "There is nothing at this address.";
        case 405:
            return "This address does not know the method.";
        case 408:
            return "The request took too long to arrive.";
        case 413:
            return "The request body is too large.";
        case 417:
            return "The server does not support the expectation.";
        case 431:
            return "The request headers are too large.";
        case 503:
            return "The server has too much to do at the moment.";
        default:
            return "Something went wrong on the server.";
    }
}

net::ServerResponse render(int status, json::object body) {
    return {.status = status,
            .headers = {{"Content-Type", "application/problem+json"}},
            .body = to_text(json::value(std::move(body)))};
}

json::object frame(int status, std::string type, std::string_view detail) {
    return {{"type", "urn:patrol:problem:" + std::move(type)},
            {"title", title_of(status)},
            {"status", status},
            {"detail", detail}};
}

void set_header(net::Headers& headers, std::string_view name, std::string_view value) {
    if (net::find_header(headers, name) == nullptr)
        headers.push_back({std::string(name), std::string(value)});
}

}  // namespace

int status_of(Error::Kind kind) {
    switch (kind) {
        case Error::Kind::malformed:
            return 400;
        case Error::Kind::unauthenticated:
            return 401;
        case Error::Kind::denied:
            return 403;
        case Error::Kind::not_found:
            return 404;
        case Error::Kind::conflict:
            return 409;
        case Error::Kind::gone:
            return 410;
        case Error::Kind::stale:
            return 412;
        case Error::Kind::too_large:
            return 413;
        case Error::Kind::invalid:
            return 422;
        case Error::Kind::throttled:
            return 429;
        case Error::Kind::cancelled:
        case Error::Kind::unavailable:
            return 503;
        case Error::Kind::timeout:
            return 504;
        case Error::Kind::internal:
            return 500;
    }
    return 500;
}

std::string_view title_of(int status) {
    switch (status) {
        case 400:
            return "Malformed request";
        case 401:
            return "Sign-in needed";
        case 403:
            return "Not allowed";
        case 404:
            return "Not found";
        case 405:
            return "Method not allowed";
        case 408:
            return "Request timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Changed by someone else";
        case 413:
            return "Too large";
        case 417:
            return "Expectation failed";
        case 422:
            return "Wrong value";
        case 429:
            return "Too many requests";
        case 431:
            return "Headers too large";
        case 503:
            return "Not available";
        case 504:
            return "No answer in time";
        default:
            return "Internal error";
    }
}

std::string type_of(const Error& error) {
    std::string type(is_our_code(error.code) ? std::string_view(error.code) : to_string(error.kind));
    std::ranges::replace(type, '_', '-');
    return type;
}

net::ServerResponse problem(const Error& error, std::string_view trace_id) {
    const int status = status_of(error.kind);
    const bool internal = error.kind == Error::Kind::internal;
    json::object body = internal ? frame(status, "internal", "Something went wrong on the server.")
                                 : frame(status, type_of(error), error.message);
    if (internal) body["hint"] = "The server's log has the details under this trace id.";
    if (!internal && !error.hint.empty()) body["hint"] = error.hint;
    if (!error.field.empty() && !internal) body["field"] = error.field;
    body["trace_id"] = trace_id;
    net::ServerResponse response = render(status, std::move(body));
    const bool says_when = error.kind == Error::Kind::unavailable && error.retry_after_ms > 0;
    if (error.kind == Error::Kind::throttled || says_when)
        response.headers.push_back(
            {"Retry-After", std::to_string(std::max(1, (error.retry_after_ms + 999) / 1000))});
    if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

net::ServerResponse problem(int status, std::string_view trace_id) {
    std::string type(status == 405 ? "method-not-allowed" : to_string(kind_of_status(status)));
    std::ranges::replace(type, '_', '-');
    json::object body = frame(status, std::move(type), detail_of(status));
    body["trace_id"] = trace_id;
    return render(status, std::move(body));
}

// Every request has one: random bytes are fetched for many at once. They name a request and guard nothing.
std::string new_trace_id() {
    constexpr std::size_t id_bytes = 8, fetched_bytes = 512;
    thread_local std::string bytes;
    thread_local std::size_t used = fetched_bytes;
    if (used + id_bytes > fetched_bytes) {
        bytes = crypto::random_bytes(fetched_bytes);
        used = 0;
    }
    used += id_bytes;
    return to_hex(as_bytes(std::string_view(bytes).substr(used - id_bytes, id_bytes)));
}

void add_security_headers(net::ServerResponse& response, Transport transport) {
    net::Headers& headers = response.headers;
    headers.reserve(headers.size() + 9);
    set_header(headers, "Content-Security-Policy", content_security_policy);
    set_header(headers, "X-Content-Type-Options", "nosniff");
    set_header(headers, "X-Frame-Options", "DENY");
    set_header(headers, "Referrer-Policy", "no-referrer");
    set_header(headers, "Cross-Origin-Opener-Policy", "same-origin");
    set_header(headers, "Cross-Origin-Resource-Policy", "same-origin");
    set_header(headers, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    set_header(headers, "Cache-Control", "no-store");
    if (transport == Transport::tls)
        set_header(headers, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

}  // namespace patrol::api

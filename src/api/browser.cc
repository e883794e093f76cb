#include "api/browser.h"

#include <algorithm>

#include "base/limits.h"
#include "net/url.h"

namespace patrol::api {
namespace {

std::string_view last_of_list(std::string_view list) {
    const auto comma = list.rfind(',');
    std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    while (last.starts_with(' ')) last.remove_prefix(1);
    while (last.ends_with(' ')) last.remove_suffix(1);
    return last;
}

bool is_loopback_host(std::string_view host_header) {
    const auto url = net::parse_url("http://" + std::string(host_header) + "/");
    if (!url) return false;
    if (url->host_kind == net::Url::HostKind::name) return url->host == "localhost";
    const auto address = net::IpAddress::parse(url->host);
    return address && address->is_loopback();
}

Error foreign(std::string message) {
    return {.kind = Error::Kind::denied,
            .message = std::move(message),
            .hint =
                "Writes with a session cookie need the X-Patrol-CSRF header, a JSON body and this "
                "server's own origin; programs use an API token.",
            .code = "csrf"};
}

std::string cookie_text(const Arrival& arrival, std::string_view value, long seconds) {
    std::string text = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}", cookie_name(arrival),
                                   value, seconds);
    if (arrival.transport == Transport::tls) text += "; Secure";
    return text;
}

bool is_own_origin(std::string_view origin, const net::ServerRequest& request, const Arrival& arrival,
                   const Settings& settings) {
    if (origin == settings.public_url) return true;
    const std::string_view scheme = arrival.transport == Transport::tls ? "https" : "http";
    return origin == fmt::format("{}://{}", scheme, request.header("Host"));
}

bool has_tls_name(const Settings& settings) { return settings.public_url.starts_with("https://"); }

// A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d.
net::IpAddress without_mapping(const net::IpAddress& address) {
    static const net::Cidr mapped = *net::Cidr::parse("::ffff:0:0/96");
    if (!mapped.contains(address)) return address;
    net::IpAddress plain;
    std::copy_n(address.bytes.begin() + 12, 4, plain.bytes.begin());
    return plain;
}

bool is_proxy(const net::IpAddress& given, const Settings& settings) {
    const net::IpAddress address = without_mapping(given);
    if (!settings.trusted_proxies) return address.is_loopback() && has_tls_name(settings);
    return std::ranges::any_of(*settings.trusted_proxies,
                               [&](const net::Cidr& block) { return block.contains(address); });
}

// X-Forwarded-For grows to the right, and everybody may start it: the nearest address that is no proxy's.
std::string client_behind(const net::ServerRequest& request, const Settings& settings) {
    std::string client = request.peer_address.to_string();
    for (std::string_view list = request.header("X-Forwarded-For"); !list.empty();) {
        const auto address = net::IpAddress::parse(last_of_list(list));
        if (!address) break;
        client = address->to_string();
        if (!is_proxy(*address, settings)) break;
        const auto comma = list.rfind(',');
        list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
    }
    return client;
}

}  // namespace

Arrival arrival_of(const net::ServerRequest& request, const Settings& settings) {
    const bool proxied = is_proxy(request.peer_address, settings);
    Arrival arrival{.address = proxied ? client_behind(request, settings) : request.peer_address.to_string()};
    const std::string_view host = request.header("Host");
    const bool asked_for_public =
        has_tls_name(settings) && net::equal_without_case(settings.public_url.substr(8), host);
    const bool proxy_says_tls =
        proxied && net::equal_without_case(last_of_list(request.header("X-Forwarded-Proto")), "https");
    if (request.is_tls || asked_for_public || proxy_says_tls) {
        arrival.transport = Transport::tls;
        return arrival;
    }
    arrival.from_this_machine =
        request.is_loopback && is_loopback_host(host) && request.header("X-Forwarded-For").empty();
    return arrival;
}

Result<void> check_sign_in_allowed(const Arrival& arrival, const Settings& settings) {
    if (arrival.transport == Transport::tls || arrival.from_this_machine ||
        settings.insecure_http == Allow::yes)
        return {};
    return fail(
        Error{.kind = Error::Kind::denied,
              .message = "Signing in over plain http is only possible on the machine that runs Patrol.",
              .hint = "Put a TLS proxy in front and set --public-url to its https address, or start "
                      "the server with --insecure-http on a network that you trust.",
              .code = "insecure_http"});
}

std::string_view cookie_name(const Arrival& arrival) {
    return arrival.transport == Transport::tls ? "__Host-patrol" : "patrol";
}

std::string_view session_cookie(const net::ServerRequest& request, const Arrival& arrival) {
    return cookie_value(request, cookie_name(arrival));
}

std::string_view cookie_value(const net::ServerRequest& request, std::string_view wanted) {
    std::string_view rest = request.header("Cookie");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == wanted)
            return pair.substr(equals + 1);
    }
    return {};
}

net::Header set_session_cookie(const Arrival& arrival, std::string_view token) {
    constexpr auto age = std::chrono::duration_cast<std::chrono::seconds>(limits::session_age);
    return {"Set-Cookie", cookie_text(arrival, token, static_cast<long>(age.count()))};
}

net::Header clear_session_cookie(const Arrival& arrival) {
    return {"Set-Cookie", cookie_text(arrival, "", 0)};
}

bool is_json_request(const net::ServerRequest& request) {
    if (request.body.empty()) return true;
    std::string_view type = request.header("Content-Type");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return net::equal_without_case(type, "application/json") ||
           (request.method == "PATCH" && net::equal_without_case(type, "application/merge-patch+json"));
}

Result<void> check_origin(const net::ServerRequest& request, const Arrival& arrival,
                          const Settings& settings) {
    const std::string_view site = request.header("Sec-Fetch-Site");
    if (!site.empty() && site != "same-origin" && site != "none")
        return fail(foreign("This request comes from another site."));
    const std::string_view origin = request.header("Origin");
    if (!origin.empty() && !is_own_origin(origin, request, arrival, settings))
        return fail(foreign("This request comes from another site."));
    if (!is_json_request(request) || (request.body.empty() && !request.header("Content-Type").empty() &&
                                      !request.header("Content-Type").starts_with("application/")))
        return fail(foreign("The request body must be application/json."));
    return {};
}

Result<void> check_csrf(const net::ServerRequest& request, const Arrival& arrival, const Settings& settings) {
    if (request.header("X-Patrol-CSRF").empty())
        return fail(foreign("This write carries no X-Patrol-CSRF header."));
    return check_origin(request, arrival, settings);
}

}  // namespace patrol::api

// Absolute http and https URLs, and query strings. Strict: visible ASCII only, no user information, no
// backslash; a host is a DNS name (lower-cased), a strict dotted quad or a bracketed IPv6 address.
// Path and query keep their percent-encoding exactly as written. A fragment is dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace patrol::net {

struct Url {
    enum class HostKind { name, ipv4, ipv6 };
    std::string scheme;  // "http" or "https"
    std::string host;    // without brackets
    HostKind host_kind = HostKind::name;
    std::uint16_t port = 0;            // always set: 80 or 443 where none was written
    std::string path = "/";            // starts with '/'
    std::optional<std::string> query;  // without '?'

    [[nodiscard]] bool is_default_port() const;
    [[nodiscard]] std::string authority() const;  // host[:port], port only where it is not the default
    [[nodiscard]] std::string to_string() const;
};

// Errors are Kind::invalid with field "url" and never repeat a user or password.
Result<Url> parse_url(std::string_view text);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;
// "a=1&b=x%20y" decoded, '+' as space, in order, repeats kept; "a" is {"a",""}. Nullopt for a bad escape.
std::optional<QueryPairs> parse_query(std::string_view query);
// RFC 3986 encoding of each part (space is %20).
std::string format_query(const QueryPairs& pairs);

}  // namespace patrol::net

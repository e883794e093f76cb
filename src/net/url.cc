#include "net/url.h"

#include <charconv>

#include "base/encoding.h"
#include "net/ip_address.h"

namespace patrol::net {

namespace {

constexpr std::size_t url_bytes_max = 16 * 1024;
constexpr std::size_t host_bytes_max = 253;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

// Underscores are outside the standard and in use in private networks.
bool is_dns_name(std::string_view host) {
    if (host.empty() || host.size() > host_bytes_max + 1) return false;
    if (host.back() == '.') host.remove_suffix(1);
    std::size_t label = 0;
    for (char c : host) {
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
        } else if ((!is_alphanumeric(c) && c != '-' && c != '_') || ++label > 63) {
            return false;
        }
    }
    return label > 0;
}

Result<void> read_host(std::string_view text, Url& url) {
    if (text.starts_with('[')) {
        if (!text.ends_with(']')) return invalid("url", "The IPv6 address of the URL lacks its bracket.");
        auto address = IpAddress::parse(text.substr(1, text.size() - 2));
        if (!address || address->family != IpAddress::Family::ipv6)
            return invalid("url", "The URL has no valid IPv6 address between the brackets.");
        url.host = address->to_string();
        url.host_kind = Url::HostKind::ipv6;
        return {};
    }
    if (!is_dns_name(text)) return invalid("url", "The URL has no valid host name.");
    url.host = to_lower(text);
    url.host_kind = IpAddress::parse(url.host) ? Url::HostKind::ipv4 : Url::HostKind::name;
    return {};
}

Result<void> read_authority(std::string_view authority, Url& url) {
    if (authority.find('@') != authority.npos)
        return invalid("url", "The URL must not contain a user name or password.");
    std::string_view host = authority;
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
        host = authority.substr(0, colon);
        const std::string_view digits = authority.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc() || end != digits.data() + digits.size() || url.port == 0)
            return invalid("url", "The URL has no valid port.");
    }
    return read_host(host, url);
}

}  // namespace

bool Url::is_default_port() const { return port == (scheme == "https" ? 443 : 80); }

std::string Url::authority() const {
    std::string text = host_kind == HostKind::ipv6 ? "[" + host + "]" : host;
    return is_default_port() ? text : text + ":" + std::to_string(port);
}

std::string Url::to_string() const {
    return scheme + "://" + authority() + path + (query ? "?" + *query : std::string());
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > url_bytes_max) return invalid("url", "The URL is longer than 16 KB.");
    for (char c : text)
        if (c <= ' ' || c >= 0x7f || c == '\\')
            return invalid("url", "The URL contains a space or another character that must be encoded.");
    const auto mark = text.find("://");
    if (mark == text.npos) return invalid("url", "The URL must start with https:// or http://.");
    Url url;
    url.scheme = to_lower(text.substr(0, mark));
    if (url.scheme != "https" && url.scheme != "http")
        return invalid("url", "The URL must start with https:// or http://.");
    std::string_view rest = text.substr(mark + 3);
    if (const auto hash = rest.find('#'); hash != rest.npos) rest = rest.substr(0, hash);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    TRY(read_authority(rest.substr(0, end), url));
    if (url.port == 0) url.port = url.scheme == "https" ? 443 : 80;
    rest = rest.substr(end);
    const auto question = rest.find('?');
    if (question != rest.npos) url.query = std::string(rest.substr(question + 1));
    url.path = std::string(rest.substr(0, question));
    if (url.path.empty()) url.path = "/";
    return url;
}

std::optional<QueryPairs> parse_query(std::string_view query) {
    const auto decode = [](std::string_view part) {
        std::string text(part);
        for (char& c : text)
            if (c == '+') c = ' ';
        return percent_decode(text);
    };
    QueryPairs pairs;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals));
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return std::nullopt;
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::string format_query(const QueryPairs& pairs) {
    std::string text;
    for (const auto& [name, value] : pairs) {
        if (!text.empty()) text += '&';
        text += percent_encode(name) + "=" + percent_encode(value);
    }
    return text;
}

}  // namespace patrol::net

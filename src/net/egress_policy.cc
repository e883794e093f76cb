#include "net/egress_policy.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace patrol::net {

namespace {

// Never opened, whatever the operator lists: they answer with the machine's own credentials, or they are an
// IPv4 address in another dress. AWS EC2, ECS and EKS, Azure, Oracle, Alibaba and Google publish them so.
constexpr std::array always_closed = {
    "169.254.0.0/16",   "168.63.129.16/32", "192.0.0.192/32", "100.100.100.200/32",
    "0.0.0.0/8",        "224.0.0.0/3",      "::/96",          "::ffff:0:0/96",
    "64:ff9b::/96",     "64:ff9b:1::/48",   "2002::/16",      "2001::/32",
    "fe80::/10",        "fec0::/10",        "ff00::/8",       "fd00:ec2::254/128",
    "fd00:ec2::23/128", "fd20:ce::254/128",
};
// Closed unless listed: loopback, private, shared and documentation ranges.
constexpr std::array closed_by_default = {
    "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "172.16.0.0/12", "192.168.0.0/16",
    "192.0.0.0/24",   "192.0.2.0/24",  "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "::1/128",       "fc00::/7",       "100::/64",      "2001:db8::/32",
};
constexpr std::array metadata_names = {"metadata.google.internal", "metadata.goog", "metadata",
                                       "instance-data", "instance-data.ec2.internal"};
// Ports from 1024 up where something else than HTTP usually listens.
constexpr std::array<std::uint16_t, 19> other_protocols = {1433, 1521, 1883, 2049, 2181, 2375, 3306,
                                                           3389, 4369, 5432, 5672, 5900, 5984, 6000,
                                                           6379, 6667, 9042, 9092, 11211};

bool contains(const auto& list, const auto& wanted) { return std::ranges::find(list, wanted) != list.end(); }

template <std::size_t N>
std::vector<Cidr> parse_all(const std::array<const char*, N>& texts) {
    std::vector<Cidr> blocks;
    for (const char* text : texts)
        if (const auto block = Cidr::parse(text)) blocks.push_back(*block);
    return blocks;
}

const IpAddress ipv6_loopback{.family = IpAddress::Family::ipv6,
                              .bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

bool is_always_closed(const IpAddress& address) {
    static const std::vector<Cidr> blocks = parse_all(always_closed);
    if (address == ipv6_loopback) return false;  // inside ::/96, and an operator may list it
    return std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(address); });
}

bool is_closed_by_default(const IpAddress& address) {
    static const std::vector<Cidr> blocks = parse_all(closed_by_default);
    return std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(address); });
}

bool is_mail(std::string_view scheme) { return scheme == "smtp" || scheme == "smtps"; }

// Ports from 1024 up serve anything but what is known to be something else.
bool fits_port(std::uint16_t port, std::string_view scheme) {
    if (port < 1024 && is_mail(scheme)) return port == 25 || port == 465 || port == 587;
    if (port < 1024) return port == 443 || (port == 80 && scheme == "http");
    return !contains(other_protocols, port);
}

std::string_view without_final_dot(std::string_view host) {
    return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

// Resolvers read 2130706433, 0x7f.1, 0177.0.0.1 and 127.1 as addresses: a last label that is a number.
bool is_number_in_disguise(const Url& url) {
    if (url.host_kind != Url::HostKind::name) return false;
    std::string_view label = without_final_dot(url.host);
    if (const auto dot = label.rfind('.'); dot != label.npos) label = label.substr(dot + 1);
    if (label.starts_with("0x")) return true;
    return std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_loopback_name(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host == "localhost.localdomain" ||
           host == "ip6-localhost" || host == "ip6-loopback";
}

Failure blocked(std::string message, std::string hint = {}) {
    return Failure(Error{.kind = Error::Kind::invalid,
                         .message = std::move(message),
                         .hint = std::move(hint),
                         .field = "url",
                         .code = "egress_blocked"});
}

constexpr std::string_view how_to_open =
    "The operator of this server can list the destination in PATROL_ALLOW_ENDPOINTS.";

}  // namespace

Result<EgressPolicy> EgressPolicy::parse(std::string_view allow) {
    EgressPolicy policy;
    while (true) {
        allow.remove_prefix(std::min(allow.find_first_not_of(", \t\n"), allow.size()));
        if (allow.empty()) return policy;
        const std::string_view text = allow.substr(0, allow.find_first_of(", \t\n"));
        allow.remove_prefix(text.size());
        Allowed entry;
        if (const auto block = Cidr::parse(text)) {
            entry.block = *block;
            policy.allowed_.push_back(entry);
            continue;
        }
        const bool wildcard = text.starts_with("*.");
        const auto url = parse_url("http://" + std::string(wildcard ? text.substr(2) : text));
        if (!url || url->path != "/" || url->query || text.find_first_of("/#?") != text.npos ||
            (wildcard && url->host_kind != Url::HostKind::name) || is_number_in_disguise(*url))
            return invalid("allow_endpoints",
                           "'" + std::string(text) + "' is neither a CIDR block nor a host name.");
        if (text.ends_with(":" + std::to_string(url->port))) entry.port = url->port;
        if (const auto address = IpAddress::parse(url->host))
            entry.block = {*address, address->family == IpAddress::Family::ipv4 ? 32 : 128};
        else
            entry.name = (wildcard ? "." : "") + std::string(without_final_dot(url->host));
        policy.allowed_.push_back(std::move(entry));
    }
}

void EgressPolicy::refuse_host(std::string_view host) {
    std::string name(without_final_dot(host));
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    refused_.push_back(std::move(name));
}

// The entry that opens this URL by what it says; for a name, blocks say nothing yet.
const EgressPolicy::Allowed* EgressPolicy::allowing(const Url& url) const {
    const std::string_view host = without_final_dot(url.host);
    const auto address = IpAddress::parse(url.host);
    for (const Allowed& entry : allowed_) {
        if (entry.port != 0 && entry.port != url.port) continue;
        if (entry.name.empty()) {
            if (address && entry.block.contains(*address)) return &entry;
        } else if (entry.name == host || (entry.name[0] == '.' && host.ends_with(entry.name))) {
            return &entry;
        }
    }
    return nullptr;
}

bool EgressPolicy::opens(const Url& url, const IpAddress& address) const {
    return std::ranges::any_of(allowed_, [&](const Allowed& entry) {
        return entry.name.empty() && (entry.port == 0 || entry.port == url.port) &&
               entry.block.contains(address);
    });
}

bool EgressPolicy::has_block() const {
    return std::ranges::any_of(allowed_, [](const Allowed& entry) { return entry.name.empty(); });
}

Result<Url> EgressPolicy::check_url(std::string_view text) const {
    Url url = TRY(parse_url(text));
    TRY(check_url(url));
    return url;
}

Result<void> EgressPolicy::check_url(const Url& url) const {
    const std::string_view host = without_final_dot(url.host);
    if (is_number_in_disguise(url))
        return blocked("The host of the URL is a number; write it as a dotted address or a name.");
    if (contains(metadata_names, host))
        return blocked("The URL leads to a cloud's metadata service, which is never allowed.");
    if (contains(refused_, host)) return blocked("The URL leads to this server itself.");
    const Allowed* entry = allowing(url);
    if (!(entry && entry->port != 0) && !fits_port(url.port, url.scheme))
        return blocked("Port " + std::to_string(url.port) + " is not one that " +
                       (is_mail(url.scheme) ? "mail servers" : "HTTP services") + " use.");
    if (const auto address = IpAddress::parse(url.host)) {
        TRY(check_address(url, *address));
    } else if (is_loopback_name(host) && !entry) {
        const IpAddress v4{.bytes = {127, 0, 0, 1}};
        if (!opens(url, v4) && !opens(url, ipv6_loopback))
            return blocked("The URL leads to this machine itself.", std::string(how_to_open));
    }
    const bool may_resolve_into_a_block = url.host_kind == Url::HostKind::name && has_block();
    if (url.scheme == "http" && !entry && !may_resolve_into_a_block)
        return blocked("The URL must start with https://.", std::string(how_to_open));
    return {};
}

Result<void> EgressPolicy::check_address(const Url& url, const IpAddress& address) const {
    if (is_always_closed(address))
        return blocked(
            "The URL leads to a link-local, metadata or reserved address, which is never allowed.");
    if (opens(url, address) || allowing(url)) return {};
    if (is_closed_by_default(address))
        return blocked("The URL leads to a private network.", std::string(how_to_open));
    if (url.scheme == "http") return blocked("The URL must start with https://.", std::string(how_to_open));
    return {};
}

}  // namespace patrol::net

// Where a URL that a user wrote may lead (SSRF). Pure: no look-ups. A URL is checked as text when it is
// written and before each call; every address it resolves to is checked before a socket connects to it, so
// a name that changes its answer gains nothing.
// Closed unless the operator lists it: plain http, loopback, private and reserved ranges. Closed always:
// link-local and metadata addresses, IPv4 inside IPv6 forms, hosts that are numbers in any form but a
// dotted quad or bracketed IPv6, user information, ports of other protocols.
// Errors are Kind::invalid, field "url", code "egress_blocked".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/ip_address.h"
#include "net/url.h"

namespace patrol::net {

class EgressPolicy {
public:
    EgressPolicy() = default;  // nothing is opened

    // PATROL_ALLOW_ENDPOINTS: entries separated by commas or spaces, each a CIDR block, an address, a host
    // name, "*.domain", and optionally ":port" after a name or dotted quad. Field "allow_endpoints" on error.
    static Result<EgressPolicy> parse(std::string_view allow);

    // A host no user may name, whatever the list says: the server's own public name.
    void refuse_host(std::string_view host);

    [[nodiscard]] Result<Url> check_url(std::string_view url) const;
    // The scheme may also be smtp or smtps: then the ports are those of mail servers.
    [[nodiscard]] Result<void> check_url(const Url& url) const;
    // `url` is what was asked for, `address` what it resolved to.
    [[nodiscard]] Result<void> check_address(const Url& url, const IpAddress& address) const;

    // Whether the list names it: by its host's name, or by an address that it is written as.
    [[nodiscard]] bool lists(const Url& url) const { return allowing(url) != nullptr; }

private:
    struct Allowed {
        std::string name;  // empty: by block; ".domain" for "*.domain"
        Cidr block;
        std::uint16_t port = 0;  // 0: any that is not another protocol's
    };
    [[nodiscard]] const Allowed* allowing(const Url& url) const;
    [[nodiscard]] bool opens(const Url& url, const IpAddress& address) const;
    [[nodiscard]] bool has_block() const;

    std::vector<Allowed> allowed_;
    std::vector<std::string> refused_;
};

}  // namespace patrol::net

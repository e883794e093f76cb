// IP addresses and CIDR blocks as values, from text or from the socket layer. Text is strict: dotted quads
// have four decimal parts without leading zeros; IPv6 carries no zone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace patrol::net {

struct IpAddress {
    enum class Family { ipv4, ipv6 };
    Family family = Family::ipv4;
    std::array<std::uint8_t, 16> bytes{};  // IPv4 uses the first four

    static std::optional<IpAddress> parse(std::string_view text);
    static std::optional<IpAddress> from(const sockaddr* address);  // nullopt for another family
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] bool is_loopback() const;  // 127/8, ::1 and the mapped forms of 127/8
    auto operator<=>(const IpAddress&) const = default;
};

struct Cidr {
    IpAddress base;
    int prefix_bits = 0;

    static std::optional<Cidr> parse(std::string_view text);  // "10.0.0.0/8", "fd00::/8", or one address
    [[nodiscard]] bool contains(const IpAddress& address) const;
};

}  // namespace patrol::net

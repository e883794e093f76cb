#include "net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace patrol::net {

namespace {

std::optional<int> small_number(std::string_view text, int most) {
    int value = 0;
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    for (char c : text)
        if (c < '0' || c > '9') return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<IpAddress> parse_dotted_quad(std::string_view text) {
    IpAddress address;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto end = std::min(text.find('.'), text.size());
        const auto part = small_number(text.substr(0, end), 255);
        if (!part || (i < 3) == (end == text.size())) return std::nullopt;
        address.bytes[i] = static_cast<std::uint8_t>(*part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return address;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.find(':') == text.npos) return parse_dotted_quad(text);
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    IpAddress address{.family = Family::ipv6};
    if (inet_pton(AF_INET6, std::string(text).c_str(), address.bytes.data()) != 1) return std::nullopt;
    return address;
}

std::optional<IpAddress> IpAddress::from(const sockaddr* from) {
    IpAddress address;
    if (from->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, from, sizeof v4);
        std::memcpy(address.bytes.data(), &v4.sin_addr, 4);
        return address;
    }
    if (from->sa_family != AF_INET6) return std::nullopt;
    sockaddr_in6 v6;
    std::memcpy(&v6, from, sizeof v6);
    address.family = Family::ipv6;
    std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    return address;
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(family == Family::ipv4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
    return text;
}

bool IpAddress::is_loopback() const {
    static constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (family == Family::ipv4) return bytes[0] == 127;
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) return bytes[12] == 127;
    return bytes[15] == 1 && std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; });
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const auto base = IpAddress::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    const int most = base->family == IpAddress::Family::ipv4 ? 32 : 128;
    if (slash == text.size()) return Cidr{*base, most};
    const auto bits = small_number(text.substr(slash + 1), most);
    if (!bits) return std::nullopt;
    return Cidr{*base, *bits};
}

bool Cidr::contains(const IpAddress& address) const {
    if (address.family != base.family) return false;
    const auto whole = static_cast<std::size_t>(prefix_bits / 8);
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) return false;
    if (prefix_bits % 8 == 0) return true;
    const int mask = 0xff00 >> (prefix_bits % 8) & 0xff;
    return (base.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

}  // namespace patrol::net

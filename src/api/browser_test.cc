#include "api/browser.h"

#include <doctest/doctest.h>

namespace patrol::api {
namespace {

net::ServerRequest from(std::string_view peer, net::Headers headers = {}) {
    net::ServerRequest request{.method = "GET", .headers = std::move(headers)};
    request.peer_address = *net::IpAddress::parse(peer);
    request.is_loopback = request.peer_address.is_loopback();
    if (net::find_header(request.headers, "Host") == nullptr)
        request.headers.push_back({"Host", "10.0.0.5:8080"});
    return request;
}

net::Headers forwarded(std::string chain, std::string scheme = "https") {
    return {{"X-Forwarded-For", std::move(chain)}, {"X-Forwarded-Proto", std::move(scheme)}};
}

Settings behind(std::vector<std::string> proxies) {
    Settings settings{.public_url = "https://patrol.example.com"};
    settings.trusted_proxies.emplace();
    for (const auto& each : proxies) settings.trusted_proxies->push_back(*net::Cidr::parse(each));
    return settings;
}

}  // namespace

TEST_CASE("arrival: forwarded headers count from trusted proxies only") {
    const Settings settings = behind({"10.0.0.0/8"});
    Arrival arrival = arrival_of(from("10.1.2.3", forwarded("203.0.113.9")), settings);
    CHECK(arrival.address == "203.0.113.9");
    CHECK(arrival.transport == Transport::tls);

    arrival = arrival_of(from("192.0.2.1", forwarded("203.0.113.9")), settings);
    CHECK(arrival.address == "192.0.2.1");
    CHECK(arrival.transport == Transport::plain);

    // With a list, this machine is no proxy unless it is in it.
    arrival = arrival_of(from("127.0.0.1", forwarded("203.0.113.9")), settings);
    CHECK(arrival.address == "127.0.0.1");
    CHECK(arrival.transport == Transport::plain);
    CHECK_FALSE(arrival.from_this_machine);
    CHECK(arrival_of(from("10.1.2.3", forwarded("203.0.113.9")), behind({})).address == "10.1.2.3");
}

TEST_CASE("arrival: of a chain the nearest address that is no proxy's, whatever was claimed before it") {
    const Settings settings = behind({"10.0.0.0/8", "2001:db8::/32"});
    const auto address = [&](std::string chain) {
        return arrival_of(from("10.1.2.3", forwarded(std::move(chain))), settings).address;
    };
    CHECK(address("1.1.1.1, 203.0.113.9, 10.9.9.9") == "203.0.113.9");
    CHECK(address("1.1.1.1, 203.0.113.9, 2001:db8::1,10.9.9.9") == "203.0.113.9");
    CHECK(address("10.4.4.4,10.9.9.9") == "10.4.4.4");
    CHECK(address("203.0.113.9, nonsense") == "10.1.2.3");
    CHECK(address("") == "10.1.2.3");
    CHECK(address(", ,") == "10.1.2.3");
    CHECK(address("2001:DB9::1") == "2001:db9::1");
}

TEST_CASE("arrival: the nearest proxy says whether it was TLS") {
    const Settings settings = behind({"10.0.0.0/8"});
    CHECK(arrival_of(from("10.1.2.3", forwarded("203.0.113.9", "http")), settings).transport ==
          Transport::plain);
    CHECK(arrival_of(from("10.1.2.3", forwarded("203.0.113.9", "https, http")), settings).transport ==
          Transport::plain);
    CHECK(arrival_of(from("::ffff:10.1.2.3", forwarded("203.0.113.9")), settings).address == "203.0.113.9");
}

TEST_CASE("arrival: without a list, a proxy on this machine counts where the public URL is https") {
    const Settings with_tls{.public_url = "https://patrol.example.com"};
    CHECK(arrival_of(from("127.0.0.1", forwarded("203.0.113.9")), with_tls).address == "203.0.113.9");
    CHECK(arrival_of(from("192.0.2.1", forwarded("203.0.113.9")), with_tls).address == "192.0.2.1");
    const Settings without{.public_url = "http://127.0.0.1:8080"};
    const Arrival arrival = arrival_of(from("127.0.0.1", forwarded("203.0.113.9")), without);
    CHECK(arrival.address == "127.0.0.1");
    CHECK(arrival.transport == Transport::plain);
}

TEST_CASE("arrival: TLS that ends here needs nobody's word") {
    const Settings settings{.public_url = "https://127.0.0.1:8443"};
    net::ServerRequest request = from("192.0.2.1");
    request.is_tls = true;
    const Arrival arrival = arrival_of(request, settings);
    CHECK(arrival.transport == Transport::tls);
    CHECK(check_sign_in_allowed(arrival, settings));
    CHECK(cookie_name(arrival) == "__Host-patrol");
    const std::string cookie = set_session_cookie(arrival, "t").value;
    CHECK(cookie.starts_with("__Host-patrol=t; Path=/; HttpOnly; SameSite=Lax"));
    CHECK(cookie.ends_with("; Secure"));
    net::ServerResponse response;
    add_security_headers(response, arrival.transport);
    CHECK(net::find_header(response.headers, "Strict-Transport-Security") != nullptr);
}

}  // namespace patrol::api

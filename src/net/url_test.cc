#include "net/url.h"

#include <doctest/doctest.h>

#include "net/ip_address.h"

using namespace patrol;
using namespace patrol::net;

TEST_CASE("URLs are read and written back") {
    const auto url = parse_url("HTTPS://S3.Example.COM:8443/a%2Fb/../c?x=1&y#part");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "s3.example.com");
    CHECK(url->port == 8443);
    CHECK(url->path == "/a%2Fb/../c");
    CHECK(*url->query == "x=1&y");
    CHECK(url->to_string() == "https://s3.example.com:8443/a%2Fb/../c?x=1&y");
    CHECK(parse_url("http://h")->to_string() == "http://h/");
    CHECK(parse_url("http://h?q")->to_string() == "http://h/?q");
    CHECK(parse_url("http://h/?")->to_string() == "http://h/?");
    CHECK(parse_url("https://h:443/")->to_string() == "https://h/");
    CHECK(parse_url("http://[2001:DB8::1]:80/x")->to_string() == "http://[2001:db8::1]/x");
    CHECK(parse_url("http://10.0.0.1/")->host_kind == Url::HostKind::ipv4);
    CHECK(parse_url("http://10.0.0.01/")->host_kind == Url::HostKind::name);
    CHECK(parse_url("http://a_b.example/"));
}

TEST_CASE("what is not a URL of ours") {
    for (const char* text : {"",
                             "http",
                             "http:/x",
                             "//h/",
                             "ftp://h/",
                             "http://",
                             "http:///",
                             "http://:80/",
                             "http://h:/",
                             "http://h:0/",
                             "http://h:99999/",
                             "http://h:8x/",
                             "http://a@h/",
                             "http://a:b@h/",
                             "http://h\\x/",
                             "http://h h/",
                             "http://h/\x7f",
                             "http://h/\xc3\xa9",
                             "http://[::1/",
                             "http://[::g]/",
                             "http://[1.2.3.4]/",
                             "http://[::1]x/",
                             "http://.h/",
                             "http://a..b/",
                             "http://a%41/",
                             "http://a]b/"}) {
        CAPTURE(text);
        CHECK(!parse_url(text));
    }
    CHECK(!parse_url("http://h/" + std::string(20'000, 'a')));
    CHECK(!parse_url("http://" + std::string(64, 'a') + "/"));
}

TEST_CASE("query strings") {
    CHECK(*parse_query("a=1&b=x%20y&c+d=e%2Bf&g&=h&a=2&&") ==
          QueryPairs{{"a", "1"}, {"b", "x y"}, {"c d", "e+f"}, {"g", ""}, {"", "h"}, {"a", "2"}});
    CHECK(parse_query("")->empty());
    CHECK(*parse_query("a=b=c") == QueryPairs{{"a", "b=c"}});
    CHECK(!parse_query("a=%"));
    CHECK(!parse_query("%zz=1"));
    CHECK(format_query({{"a b", "c&d"}, {"e", ""}}) == "a%20b=c%26d&e=");
}

TEST_CASE("addresses and blocks") {
    CHECK(IpAddress::parse("1.2.3.4")->to_string() == "1.2.3.4");
    CHECK(IpAddress::parse("::FFFF:1.2.3.4")->to_string() == "::ffff:1.2.3.4");
    for (const char* text : {"", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4",
                             " 1.2.3.4", "0x1.2.3.4", "::1%lo", ":::", "1::2::3", "1.2.3.4/8"}) {
        CAPTURE(text);
        CHECK(!IpAddress::parse(text));
    }
    const auto inside = [](const char* block, const char* address) {
        return Cidr::parse(block)->contains(*IpAddress::parse(address));
    };
    CHECK(inside("172.16.0.0/12", "172.31.255.255"));
    CHECK(!inside("172.16.0.0/12", "172.32.0.0"));
    CHECK(inside("0.0.0.0/0", "9.9.9.9"));
    CHECK(!inside("0.0.0.0/0", "::1"));
    CHECK(inside("fc00::/7", "fdff::1"));
    CHECK(!inside("fc00::/7", "fe00::1"));
    CHECK(inside("10.0.0.1", "10.0.0.1"));
    CHECK(!inside("10.0.0.1", "10.0.0.2"));
    for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "::/129", "/8", "10.0.0.0/-1"})
        CHECK(!Cidr::parse(text));
    CHECK(IpAddress::parse("127.9.9.9")->is_loopback());
    CHECK(IpAddress::parse("::1")->is_loopback());
    CHECK(IpAddress::parse("::ffff:127.0.0.1")->is_loopback());
    CHECK(!IpAddress::parse("::2")->is_loopback());
    CHECK(!IpAddress::parse("128.0.0.1")->is_loopback());
}

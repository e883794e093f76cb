#include "net/egress_policy.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::net;

namespace {

bool is_blocked(const EgressPolicy& policy, std::string_view url) {
    const auto checked = policy.check_url(url);
    return !checked && checked.error().kind == Error::Kind::invalid && checked.error().field == "url";
}

bool reaches(const EgressPolicy& policy, std::string_view url, std::string_view address) {
    return policy.check_address(*parse_url(url), *IpAddress::parse(address)).has_value();
}

}  // namespace

TEST_CASE("without a list only public https is open") {
    const EgressPolicy policy;
    for (const char* url :
         {"https://example.com/", "https://example.com:8443/x?y", "https://cloud.example:5000/v3",
          "https://cloud.example:13000", "https://8.8.8.8/", "https://[2606:4700::1111]/", "https://a1.b2c3/",
          "https://xn--bcher-kva.example/", "https://EXAMPLE.com./"}) {
        CAPTURE(url);
        CHECK(!is_blocked(policy, url));
    }
    for (const char* url : {"http://example.com/",
                            "http://169.254.169.254/",
                            "https://169.254.169.254/latest/meta-data",
                            "https://[fd00:ec2::254]/",
                            "https://127.0.0.1/",
                            "https://localhost./",
                            "https://localhost/",
                            "https://LOCALHOST/",
                            "https://a.localhost/",
                            "https://2130706433/",
                            "https://0x7f.1/",
                            "https://0177.0.0.1/",
                            "https://127.1/",
                            "https://0x7f000001/",
                            "https://1.2.3.4.5/",
                            "https://017700000001/",
                            "https://127.0.0.1./",
                            "https://256.1.1.1/",
                            "https://[::ffff:127.0.0.1]/",
                            "https://[::ffff:8.8.8.8]/",
                            "https://[64:ff9b::7f00:1]/",
                            "https://64:ff9b::7f00:1/",
                            "https://[2002:7f00:1::]/",
                            "https://[::1]/",
                            "https://[::]/",
                            "https://[::127.0.0.1]/",
                            "https://[fe80::1]/",
                            "https://[fe80::1%25eth0]/",
                            "https://[fc00::1]/",
                            "https://0.0.0.0/",
                            "https://10.1.2.3/",
                            "https://172.31.0.1/",
                            "https://192.168.1.1/",
                            "https://100.64.0.1/",
                            "https://100.100.100.200/",
                            "https://168.63.129.16/",
                            "https://198.18.0.1/",
                            "https://224.0.0.1/",
                            "https://255.255.255.255/",
                            "file:///etc/passwd",
                            "gopher://example.com/",
                            "ftp://example.com/",
                            "https://user:pw@example.com/",
                            "https://user@example.com/",
                            "https://example.com:22/",
                            "https://example.com:25/",
                            "https://example.com:80/",
                            "https://example.com:6379/",
                            "https://example.com:0/",
                            "https://example.com:65536/",
                            "https://example.com:+443/",
                            "https://example.com:/",
                            "https://metadata.google.internal/",
                            "https://exa\xc2\xb2mple.com/",
                            "https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/",
                            "https://exam ple.com/",
                            "https:///x",
                            "https://a\\@b/",
                            "https://a\nb/",
                            "https://a..b/",
                            "example.com",
                            "",
                            "https://"}) {
        CAPTURE(url);
        CHECK(is_blocked(policy, url));
    }
}

TEST_CASE("errors never repeat a password") {
    const auto checked = EgressPolicy().check_url("https://user:hunter2@example.com/");
    REQUIRE(!checked);
    CHECK(describe(checked.error()).find("hunter2") == std::string::npos);
}

TEST_CASE("every resolved address is checked") {
    const EgressPolicy policy;
    CHECK(reaches(policy, "https://rebind.example/", "93.184.216.34"));
    for (const char* address :
         {"127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "fd00:ec2::254", "::ffff:10.0.0.1",
          "fe80::1", "192.168.0.1", "172.16.0.1", "64:ff9b::a00:1"}) {
        CAPTURE(address);
        CHECK(!reaches(policy, "https://rebind.example/", address));
    }
}

TEST_CASE("blocks and names open what they say") {
    const auto policy =
        EgressPolicy::parse("10.1.0.0/16, 127.0.0.1 vault.corp,*.lab.corp:8200 moto:80 [::1]");
    REQUIRE(policy);
    CHECK(!is_blocked(*policy, "http://10.1.2.3:5000/"));
    CHECK(is_blocked(*policy, "http://10.2.2.3/"));
    CHECK(!is_blocked(*policy, "http://127.0.0.1:5000/"));
    CHECK(!is_blocked(*policy, "http://[::1]:5000/"));
    CHECK(!is_blocked(*policy, "http://localhost:5000/"));
    CHECK(is_blocked(*policy, "http://127.0.0.1:22/"));
    CHECK(!is_blocked(*policy, "https://vault.corp:8200/"));
    CHECK(reaches(*policy, "https://vault.corp:8200/", "192.168.4.4"));
    CHECK(!reaches(*policy, "https://other.corp:8200/", "192.168.4.4"));
    CHECK(reaches(*policy, "https://a.lab.corp:8200/", "192.168.4.4"));
    CHECK(!reaches(*policy, "https://a.lab.corp:8443/", "192.168.4.4"));
    CHECK(!reaches(*policy, "https://lab.corp:8200/", "192.168.4.4"));
    CHECK(reaches(*policy, "http://moto/", "172.18.0.2"));
    // A name over http may turn out to be inside a block; its address then decides.
    CHECK(!is_blocked(*policy, "http://some.name/"));
    CHECK(reaches(*policy, "http://some.name/", "10.1.9.9"));
    CHECK(!reaches(*policy, "http://some.name/", "93.184.216.34"));
    CHECK(reaches(*policy, "https://some.name/", "93.184.216.34"));
}

TEST_CASE("metadata is closed whatever the list says") {
    const auto policy =
        EgressPolicy::parse("0.0.0.0/0 ::/0 metadata.google.internal vault.corp 169.254.169.254");
    REQUIRE(policy);
    CHECK(!is_blocked(*policy, "http://10.0.0.1/"));
    for (const char* url : {"http://169.254.169.254/", "http://[fd00:ec2::254]/",
                            "http://metadata.google.internal/", "http://[::ffff:169.254.169.254]/",
                            "http://100.100.100.200/", "http://2852039166/", "http://169.254.170.2/v2"}) {
        CAPTURE(url);
        CHECK(is_blocked(*policy, url));
    }
    CHECK(!reaches(*policy, "https://vault.corp/", "169.254.169.254"));
}

TEST_CASE("the server's own name is closed") {
    EgressPolicy policy = *EgressPolicy::parse("patrol.corp");
    policy.refuse_host("Patrol.corp");
    CHECK(is_blocked(policy, "https://patrol.corp/api/v1"));
    CHECK(is_blocked(policy, "https://patrol.corp./api/v1"));
}

TEST_CASE("a list with a wrong entry is refused") {
    for (const char* list : {"10.0.0.0/33", "10.0.0/8", "http://x/", "a b..c", "x:70000", "*.10.0.0.1",
                             "0x7f.1", "user@host", "fe80::1%eth0"}) {
        CAPTURE(list);
        const auto policy = EgressPolicy::parse(list);
        REQUIRE(!policy);
        CHECK(policy.error().field == "allow_endpoints");
    }
    CHECK(EgressPolicy::parse(""));
    CHECK(EgressPolicy::parse(" , "));
}

#include "cloudsim/signature.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cloudsim;

namespace {

constexpr Timestamp noon{1'795'348'800'000};  // 2026-11-22T12:00:00Z

const model::Service& service() {
    static const model::Service one{.id = "kms", .protocol = model::Protocol::json11};
    return one;
}

World world() {
    World out;
    out.principals["AKIAUSER"] = {.account_id = "111122223333", .secret_access_key = "secret"};
    out.principals["ASIASESSION"] = {.account_id = "111122223333",
                                     .secret_access_key = "secret",
                                     .session_token = "token",
                                     .expires = noon + std::chrono::minutes(30)};
    return out;
}

struct Sent {
    std::string key = "AKIAUSER", secret = "secret", token = {};
    Timestamp time = noon;
    std::string path = "/", query = {}, body = "{}";
    std::string signing_service = "kms";
};

net::ServerRequest signed_request(const Sent& sent) {
    aws::SigningKeys keys;
    aws::UnsignedRequest request{.method = "POST",
                                 .path = sent.path,
                                 .query = sent.query,
                                 .headers = {{"host", "127.0.0.1:1"}, {"content-type", "application/json"}},
                                 .body = sent.body};
    aws::Credentials credentials{.access_key_id = sent.key,
                                 .secret_access_key = crypto::Secret(sent.secret),
                                 .session_token = crypto::Secret(sent.token)};
    auto options = aws::SigningOptions::for_service(sent.signing_service);
    auto made = aws::sign_headers(request, credentials,
                                  {.region = "us-east-1", .service = sent.signing_service, .time = sent.time},
                                  options, keys);
    net::ServerRequest out{.method = "POST",
                           .target = sent.path + (sent.query.empty() ? "" : "?" + sent.query),
                           .path = sent.path,
                           .headers = request.headers,
                           .body = sent.body};
    for (auto& header : made.headers) out.headers.push_back(std::move(header));
    return out;
}

std::string verdict(const net::ServerRequest& request, Timestamp now = noon) {
    auto scope = credential_scope(request);
    if (!scope) return "unsigned";
    aws::SigningKeys keys;
    const auto everyone = world();
    auto signer = verify_signature(request, *scope, service(), everyone, now, keys);
    return signer ? "fine" : signer.error().code;
}

void set_header(net::ServerRequest& request, std::string_view name, std::string value) {
    for (auto& header : request.headers)
        if (net::equal_without_case(header.name, name)) header.value = value;
}

}  // namespace

TEST_CASE("what the key's owner signed is believed") {
    CHECK(verdict(signed_request({})) == "fine");
    CHECK(verdict(signed_request({.key = "ASIASESSION", .token = "token"})) == "fine");
    CHECK(verdict(signed_request({.path = "/b.c/a%20b", .query = "x=1&a=%2F", .signing_service = "s3"})) ==
          "fine");
}

TEST_CASE("anything else is not") {
    CHECK(verdict(signed_request({.secret = "other"})) == "InvalidSignatureException");
    CHECK(verdict(signed_request({.key = "AKIANOBODY"})) == "UnrecognizedClientException");
    CHECK(verdict(signed_request({.key = "ASIASESSION"})) == "UnrecognizedClientException");
    CHECK(verdict(signed_request({.key = "ASIASESSION", .token = "other"})) == "UnrecognizedClientException");
    CHECK(verdict(signed_request({.key = "AKIAUSER", .token = "token"})) == "UnrecognizedClientException");

    auto changed = signed_request({});
    changed.body = "{\"KeyId\":\"other\"}";
    CHECK(verdict(changed) == "InvalidSignatureException");
    changed = signed_request({});
    changed.target = "/?x=1";
    CHECK(verdict(changed) == "InvalidSignatureException");
    changed = signed_request({});
    set_header(changed, "host", "127.0.0.1:2");
    CHECK(verdict(changed) == "InvalidSignatureException");
    changed = signed_request({});
    set_header(changed, "x-amz-date", "yesterday");
    CHECK(verdict(changed) == "InvalidSignatureException");
}

TEST_CASE("old, early and expired") {
    CHECK(verdict(signed_request({}), noon + std::chrono::minutes(14)) == "fine");
    CHECK(verdict(signed_request({}), noon + std::chrono::minutes(16)) == "InvalidSignatureException");
    CHECK(verdict(signed_request({}), noon - std::chrono::minutes(16)) == "InvalidSignatureException");
    Sent session{.key = "ASIASESSION", .token = "token", .time = noon + std::chrono::minutes(31)};
    CHECK(verdict(signed_request(session), noon + std::chrono::minutes(31)) == "ExpiredTokenException");
}

TEST_CASE("a header that is no signature") {
    for (const char* header :
         {"", "Basic x", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a/b/c",
          "AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "AWS4-ECDSA Credential=a/b/c/d/aws4_request"}) {
        CAPTURE(header);
        CHECK_FALSE(credential_scope({.headers = {{"authorization", header}}}));
    }
    // Nothing is signed but the name of the key.
    net::ServerRequest request{.headers = {{"authorization",
                                            "AWS4-HMAC-SHA256 Credential=AKIAUSER/20261122/us-east-1/kms/"
                                            "aws4_request, SignedHeaders=, Signature="},
                                           {"x-amz-date", "20261122T120000Z"}}};
    CHECK(verdict(request) == "InvalidSignatureException");
}

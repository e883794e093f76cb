#include "api/hook_signature.h"

#include <doctest/doctest.h>

#include "api/authentication.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"

using namespace patrol;
using namespace patrol::api;
using model::DeploymentSource;

namespace {

constexpr Timestamp now{1'790'000'000'000};

std::string hex_of(std::span<const unsigned char> bytes) { return to_hex(bytes); }

net::ServerRequest message(net::Headers headers, std::string body = R"({"a":1})") {
    net::ServerRequest request{.method = "POST", .body = std::move(body)};
    request.headers = std::move(headers);
    return request;
}

// A message of the generic kind, `age` old.
net::ServerRequest generic(const std::string& secret, std::chrono::seconds age, std::string id = "msg_1") {
    const auto time = std::to_string(now.ms / 1000 - age.count());
    const std::string body = R"({"run_id":"1"})";
    const auto key = *from_base64(secret.substr(generic_secret_prefix.size()));
    const auto mark = crypto::hmac_sha256(key, id + "." + time + "." + body);
    return message({{"webhook-id", id},
                    {"webhook-timestamp", time},
                    {"webhook-signature", "v2,x v1,AAAA v1," + to_base64(mark)}},
                   body);
}

}  // namespace

TEST_CASE("a message of GitHub: the example of its documentation") {
    const auto kind = DeploymentSource::github;
    const std::string secret = "It's a Secret to Everybody";
    const std::string mark = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    CHECK(is_authentic(kind, message({{"X-Hub-Signature-256", "sha256=" + mark}}, "Hello, World!"), secret,
                       now));
    CHECK_FALSE(is_authentic(kind, message({{"X-Hub-Signature-256", "sha256=" + mark}}, "Hello, World?"),
                             secret, now));
    CHECK_FALSE(is_authentic(kind, message({{"X-Hub-Signature-256", mark}}, "Hello, World!"), secret, now));
    CHECK_FALSE(
        is_authentic(kind, message({{"X-Hub-Signature-256", "sha256="}}, "Hello, World!"), secret, now));
    CHECK_FALSE(
        is_authentic(kind, message({{"X-Hub-Signature", "sha256=" + mark}}, "Hello, World!"), secret, now));
    CHECK_FALSE(is_authentic(kind, message({}, "Hello, World!"), secret, now));
    CHECK_FALSE(is_authentic(
        kind, message({{"X-Hub-Signature-256", "sha256=" + hex_of(crypto::hmac_sha256("", "x"))}}, "x"), "",
        now));
}

TEST_CASE("a message of GitLab shows the secret, of which only the hash is kept") {
    const auto kind = DeploymentSource::gitlab;
    const auto secret = make_hook_secret(kind);
    CHECK(shows_secret(kind));
    CHECK(is_authentic(kind, message({{"X-Gitlab-Token", secret}}), stored_hash(secret), now));
    CHECK_FALSE(is_authentic(kind, message({{"X-Gitlab-Token", secret + "x"}}), stored_hash(secret), now));
    CHECK_FALSE(
        is_authentic(kind, message({{"X-Gitlab-Token", stored_hash(secret)}}), stored_hash(secret), now));
    CHECK_FALSE(is_authentic(kind, message({}), stored_hash(secret), now));
}

TEST_CASE("a message of Terraform Cloud is signed with HMAC-SHA512") {
    const auto kind = DeploymentSource::terraform_cloud;
    const auto secret = make_hook_secret(kind);
    CHECK_FALSE(shows_secret(kind));
    const auto mark = hex_of(crypto::hmac_sha512(secret, R"({"a":1})"));
    CHECK(is_authentic(kind, message({{"X-TFE-Notification-Signature", mark}}), secret, now));
    CHECK_FALSE(is_authentic(kind, message({{"X-TFE-Notification-Signature", mark}}, "{}"), secret, now));
    const auto shorter = hex_of(crypto::hmac_sha256(secret, R"({"a":1})"));
    CHECK_FALSE(is_authentic(kind, message({{"X-TFE-Notification-Signature", shorter}}), secret, now));
}

TEST_CASE("a generic message is good within hook_replay_window and for its own id only") {
    const auto kind = DeploymentSource::generic;
    const auto secret = make_hook_secret(kind);
    REQUIRE(secret.starts_with(generic_secret_prefix));
    const std::chrono::seconds window = limits::hook_replay_window;
    for (const auto age : {std::chrono::seconds(0), window, -window})
        CHECK(is_authentic(kind, generic(secret, age), secret, now));
    for (const auto age : {window + std::chrono::seconds(1), -window - std::chrono::seconds(1)})
        CHECK_FALSE(is_authentic(kind, generic(secret, age), secret, now));

    auto other_id = generic(secret, {});
    other_id.headers[0].value = "msg_2";
    CHECK_FALSE(is_authentic(kind, other_id, secret, now));
    auto other_body = generic(secret, {});
    other_body.body = R"({"run_id":"2"})";
    CHECK_FALSE(is_authentic(kind, other_body, secret, now));
    CHECK_FALSE(is_authentic(kind, generic(secret, {}, "a.b"), secret, now));
    CHECK_FALSE(is_authentic(kind, generic(secret, {}, std::string(257, 'x')), secret, now));
    CHECK_FALSE(is_authentic(kind, generic(secret, {}), make_hook_secret(kind), now));
    for (const auto* time :
         {"", "now", "1e9", "99999999999999999999", "9223372036854775807", "-9223372036854775808"}) {
        auto odd = generic(secret, {});
        odd.headers[1].value = time;
        CHECK_FALSE(is_authentic(kind, odd, secret, now));
    }
}

TEST_CASE("kinds that have no hook are never authentic") {
    for (const auto kind : {DeploymentSource::api, DeploymentSource::cli, DeploymentSource::window})
        CHECK_FALSE(is_authentic(kind, message({{"X-Gitlab-Token", "x"}}), "x", now));
}

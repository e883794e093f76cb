#include "api/hook_signature.h"

#include <charconv>
#include <cstdlib>

#include "api/authentication.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace patrol::api {
namespace {

using model::DeploymentSource;

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t generic_id_chars_max = 256;
constexpr std::size_t generic_signatures_max = 16;  // a sender that changes its secret signs with both

bool by_hex(std::string_view given, std::string_view expected) {
    const auto bytes = from_hex(given);
    return bytes && crypto::constant_time_equal(*bytes, expected);
}

bool from_github(const net::ServerRequest& request, std::string_view secret) {
    constexpr std::string_view scheme = "sha256=";
    std::string_view given = request.header("X-Hub-Signature-256");
    if (!given.starts_with(scheme)) return false;
    given.remove_prefix(scheme.size());
    return by_hex(given, crypto::as_text(crypto::hmac_sha256(secret, request.body)));
}

bool from_gitlab(const net::ServerRequest& request, std::string_view secret_hash) {
    return crypto::constant_time_equal(stored_hash(request.header("X-Gitlab-Token")), secret_hash);
}

bool from_terraform_cloud(const net::ServerRequest& request, std::string_view secret) {
    return by_hex(request.header("X-TFE-Notification-Signature"),
                  crypto::as_text(crypto::hmac_sha512(secret, request.body)));
}

bool is_fresh(std::string_view seconds, Timestamp now) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value);
    if (error != std::errc() || end != seconds.data() + seconds.size()) return false;
    // Compared in seconds: a hostile number must not overflow on its way to milliseconds.
    const auto window = std::chrono::seconds(limits::hook_replay_window).count();
    const auto now_seconds = now.ms / 1000;
    return value >= now_seconds - window && value <= now_seconds + window;
}

bool from_generic(const net::ServerRequest& request, std::string_view secret, Timestamp now) {
    const auto id = request.header("webhook-id");
    const auto time = request.header("webhook-timestamp");
    if (id.empty() || id.size() > generic_id_chars_max || id.find('.') != std::string_view::npos ||
        !is_fresh(time, now) || !secret.starts_with(generic_secret_prefix))
        return false;
    auto key = from_base64(secret.substr(generic_secret_prefix.size()));
    if (!key) return false;
    const auto expected = crypto::hmac_sha256(*key, fmt::format("{}.{}.{}", id, time, request.body));
    crypto::wipe(key->data(), key->size());
    auto list = request.header("webhook-signature");
    for (std::size_t count = 0; !list.empty() && count < generic_signatures_max; ++count) {
        auto each = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(each.size() + 1, list.size()));
        if (!each.starts_with("v1,")) continue;
        const auto bytes = from_base64(each.substr(3));
        if (bytes && crypto::constant_time_equal(*bytes, crypto::as_text(expected))) return true;
    }
    return false;
}

}  // namespace

bool shows_secret(DeploymentSource kind) { return kind == DeploymentSource::gitlab; }

std::string make_hook_secret(DeploymentSource kind) {
    const auto bytes = crypto::random_bytes(secret_bytes);
    if (kind == DeploymentSource::generic)
        return std::string(generic_secret_prefix) + to_base64(as_bytes(bytes));
    return to_base64url(as_bytes(bytes));
}

bool is_authentic(DeploymentSource kind, const net::ServerRequest& request, std::string_view secret,
                  Timestamp now) {
    if (secret.empty()) return false;
    switch (kind) {
        case DeploymentSource::github:
            return from_github(request, secret);
        case DeploymentSource::gitlab:
            return from_gitlab(request, secret);
        case DeploymentSource::terraform_cloud:
            return from_terraform_cloud(request, secret);
        case DeploymentSource::generic:
            return from_generic(request, secret, now);
        default:
            return false;
    }
}

}  // namespace patrol::api

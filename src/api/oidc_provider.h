// The identity provider that people may sign in with (OpenID Connect, authorization code with PKCE): its
// discovery document and keys, the address a browser is sent to, and what a code is redeemed for. All calls
// go through the egress policy like any address that a user wrote: a provider on a private network or over
// plain http is listed in PATROL_ALLOW_ENDPOINTS.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "api/id_token.h"
#include "base/time.h"
#include "crypto/jwt.h"
#include "net/transport.h"

namespace patrol::api {

struct OidcSettings {
    std::string issuer;  // exactly as the provider writes it
    std::string client_id;
    std::filesystem::path client_secret_file;  // read for each use; empty: a public client
    std::string name;                          // on the button of the sign-in page
    std::string ca_bundle = {};                // PEM file; empty: the system's
};

// What one sign-in remembers until the browser is back.
struct OidcAttempt {
    std::string state, nonce, verifier;
};

class OidcProvider {
public:
    OidcProvider(net::Transport& http, Clock& clock, OidcSettings settings)
        : http_(http), clock_(clock), settings_(std::move(settings)) {}

    [[nodiscard]] const OidcSettings& settings() const { return settings_; }

    static OidcAttempt new_attempt();
    // Where the browser goes. Kind::unavailable, code "oidc_provider", when the provider cannot be asked or
    // its discovery document is not its own.
    Result<std::string> authorization_url(const OidcAttempt& attempt, std::string_view redirect_uri);
    // Kind::unauthenticated, code "id_token" or "oidc_code", when the provider does not take the code or its
    // answer does not hold.
    Result<ProvenIdentity> redeem(const OidcAttempt& attempt, std::string_view code,
                                  std::string_view redirect_uri);

private:
    struct Discovered {
        std::string authorization_endpoint, token_endpoint, keys_endpoint;
        enum class ClientAuth { basic, post } auth = ClientAuth::basic;
    };
    Result<Discovered> discover();
    Result<std::string> id_token_for(const Discovered& provider, const OidcAttempt& attempt,
                                     std::string_view code, std::string_view redirect_uri);
    // With the keys that are known, and once more with newer ones where the token's is not among them.
    Result<json::object> open(const Discovered& provider, std::string_view token);
    Result<void> fetch_keys(const Discovered& provider);
    Result<json::value> get(const std::string& url);

    net::Transport& http_;
    Clock& clock_;
    OidcSettings settings_;
    std::mutex mutex_;  // of what follows; held over a fetch, so that one is enough for all who wait
    std::optional<Discovered> discovered_;
    Timestamp discovered_at_;
    std::optional<crypto::JwkSet> keys_;
    Timestamp keys_at_;
};

}  // namespace patrol::api

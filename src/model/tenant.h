// The operating organisation, the people in it and what they sign in with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/cloud_account.h"
#include "model/customer_scope.h"
#include "model/ids.h"

namespace patrol::model {

enum class Role { owner, admin, operator_, viewer };

// What a token may be made for. A scope narrows the role of its holder and never widens it; none implies
// another.
enum class TokenScope {
    read,    // everything that can be looked at
    scan,    // test connections, start and cancel scans
    review,  // baselines, decisions on changes, rules
    deploy,  // record deployments
    admin,   // everything else that writes: settings, accounts, secrets, people
};

// What a tenant asks of people who sign in with a password.
enum class SecondFactorRule { optional, required };

struct Tenant {
    TenantId id;
    std::string name;
    std::string sealed_key;  // the tenant's redaction key, sealed by the master key
    Timestamp created_at;
    std::int64_t users = 0;  // in lists
    SecondFactorRule second_factor = SecondFactorRule::optional;
};

struct User {
    UserId id;
    TenantId tenant;
    std::string email;  // lower case
    std::string name;
    std::string password_hash;  // Argon2id; empty until the invitation is accepted
    Role role = Role::viewer;
    bool platform_owner = false;
    bool disabled = false;
    Timestamp created_at;
    CustomerScope customers;  // that the user sees
    bool mfa = false;         // a second factor is asked for at sign-in
    Timestamp last_sign_in_at;
    std::int64_t revision = 1;
};

struct Session {
    SessionId id;
    TenantId tenant;
    UserId user;
    std::string token_hash;  // SHA-256 of the cookie value
    std::string csrf_token;
    Timestamp created_at;
    Timestamp last_seen_at;
    Timestamp expires_at;
    std::string address;       // where it was signed in from
    std::string user_agent;    // what the browser called itself, shortened
    bool by_provider = false;  // an identity provider vouched for the user: its second factor counts
};

// The token of a link that a person is sent. Hashed at rest, single use; a new one replaces the earlier one.
enum class LinkPurpose { invitation, password_reset };
struct OneTimeLink {
    LinkPurpose purpose = LinkPurpose::invitation;
    std::string token_hash;
    Timestamp expires_at;
};

struct ApiToken {
    ApiTokenId id;
    TenantId tenant;
    UserId user;
    std::string name;
    std::string token_hash;
    std::string hint;          // the first characters, for people
    Role role = Role::viewer;  // never above its maker's
    Timestamp created_at;
    Timestamp expires_at;
    Timestamp last_used_at;
    Timestamp revoked_at;
    std::optional<std::vector<TokenScope>> scopes;  // nullopt: all that the role may do
    CustomerScope customers;                        // the holder sees those of them that the user sees
};

struct Customer {
    CustomerId id;
    std::string name;
    Labels labels;
    std::string notes;
    std::int64_t accounts = 0;
    Timestamp created_at;
    Timestamp updated_at;
    std::int64_t revision = 1;
};

// The one-time token of `patrol connect`. Hashed at rest, single use; it opens only /connect/*.
struct ConnectToken {
    ConnectTokenId id;
    TenantId tenant;
    AccountId account;
    std::string token_hash;
    Timestamp created_at;
    Timestamp expires_at;
    std::string exchange_nonce;  // who exchanged it first: only he may repeat, for limits::connect_nonce_age
    Timestamp exchanged_at;
    Timestamp used_at;
    Timestamp revoked_at;
    std::string trial_state;  // "", trying, passed, failed: what GET /connect/status answers
    std::string trial_detail;
};

std::string_view to_string(Role);
std::optional<Role> parse_role(std::string_view);
std::string_view to_string(TokenScope);
std::optional<TokenScope> parse_token_scope(std::string_view);
std::string_view to_string(LinkPurpose);

}  // namespace patrol::model

// What an ID token must say before Patrol believes it (OpenID Connect Core, 3.1.3.7). Its signature is
// crypto/jwt.h's. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"

namespace patrol::api {

struct IdTokenRules {
    std::string_view issuer, client_id, nonce;
    Timestamp now;
};

enum class Verified { no, yes };

// Who signed in at the provider. The subject is unique there and never given to somebody else; the e-mail
// address is the provider's word.
struct ProvenIdentity {
    std::string subject;
    std::string email;  // empty where the token names none
    Verified email_verified = Verified::no;
};

// Kind::unauthenticated, code "id_token", with what is wrong in `detail`.
Result<ProvenIdentity> check_id_token(const json::object& claims, const IdTokenRules& rules);

}  // namespace patrol::api

// Who is calling: a session cookie, an API token or a connect token. No, unknown, expired, revoked and
// truncated identities all get one and the same answer; a token whose checksum is wrong costs no look-up.
#pragma once

#include <string>
#include <string_view>

#include "api/browser.h"
#include "api/call.h"

namespace patrol::api {

Error not_signed_in();

// A session or an API token. Kind::unauthenticated, Kind::throttled.
Result<Caller> authenticate(const Call& call, const Arrival& arrival);
// Only pct_ tokens, for /connect/*.
Result<Caller> authenticate_connect(const Call& call, const Arrival& arrival);

// Whoever signed the request's head. The body is looked at later: accept_signed_body.
Result<Caller> authenticate_collector(const Call& call, const Arrival& arrival);
// The body is the one that was signed, and the request was not taken before. Kind::conflict "replayed".
Result<void> accept_signed_body(const Call& call);

// Kind::malformed for a URL that carries a credential: it would end in logs and histories.
Result<void> refuse_credentials_in_url(const net::ServerRequest& request);

// What the store keeps of a token: 32 bytes.
std::string stored_hash(std::string_view token);

}  // namespace patrol::api

// How a collector signs its requests, and how the server checks that. Pure. The header is
//   Authorization: PatrolSig kid=<collector id>, ts=<ms since 1970>, nonce=<base64url of 16 bytes>,
//                  body=<lower-case hex of the SHA-256 of the body as sent>, sig=<base64url of 64 bytes>
// and `sig` is Ed25519 over "METHOD\npath?query\nts\nnonce\nbody", with the values as in the header. The
// body's digest stands in the header, so that who sends is known before a byte of the body is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "model/ids.h"

namespace patrol::relay {

inline constexpr std::string_view signature_scheme = "PatrolSig ";
inline constexpr std::size_t nonce_bytes = 16;
inline constexpr std::size_t signature_header_bytes_max = 512;
inline constexpr auto clock_skew_max = Millis(120'000);  // either way

struct SignatureHeader {
    CollectorId collector;
    std::int64_t sent_ms = 0;
    std::string nonce;        // as in the header
    std::string body_digest;  // likewise
    crypto::Signature signature{};
};

// Exactly the form above: the members once each, in this order, one space after each comma.
std::optional<SignatureHeader> parse_signature(std::string_view header);

// What is signed beside what the header says.
struct SignedRequest {
    std::string_view method;  // "PUT"
    std::string_view target;  // "/api/v1/collector/poll", with the query as sent
};
bool is_signed_by(const SignatureHeader& header, const SignedRequest& request, const crypto::PublicKey& key);
// Whether the body is the one that the header was made for.
bool is_body_of(const SignatureHeader& header, std::string_view body);
// Whether it was made at about `now`.
bool is_timely(const SignatureHeader& header, Timestamp now);

// The header's value, with a new nonce.
std::string sign_request(const crypto::SigningKey& key, const CollectorId& collector,
                         const SignedRequest& request, std::string_view body, Timestamp now);

// First 16 hex digits of the SHA-256 of a key, in pairs: "3f:a2:…". What people compare.
std::string fingerprint(const crypto::PublicKey& key);

}  // namespace patrol::relay

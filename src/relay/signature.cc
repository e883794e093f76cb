#include "relay/signature.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/encoding.h"
#include "crypto/random.h"

namespace patrol::relay {
namespace {

constexpr std::size_t nonce_chars = 22;      // of 16 bytes
constexpr std::size_t digest_chars = 64;     // of 32 bytes
constexpr std::size_t signature_chars = 86;  // of 64 bytes
constexpr std::size_t time_digits_max = 15;  // until the year 33658
constexpr std::size_t fingerprint_pairs = 8;

// "name=value" at the start of `rest`, and the separator behind it. Empty where it is not there.
std::string_view take(std::string_view& rest, std::string_view name) {
    if (!rest.starts_with(name) || !rest.substr(name.size()).starts_with('=')) return {};
    rest.remove_prefix(name.size() + 1);
    const auto end = rest.find(", ");
    const auto value = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 2);
    return value;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    if (text.empty() || text.size() > time_digits_max || text.front() == '-' || text.front() == '0')
        return {};
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return out;
}

bool is_lower_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_nonce(std::string_view text) {
    const auto bytes = from_base64url(text);
    return text.size() == nonce_chars && bytes && bytes->size() == nonce_bytes;
}

std::string signed_text(const SignatureHeader& header, const SignedRequest& request) {
    return fmt::format("{}\n{}\n{}\n{}\n{}", request.method, request.target, header.sent_ms, header.nonce,
                       header.body_digest);
}

}  // namespace

std::optional<SignatureHeader> parse_signature(std::string_view header) {
    if (header.size() > signature_header_bytes_max || !header.starts_with(signature_scheme)) return {};
    auto rest = header.substr(signature_scheme.size());
    const auto collector = CollectorId::parse(take(rest, "kid"));
    const auto sent = parse_time(take(rest, "ts"));
    const auto nonce = take(rest, "nonce");
    const auto digest = take(rest, "body");
    const auto signature = take(rest, "sig");
    if (!collector || !sent || !is_nonce(nonce) || digest.size() != digest_chars || !is_lower_hex(digest) ||
        signature.size() != signature_chars || !rest.empty() || !header.ends_with(signature))
        return {};
    const auto bytes = from_base64url(signature);
    if (!bytes || bytes->size() != crypto::Signature{}.size()) return {};
    SignatureHeader out{.collector = *collector,
                        .sent_ms = *sent,
                        .nonce = std::string(nonce),
                        .body_digest = std::string(digest)};
    std::ranges::copy(*bytes, out.signature.begin());
    return out;
}

bool is_signed_by(const SignatureHeader& header, const SignedRequest& request, const crypto::PublicKey& key) {
    return crypto::is_signed(signed_text(header, request), header.signature, key);
}

bool is_body_of(const SignatureHeader& header, std::string_view body) {
    return crypto::constant_time_equal(header.body_digest, to_hex(crypto::sha256(body)));
}

bool is_timely(const SignatureHeader& header, Timestamp now) {
    const auto skew = header.sent_ms - now.ms;
    return skew <= clock_skew_max.count() && skew >= -clock_skew_max.count();
}

std::string sign_request(const crypto::SigningKey& key, const CollectorId& collector,
                         const SignedRequest& request, std::string_view body, Timestamp now) {
    const SignatureHeader header{.collector = collector,
                                 .sent_ms = now.ms,
                                 .nonce = to_base64url(as_bytes(crypto::random_bytes(nonce_bytes))),
                                 .body_digest = to_hex(crypto::sha256(body))};
    return fmt::format("{}kid={}, ts={}, nonce={}, body={}, sig={}", signature_scheme, collector.str(),
                       header.sent_ms, header.nonce, header.body_digest,
                       to_base64url(key.sign(signed_text(header, request))));
}

std::string fingerprint(const crypto::PublicKey& key) {
    const auto hash = crypto::sha256(crypto::as_text(key));
    std::string out;
    for (std::size_t i = 0; i < fingerprint_pairs; ++i)
        out += fmt::format("{}{:02x}", i == 0 ? "" : ":", hash[i]);
    return out;
}

}  // namespace patrol::relay

#include "api/id_token.h"

#include <algorithm>
#include <chrono>

#include "base/limits.h"
#include "crypto/hash.h"

namespace patrol::api {
namespace {

constexpr std::size_t subject_bytes_max = 255;  // OpenID Connect Core, 2

Failure refused(std::string_view why) {
    return fail(Error{.kind = Error::Kind::unauthenticated,
                      .message = "The identity provider's answer is not valid.",
                      .hint = "Try to sign in again.",
                      .detail = std::string(why),
                      .code = "id_token"});
}

// Seconds since 1970, perhaps with a fraction.
std::optional<Timestamp> time_at(const json::value& claims, std::string_view name) {
    const auto* value = find(claims, name);
    if (value == nullptr || !value->is_number()) return {};
    const auto seconds = value->to_number<double>();
    if (!(seconds >= 0 && seconds < 1e11)) return {};
    return Timestamp{static_cast<std::int64_t>(seconds * 1000)};
}

// The token is for this client, and for others only where it says that this one asked for it.
bool is_for(const json::value& claims, std::string_view client_id) {
    const auto* audience = find(claims, "aud");
    if (audience == nullptr) return false;
    if (const auto* party = find(claims, "azp");
        party != nullptr && (!party->is_string() || string_or(claims, "azp") != client_id))
        return false;
    if (audience->is_string()) return audience->get_string() == client_id;
    if (!audience->is_array()) return false;
    const auto& all = audience->get_array();
    const bool named = std::ranges::any_of(
        all, [&](const json::value& each) { return each.is_string() && each.get_string() == client_id; });
    return named && (all.size() == 1 || string_or(claims, "azp") == client_id);
}

Result<void> check_times(const json::value& claims, Timestamp now) {
    const auto expires = time_at(claims, "exp"), issued = time_at(claims, "iat");
    if (!expires || *expires + Millis(limits::id_token_skew) <= now)
        return refused("it has expired, or never does");
    if (!issued || *issued > now + Millis(limits::id_token_skew))
        return refused("it was issued later than now");
    if (*issued + Millis(limits::id_token_age) < now) return refused("it was issued too long ago");
    const bool names_start = find(claims, "nbf") != nullptr;
    const auto start = time_at(claims, "nbf");
    if (names_start && (!start || *start > now + Millis(limits::id_token_skew)))
        return refused("it is not valid yet");
    return {};
}

}  // namespace

Result<ProvenIdentity> check_id_token(const json::object& object, const IdTokenRules& rules) {
    const json::value claims(object);
    if (rules.issuer.empty() || string_or(claims, "iss") != rules.issuer) return refused("another issuer");
    if (rules.client_id.empty() || !is_for(claims, rules.client_id)) return refused("another audience");
    TRY(check_times(claims, rules.now));
    if (rules.nonce.empty() || !crypto::constant_time_equal(string_or(claims, "nonce"), rules.nonce))
        return refused("another nonce");
    const auto subject = string_or(claims, "sub");
    if (subject.empty() || subject.size() > subject_bytes_max) return refused("no subject");
    const auto* verified = find(claims, "email_verified");
    const bool is_verified = verified != nullptr && verified->is_bool() && verified->get_bool();
    return ProvenIdentity{.subject = std::string(subject),
                          .email = std::string(string_or(claims, "email")),
                          .email_verified = is_verified ? Verified::yes : Verified::no};
}

}  // namespace patrol::api

#include "api/authentication.h"

#include <algorithm>
#include <array>

#include "api/limits.h"
#include "crypto/token.h"

namespace patrol::api {
namespace {

constexpr std::array<std::string_view, 7> credential_names{"token",  "access_token",  "api_token", "api_key",
                                                           "apikey", "authorization", "password"};

std::string_view bearer_of(const net::ServerRequest& request) {
    std::string_view value = request.header("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (value.size() < scheme.size() || !net::equal_without_case(value.substr(0, scheme.size()), scheme))
        return {};
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
}

// The store's own reasons stay in the log: the caller learns nothing from them.
Error hide_reason(const Error& error) {
    return error.kind == Error::Kind::unauthenticated || error.kind == Error::Kind::not_found
               ? not_signed_in()
               : error;
}

Result<Caller> by_api_token(const Call& call, std::string_view token) {
    if (!crypto::check_token(crypto::api_token_prefix, token)) return fail(not_signed_in());
    auto holder = call.store().api_tokens().by_token_hash(stored_hash(token), call.now());
    if (!holder) return fail(hide_reason(std::move(holder).error()));
    Caller caller{.kind = Caller::Kind::api_token, .user = std::move(holder->user)};
    caller.role = has_role(caller.user.role, holder->token.role) ? holder->token.role : caller.user.role;
    caller.customers = caller.user.customers.intersect(holder->token.customers);
    caller.platform_owner =
        caller.user.platform_owner && caller.role == model::Role::owner && caller.customers.is_all();
    caller.api_token = std::move(holder->token);
    return caller;
}

Result<Caller> by_cookie(const Call& call, std::string_view token) {
    if (!crypto::check_token(crypto::session_token_prefix, token)) return fail(not_signed_in());
    auto found = call.store().sessions().by_token_hash(stored_hash(token), call.now());
    if (!found) return fail(hide_reason(std::move(found).error()));
    Caller caller{.kind = Caller::Kind::session, .user = std::move(found->user)};
    caller.role = caller.user.role;
    caller.platform_owner = caller.user.platform_owner;
    caller.customers = caller.user.customers;
    caller.session = std::move(found->session);
    caller.second_factor = found->second_factor;
    return caller;
}

Result<Caller> by_signature(const Call& call) {
    auto header = relay::parse_signature(call.request.header("Authorization"));
    if (!header) return fail(not_signed_in());
    auto found = call.store().collectors().by_id(header->collector);
    if (!found) return fail(hide_reason(std::move(found).error()));
    crypto::PublicKey key{};
    if (found->collector.public_key.size() != key.size()) return fail(not_signed_in());
    std::ranges::copy(found->collector.public_key, key.begin());
    if (!relay::is_signed_by(*header, {call.request.method, call.request.target}, key) ||
        !relay::is_timely(*header, call.now()))
        return fail(not_signed_in());
    if (call.shared.nonces.was_taken(header->collector, header->nonce))
        return fail(relay::NonceMemory::replayed());
    Caller caller{.kind = Caller::Kind::collector, .customers = {}};
    caller.collector = CollectorCaller{found->tenant, std::move(found->collector), std::move(*header)};
    return caller;
}

}  // namespace

Error not_signed_in() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "Sign in, or send a valid token.",
            .code = "unauthenticated"};
}

std::string stored_hash(std::string_view token) {
    return std::string(crypto::as_text(crypto::token_hash(token)));
}

Result<Caller> authenticate(const Call& call, const Arrival& arrival) {
    if (call.request.header("Authorization").empty()) {
        const std::string_view cookie = session_cookie(call.request, arrival);
        if (cookie.empty()) return fail(not_signed_in());
        TRY(check_sign_in_allowed(arrival, call.services.settings));
        return by_cookie(call, cookie);
    }
    AttemptLimiter& limiter = call.shared.limits.bearer_by_address;
    auto caller = by_api_token(call, bearer_of(call.request));
    if (!caller && caller.error().kind == Error::Kind::unauthenticated) TRY(limiter.attempt(arrival.address));
    return caller;
}

Result<Caller> authenticate_connect(const Call& call, const Arrival& arrival) {
    const std::string_view token = bearer_of(call.request);
    if (token.empty()) return fail(not_signed_in());
    // Counted before the look-up and given back for a known token: guesses in parallel gain nothing.
    Limits& limits = call.shared.limits;
    const std::string prefix(token.substr(0, 12));
    TRY(limits.connect_by_address.attempt(arrival.address));
    if (!crypto::check_token(crypto::connect_token_prefix, token)) return fail(not_signed_in());
    if (auto free = limits.connect_by_token.attempt(prefix); !free) return fail(std::move(free).error());
    // It opens one account, whosever it is.
    Caller caller{
        .kind = Caller::Kind::connect_token, .customers = {}, .connect_token_hash = stored_hash(token)};
    auto found = call.store().connect_tokens().by_token_hash(caller.connect_token_hash, call.now());
    if (!found) return fail(hide_reason(std::move(found).error()));
    limits.connect_by_address.give_back(arrival.address);
    limits.connect_by_token.give_back(prefix);
    caller.connect_token = std::move(*found);
    return caller;
}

Result<Caller> authenticate_collector(const Call& call, const Arrival& arrival) {
    auto caller = by_signature(call);
    if (!caller && caller.error().kind == Error::Kind::unauthenticated)
        TRY(call.shared.limits.bearer_by_address.attempt(arrival.address));
    return caller;
}

Result<void> accept_signed_body(const Call& call) {
    const auto& signature = call.caller.collector->signature;
    if (!relay::is_body_of(signature, call.request.body)) return fail(not_signed_in());
    return call.shared.nonces.take(signature.collector, signature.nonce);
}

Result<void> refuse_credentials_in_url(const net::ServerRequest& request) {
    for (const auto& [name, value] : request.query) {
        const bool named = std::ranges::any_of(
            credential_names, [&name](std::string_view each) { return net::equal_without_case(each, name); });
        const bool shaped = std::ranges::any_of(
            crypto::token_prefixes, [&value](std::string_view each) { return value.starts_with(each); });
        if (named || shaped)
            return fail(
                Error{.kind = Error::Kind::malformed,
                      .message = "A credential does not belong in an address.",
                      .hint = "Send it as \"Authorization: Bearer …\", and make a new one: this one may be "
                              "in logs now.",
                      .code = "credential_in_url"});
    }
    return {};
}

}  // namespace patrol::api

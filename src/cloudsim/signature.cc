#include "cloudsim/signature.h"

#include <algorithm>

#include "cloudsim/refusal.h"
#include "crypto/hash.h"
#include "crypto/token.h"

namespace patrol::cloudsim {
namespace {

constexpr auto clock_skew_max = std::chrono::minutes(15);

std::string part(std::string_view header, std::string_view name) {
    auto at = header.find(name);
    if (at == std::string_view::npos) return "";
    auto rest = header.substr(at + name.size());
    return std::string(rest.substr(0, rest.find_first_of(", ")));
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> out;
    for (;;) {
        auto at = text.find(separator);
        out.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

// 20261122T090000Z
std::optional<Timestamp> amz_date(std::string_view text) {
    if (text.size() != 16) return {};
    return parse_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2),
                                     text.substr(6, 2), text.substr(9, 2), text.substr(11, 2),
                                     text.substr(13, 2)));
}

// A signature that does not cover the host and the time could be used elsewhere or later.
bool covers_what_it_must(const std::vector<std::string>& signed_headers) {
    auto has = [&](std::string_view name) {
        return std::ranges::find(signed_headers, name) != signed_headers.end();
    };
    return has("host") && has("x-amz-date");
}

// What the client signed, from what arrived. The signer itself adds the date, token and body hash.
aws::UnsignedRequest signed_part(const net::ServerRequest& request, const CredentialScope& scope) {
    aws::UnsignedRequest out{
        .method = request.method, .path = request.path, .query = "", .headers = {}, .body = request.body};
    auto mark = request.target.find('?');
    if (mark != std::string::npos) out.query = std::string_view(request.target).substr(mark + 1);
    for (const auto& name : split(scope.signed_headers, ';')) {
        if (name == "x-amz-date" || name == "x-amz-security-token" || name == "x-amz-content-sha256")
            continue;
        out.headers.push_back({name, std::string(request.header(name))});
    }
    return out;
}

}  // namespace

std::optional<CredentialScope> credential_scope(const net::ServerRequest& request) {
    auto header = request.header("authorization");
    if (!header.starts_with("AWS4-HMAC-SHA256 ")) return {};
    auto fields = split(part(header, "Credential="), '/');
    if (fields.size() != 5 || fields[4] != "aws4_request") return {};
    return CredentialScope{.access_key_id = fields[0],
                           .date = fields[1],
                           .region = fields[2],
                           .service = fields[3],
                           .signed_headers = part(header, "SignedHeaders="),
                           .signature = part(header, "Signature=")};
}

std::expected<const Principal*, ServiceFault> verify_signature(const net::ServerRequest& request,
                                                               const CredentialScope& scope,
                                                               const model::Service& service,
                                                               const World& world, Timestamp now,
                                                               aws::SigningKeys& keys) {
    auto refuse = [&](Refusal why, std::string message) {
        return std::unexpected(refusal(service, why, std::move(message)));
    };
    constexpr auto unknown = "The security token included in the request is invalid.";
    auto known = world.principals.find(scope.access_key_id);
    if (known == world.principals.end()) return refuse(Refusal::unknown_key, unknown);
    const auto& principal = known->second;
    if (!crypto::constant_time_equal(request.header("x-amz-security-token"), principal.session_token))
        return refuse(Refusal::unknown_key, unknown);

    auto time = amz_date(request.header("x-amz-date"));
    auto signed_headers = split(scope.signed_headers, ';');
    if (!time || !covers_what_it_must(signed_headers))
        return refuse(Refusal::bad_signature,
                      "The request has no date or its signature leaves out the host.");
    auto options = aws::SigningOptions::for_service(scope.service);
    auto hashed = std::ranges::find(signed_headers, "x-amz-content-sha256") != signed_headers.end();
    options.body_hash = hashed ? aws::BodyHash::in_header : aws::BodyHash::implied;
    aws::Credentials credentials{.access_key_id = scope.access_key_id,
                                 .secret_access_key = crypto::Secret(principal.secret_access_key),
                                 .session_token = crypto::Secret(principal.session_token)};
    auto expected =
        aws::sign_headers(signed_part(request, scope), credentials,
                          {.region = scope.region, .service = scope.service, .time = *time}, options, keys);
    if (!crypto::constant_time_equal(expected.signature, scope.signature))
        return refuse(Refusal::bad_signature,
                      "The request signature we calculated does not match the signature you provided.");
    if (now - *time > clock_skew_max)
        return refuse(Refusal::clock_skew, "Signature expired: the request is too old.");
    if (*time - now > clock_skew_max)
        return refuse(Refusal::clock_skew, "Signature not yet current: the request is from the future.");
    if (principal.expires.is_set() && now >= principal.expires)
        return refuse(Refusal::expired_session, "The security token included in the request is expired.");
    return &principal;
}

}  // namespace patrol::cloudsim

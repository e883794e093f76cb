#include "collector/server_client.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "crypto/token.h"
#include "net/status_kind.h"
#include "relay/operation.h"
#include "relay/signature.h"

namespace patrol::collector {
namespace {

constexpr std::string_view prefix = "/api/v1";
constexpr std::string_view problem_prefix = "urn:patrol:problem:";
constexpr auto enrolment_time = Millis(30'000);
constexpr auto longest_retry_after = Millis(300'000);

net::TrustProfile trust_of(const std::string& ca_bundle) {
    return {.ca_bundle = ca_bundle,
            .proxy = net::ProxyUse::environment,
            .destination = net::Destination::operator_chosen};
}

bool is_good(const net::HttpResponse& answer) { return answer.status == 200 || answer.status == 204; }

}  // namespace

Millis retry_after(const net::HttpResponse& answer) {
    const auto text = answer.header("Retry-After");
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return {};
    return std::min(Millis(std::min<std::int64_t>(seconds, 86'400) * 1000), longest_retry_after);
}

Error error_of(const net::HttpResponse& answer) {
    Error error{.kind = net::kind_of_status(answer.status)};
    if (error.kind == Error::Kind::internal) error.kind = Error::Kind::unavailable;  // it may work later
    if (const auto problem = parse_json(answer.body); problem && problem->is_object()) {
        error.message = string_or(*problem, "detail", string_or(*problem, "title"));
        error.hint = string_or(*problem, "hint");
        error.field = string_or(*problem, "field");
        std::string_view type = string_or(*problem, "type");
        if (type.starts_with(problem_prefix)) type.remove_prefix(problem_prefix.size());
        error.code = type;
    }
    if (error.message.empty())
        error.message = fmt::format("The server answered with status {} and no explanation.", answer.status);
    error.retry_after_ms = static_cast<int>(retry_after(answer).count());
    return error;
}

Result<net::HttpResponse> ServerClient::attempt(const SignedCall& call) {
    const std::string target = std::string(prefix) + call.path;
    const Timestamp now = clock_.now() + Millis(ahead_ms_.load());
    net::HttpRequest request{
        .method = std::string(call.method),
        .url = enrolment_.server + target,
        .headers = {{"Authorization",
                     relay::sign_request(enrolment_.key, enrolment_.id,
                                         {.method = call.method, .target = target}, call.body, now)},
                    {"Content-Type", std::string(call.content_type)}},
        .body = std::string(call.body),
        .timeout = call.time,
        .max_body_bytes = call.answer_bytes,
        .stop = call.stop,
        .trust = trust_of(enrolment_.ca_bundle)};
    return transport_.send(request);
}

// Whether this machine's clock was why, so that it is worth another attempt.
bool ServerClient::correct_clock(const net::HttpResponse& answer) {
    const auto date = parse_http_date(answer.header("Date"));
    if (!date) return false;
    const auto ahead = *date - clock_.now();
    const auto off = ahead - Millis(ahead_ms_.load());
    if (std::max(off, -off) <= clock_tolerance) return false;
    ahead_ms_ = std::chrono::duration_cast<Millis>(ahead).count();
    return true;
}

Result<net::HttpResponse> ServerClient::send(const SignedCall& call) {
    auto answer = TRY(attempt(call));
    if (answer.status == 401 && correct_clock(answer)) answer = TRY(attempt(call));
    if (!is_good(answer)) return fail(error_of(answer));
    return answer;
}

Result<Enrolment> enrol(net::Transport& transport, const EnrolmentRequest& request) {
    if (!crypto::check_token(crypto::collector_token_prefix, request.token))
        return fail(Error{.kind = Error::Kind::unauthenticated,
                          .message = "This is not a whole enrolment token.",
                          .hint = "Copy the command from Patrol again, in one piece, or make a new one."});
    auto key = crypto::SigningKey::generate();
    const json::object body{
        {"token", request.token},    {"public_key", to_base64url(key.public_key())}, {"host", request.host},
        {"version", PATROL_VERSION}, {"protocol", relay::collector_protocol},        {"os", request.os},
        {"arch", request.arch}};
    const auto answer =
        TRY(transport.send({.method = "POST",
                            .url = fmt::format("{}{}/collector/enroll", request.server, prefix),
                            .headers = {{"Content-Type", "application/json"}},
                            .body = to_text(body),
                            .timeout = enrolment_time,
                            .max_body_bytes = problem_bytes_max,
                            .trust = trust_of(request.ca_bundle)}));
    if (!is_good(answer)) return fail(error_of(answer));
    const auto told = parse_json(answer.body);
    const auto id = told ? CollectorId::parse(string_or(*told, "collector_id")) : std::nullopt;
    if (!id)
        return fail(
            Error{.kind = Error::Kind::unavailable,
                  .message = fmt::format("{} did not answer as a Patrol server does.", request.server)});
    return Enrolment{.server = request.server,
                     .ca_bundle = request.ca_bundle,
                     .id = *id,
                     .name = std::string(string_or(*told, "name")),
                     .key = std::move(key)};
}

}  // namespace patrol::collector

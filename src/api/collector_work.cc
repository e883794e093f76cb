// What collectors themselves call: their enrolment, and, signed, the asking for work and its parts.
#include <charconv>

#include "api/audit_record.h"
#include "api/authentication.h"
#include "api/body.h"
#include "api/browser.h"
#include "api/handlers.h"
#include "api/limits.h"
#include "base/encoding.h"
#include "crypto/token.h"
#include "relay/operation.h"
#include "relay/parts.h"
#include "relay/signature.h"
#include "store/collectors.h"

namespace patrol::api::collector_work {
namespace {

constexpr std::int64_t busy_max = 1000;
constexpr int poll_again_seconds = 2;
constexpr TextRule word{.min_chars = 1, .max_chars = 64};

Result<std::string> read_key(Body& body) {
    const auto bytes = from_base64url(body.required_text("public_key"));
    crypto::PublicKey key{};
    if (!bytes || bytes->size() != key.size()) {
        body.wrong("public_key", "This must be the 32 bytes of an Ed25519 key in base64url.");
    } else {
        std::ranges::copy(*bytes, key.begin());
        if (!crypto::is_public_key(key)) body.wrong("public_key", "This is no Ed25519 key.");
    }
    return bytes.value_or("");
}

Error bad_token() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "The enrolment token is not valid.",
            .hint = "Make a new one on the collector's page.",
            .code = "bad_enrolment_token"};
}

// Guesses are counted like those of connect tokens, and given back for a token that is one.
Result<void> check_token(Call& call, std::string_view token) {
    const auto arrival = arrival_of(call.request, call.services.settings);
    Limits& limits = call.shared.limits;
    TRY(limits.connect_by_address.attempt(arrival.address));
    if (!crypto::check_token(crypto::collector_token_prefix, token)) return fail(bad_token());
    return limits.connect_by_token.attempt(token.substr(0, 12));
}

// Written now and then only: collectors come every two seconds.
Result<void> note_seen(Call& call, const store::Collectors::Sighting& sighting) {
    const auto& [tenant, before, signature] = *call.caller.collector;
    const bool is_news = sighting.version != before.version || sighting.protocol != before.protocol;
    if (!is_news && sighting.at - before.last_seen_at < Millis(limits::collector_seen_interval)) return {};
    const bool was_away = model::state_of(before, sighting.at) != model::CollectorState::online;
    TRY(call.store().collectors().note_seen(tenant, before.id, sighting));
    if (was_away) call.services.workers.wake();
    return {};
}

Result<void> note_seen(Call& call, std::string version, std::int64_t protocol) {
    const auto now = call.now();
    return note_seen(call, {.at = now,
                            .clock_skew_ms = call.caller.collector->signature.sent_ms - now.ms,
                            .version = std::move(version),
                            .protocol = protocol});
}

Result<void> check_protocol(std::int64_t protocol) {
    if (protocol == relay::collector_protocol) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This collector and the server speak different protocols.",
                      .hint = "Install version " PATROL_VERSION " of Patrol, as the server has, on the site.",
                      .code = "collector_protocol"});
}

std::optional<std::int64_t> parse_number(std::string_view text) {
    constexpr std::size_t digits_max = 9;
    std::int64_t out = 0;
    if (text.empty() || text.size() > digits_max) return {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || out < 0) return {};
    return out;
}

}  // namespace

Result<Answer> poll(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    const auto protocol = body.integer("protocol", 1, 1'000'000);
    const auto version = body.required_text("version", word);
    const auto busy = body.integer("busy", 0, busy_max);
    if (!protocol) body.wrong("protocol", "This field is required.");
    if (!busy) body.wrong("busy", "This field is required.");
    TRY(body.done());
    TRY(note_seen(call, version, *protocol));
    TRY(check_protocol(*protocol));
    const auto& id = call.caller.collector->collector.id;
    const auto operation = call.services.collectors.poll(id, *busy);
    if (operation) return answer({{"operation", relay::to_json(*operation)}});
    Answer nothing = no_content();
    nothing.headers.push_back({"Retry-After", std::to_string(poll_again_seconds)});
    return nothing;
}

Result<Answer> part(Call& call) {
    const auto operation = TRY(call.id<OperationId>());
    const auto number = parse_number(call.request.path_parameter("number"));
    if (!number) return fail(Call::not_found());
    const auto& collector = call.caller.collector->collector;
    TRY(note_seen(call, collector.version, collector.protocol));
    auto packed = TRY(call.services.collectors.part(
        collector.id, operation, *number, call.caller.collector->signature.body_digest, call.request.body));
    return Answer{.status = 200,
                  .headers = {{"Content-Type", std::string(relay::frames_media_type)}},
                  .body = std::move(packed)};
}

Result<Answer> enrol(Call& call) {
    if (call.request.body.size() > limits::enrolment_body_bytes)
        return fail(Error::Kind::too_large, "An enrolment is no larger than a few lines.");
    const json::object object = TRY(call.body());
    Body body(object);
    const std::string token = body.required_text("token");
    TRY(check_token(call, token));
    const auto found = TRY(call.store().collectors().by_token_hash(stored_hash(token), call.now()));
    const auto& collector = found.collector;
    call.shared.limits.connect_by_address.give_back(arrival_of(call.request, call.services.settings).address);
    call.shared.limits.connect_by_token.give_back(token.substr(0, 12));
    const std::string key = TRY(read_key(body));
    const model::CollectorFacts facts{.host = body.required_text("host"),
                                      .version = body.required_text("version", word),
                                      .os = body.required_text("os", word),
                                      .arch = body.required_text("arch", word),
                                      .protocol = body.integer("protocol", 1, 1'000'000).value_or(0)};
    if (facts.protocol == 0) body.wrong("protocol", "This field is required.");
    TRY(body.done());
    call.audited.by(found.tenant, {model::ActorKind::collector, collector.id.str(), collector.name});
    call.audited.about("collector", collector.id.str(), collector.name);
    call.audited.changed({}, {{"host", facts.host}, {"version", facts.version}});
    TRY(announce(call));
    TRY(call.store().collectors().enrol(stored_hash(token), key, facts, call.now()));
    return answer({{"collector_id", collector.id.str()},
                   {"name", collector.name},
                   {"server_time", to_rfc3339(call.now())}});
}

}  // namespace patrol::api::collector_work

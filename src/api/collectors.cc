// The tenant's collectors as people see them. Token and command are in the answer that makes them and nowhere
// else.
#include "store/collectors.h"

#include "api/authentication.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "crypto/token.h"
#include "relay/signature.h"

namespace patrol::api::collectors {
namespace {

json::value key_of(const model::Collector& collector) {
    crypto::PublicKey key{};
    if (collector.public_key.size() != key.size()) return nullptr;
    std::ranges::copy(collector.public_key, key.begin());
    return json::value(relay::fingerprint(key));
}

json::value id_or_null(const std::optional<CustomerId>& id) {
    return id ? json::value(id->str()) : json::value(nullptr);
}

json::object writable_of(const model::Collector& collector) {
    return {{"name", collector.name}, {"customer_id", id_or_null(collector.customer_id)}};
}

json::object render(const model::Collector& collector, Timestamp now) {
    const bool was_seen = collector.last_seen_at.is_set();
    return {{"id", collector.id.str()},
            {"name", collector.name},
            {"customer_id", id_or_null(collector.customer_id)},
            {"state", model::to_string(model::state_of(collector, now))},
            {"fingerprint", key_of(collector)},
            {"version", text_or_null(collector.version)},
            {"protocol", collector.protocol > 0 ? json::value(collector.protocol) : json::value(nullptr)},
            {"host", text_or_null(collector.host)},
            {"os", text_or_null(collector.os)},
            {"arch", text_or_null(collector.arch)},
            {"clock_skew_ms", was_seen ? json::value(collector.clock_skew_ms) : json::value(nullptr)},
            {"accounts", collector.accounts},
            {"created_at", time_or_null(collector.created_at)},
            {"enrolled_at", time_or_null(collector.enrolled_at)},
            {"last_seen_at", time_or_null(collector.last_seen_at)},
            {"revoked_at", time_or_null(collector.revoked_at)}};
}

Answer answer_of(const Call& call, const model::Collector& collector) {
    return with_etag(answer(render(collector, call.now())), collector.revision);
}

struct NewToken {
    std::string text;
    store::EnrolmentToken stored;
};
NewToken make_token(const Call& call) {
    NewToken out{.text = crypto::make_token(crypto::collector_token_prefix), .stored = {}};
    out.stored = {.hash = stored_hash(out.text),
                  .expires_at = call.now() + Millis(limits::enrolment_token_age)};
    return out;
}

void show_token(const Call& call, json::object& object, const NewToken& token) {
    object["enrolment_token"] = token.text;
    object["expires_at"] = time_or_null(token.stored.expires_at);
    object["command"] = fmt::format("patrol collector enrol --server {} --token {}",
                                    call.services.settings.public_url, token.text);
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().collectors().list(call.viewer(), query.request())),
                          [&](const model::Collector& each) { return render(each, call.now()); }));
}

Result<Answer> create(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    model::Collector collector{.name = body.required_text("name"),
                               .customer_id = body.id<CustomerId>("customer_id")};
    TRY(body.done());
    const NewToken token = make_token(call);
    const auto made =
        TRY(call.store().collectors().create(call.viewer(), std::move(collector), token.stored, call.now()));
    call.audited.changed({}, writable_of(made));
    json::object out = render(made, call.now());
    show_token(call, out, token);
    return with_etag(created(std::move(out), "/api/v1/collectors/" + made.id.str()), made.revision);
}

Result<Answer> get(Call& call) {
    const CollectorId id = TRY(call.id<CollectorId>());
    return answer_of(call, TRY(call.store().collectors().get(call.viewer(), id)));
}

Result<Answer> update(Call& call) {
    const CollectorId id = TRY(call.id<CollectorId>());
    const auto before = TRY(call.store().collectors().get(call.viewer(), id));
    const auto expected = TRY(call.if_match());
    const json::object object = TRY(call.body());
    Body body(object);
    const auto name = body.text("name").value_or(before.name);
    TRY(body.done());
    const auto after =
        TRY(call.store().collectors().rename(call.viewer(), id, name, expected.value_or(before.revision)));
    call.audited.changed(writable_of(before), writable_of(after));
    return answer_of(call, after);
}

Result<Answer> remove(Call& call) {
    const CollectorId id = TRY(call.id<CollectorId>());
    call.audited.named(TRY(call.store().collectors().get(call.viewer(), id)).name);
    TRY(call.store().collectors().remove(call.viewer(), id));
    call.services.collectors.drop(id);
    return no_content();
}

Result<Answer> renew_token(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const CollectorId id = TRY(call.id<CollectorId>());
    call.audited.named(TRY(call.store().collectors().get(call.viewer(), id)).name);
    const NewToken token = make_token(call);
    TRY(call.store().collectors().renew_token(call.viewer(), id, token.stored));
    json::object out;
    show_token(call, out, token);
    return answer(std::move(out));
}

Result<Answer> revoke(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const CollectorId id = TRY(call.id<CollectorId>());
    const auto revoked = TRY(call.store().collectors().revoke(call.viewer(), id, call.now()));
    call.services.collectors.drop(id);
    return answer_of(call, revoked);
}

}  // namespace patrol::api::collectors

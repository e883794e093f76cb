// Where notices can be sent.
#include "store/notification_channels.h"
#include "api/body.h"
#include "api/channel_decode.h"
#include "api/handlers.h"
#include "api/page.h"
#include "notify/courier.h"
#include "store/channel_target.h"

namespace patrol::api::notification_channels {
namespace {

json::object writable_of(const model::NotificationChannel& channel) {
    const auto kind = model::to_string(model::kind_of(channel.target));
    return {{"name", channel.name},
            {"kind", kind},
            {"enabled", channel.enabled},
            {kind, store::target_json(channel.target)}};
}

json::object render(const model::NotificationChannel& channel) {
    json::object object = writable_of(channel);
    object["id"] = channel.id.str();
    object["last_success_at"] = time_or_null(channel.last_success_at);
    object["last_failure_at"] = time_or_null(channel.last_failure_at);
    object["last_error"] = text_or_null(channel.last_error);
    object["waiting"] = channel.waiting;
    object["dead"] = channel.dead;
    object["created_at"] = time_or_null(channel.created_at);
    object["updated_at"] = time_or_null(channel.updated_at);
    return object;
}

Answer answer_of(const model::NotificationChannel& channel) {
    return with_etag(answer(render(channel)), channel.revision);
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().notification_channels().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    auto channel = TRY(decode_channel(call, body, {}));
    const auto made =
        TRY(call.store().notification_channels().create(call.tenant(), std::move(channel), call.now()));
    call.audited.changed({}, writable_of(made));
    return with_etag(created(render(made), "/api/v1/notification-channels/" + made.id.str()), made.revision);
}

Result<Answer> get(Call& call) {
    const ChannelId id = TRY(call.id<ChannelId>());
    return answer_of(TRY(call.store().notification_channels().get(call.tenant(), id)));
}

Result<Answer> update(Call& call) {
    const ChannelId id = TRY(call.id<ChannelId>());
    const auto before = TRY(call.store().notification_channels().get(call.tenant(), id));
    const auto expected = TRY(call.if_match());
    const json::object patch = TRY(call.body());
    const json::object whole = TRY(merged(writable_of(before), patch));
    const auto after = TRY(decode_channel(call, whole, before));
    call.audited.changed(writable_of(before), writable_of(after));
    return answer_of(TRY(call.store().notification_channels().update(
        call.tenant(), after, expected.value_or(before.revision), call.now())));
}

Result<Answer> remove(Call& call) {
    const ChannelId id = TRY(call.id<ChannelId>());
    call.audited.named(TRY(call.store().notification_channels().get(call.tenant(), id)).name);
    TRY(call.store().notification_channels().remove(call.tenant(), id));
    return no_content();
}

// Sends now, past the queue, and says what happened.
Result<Answer> test(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const ChannelId id = TRY(call.id<ChannelId>());
    const auto channel = TRY(call.store().notification_channels().get(call.tenant(), id));
    const auto sent = call.services.courier.test(call.tenant(), channel, {});
    TRY(call.store().notification_channels().note_outcome(call.tenant(), id, sent ? "" : sent.error().message,
                                                          call.now()));
    const json::object check{{"id", "delivered"},
                             {"title", "A test message is delivered"},
                             {"status", sent ? "pass" : "fail"},
                             {"detail", sent ? "" : sent.error().message},
                             {"hint", sent ? "" : sent.error().hint}};
    return answer({{"ok", sent.has_value()}, {"checks", json::array{check}}});
}

}  // namespace patrol::api::notification_channels

// How far notices came.
#include "store/notification_deliveries.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"

namespace patrol::api::notification_deliveries {
namespace {

json::object render(const model::NotificationDelivery& delivery) {
    return {{"id", delivery.id.str()},
            {"notice_id", delivery.notice.str()},
            {"channel_id", delivery.channel.str()},
            {"channel_name", delivery.channel_name},
            {"kind", model::to_string(delivery.kind)},
            {"severity", model::to_string(delivery.severity)},
            {"account_id", delivery.account ? json::value(delivery.account->str()) : json::value(nullptr)},
            {"title", delivery.title},
            {"state", model::to_string(delivery.state)},
            {"attempts", delivery.attempts},
            {"error", text_or_null(delivery.error)},
            {"next_attempt_at", time_or_null(delivery.next_attempt_at)},
            {"created_at", time_or_null(delivery.created_at)},
            {"finished_at", time_or_null(delivery.finished_at)}};
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().notification_deliveries().list(call.tenant(), query.request())), render));
}

Result<Answer> retry(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const DeliveryId id = TRY(call.id<DeliveryId>());
    return answer(render(TRY(call.store().notification_deliveries().retry(call.tenant(), id, call.now()))));
}

}  // namespace patrol::api::notification_deliveries

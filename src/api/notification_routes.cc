// Which notices go to which channel.
#include "store/notification_routes.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"

namespace patrol::api::notification_routes {
namespace {

constexpr std::string_view severity_names = "info, low, medium, high, critical";
constexpr std::string_view kind_names =
    "drift_opened, drift_changed, drift_decided, account_not_scanned, credentials_failing, digest";

json::object writable_of(const model::NotificationRoute& route) {
    json::array kinds;
    for (const auto kind : route.kinds) kinds.emplace_back(model::to_string(kind));
    return {{"channel_id", route.channel.str()},
            {"kinds", std::move(kinds)},
            {"min_severity", model::to_string(route.min_severity)},
            {"customer_id", route.customer ? json::value(route.customer->str()) : json::value(nullptr)},
            {"digest_hour", route.digest_hour},
            {"enabled", route.enabled}};
}

json::object render(const model::NotificationRoute& route) {
    json::object object = writable_of(route);
    object["id"] = route.id.str();
    object["channel_name"] = route.channel_name;
    object["created_at"] = time_or_null(route.created_at);
    object["updated_at"] = time_or_null(route.updated_at);
    return object;
}

Result<model::NotificationRoute> decode(const json::object& object) {
    Body body(object);
    model::NotificationRoute route;
    if (!body.has("channel_id")) body.wrong("channel_id", "This field is required.");
    route.channel = body.id<ChannelId>("channel_id").value_or(ChannelId());
    for (const auto& name : body.texts("kinds", 10)) {
        const auto kind = model::parse_notice_kind(name);
        if (!kind || *kind == model::NoticeKind::test)
            body.wrong("kinds", "Each kind must be one of: " + std::string(kind_names) + ".");
        else
            route.kinds.push_back(*kind);
    }
    route.min_severity =
        body.choice("min_severity", model::parse_severity, severity_names).value_or(route.min_severity);
    route.customer = body.id<CustomerId>("customer_id");
    route.digest_hour = static_cast<int>(body.integer("digest_hour", 0, 23).value_or(route.digest_hour));
    route.enabled = body.boolean("enabled").value_or(true);
    TRY(body.done());
    return route;
}

Answer answer_of(const model::NotificationRoute& route) {
    return with_etag(answer(render(route)), route.revision);
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(
        list_of(TRY(call.store().notification_routes().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    auto route = TRY(decode(body));
    const auto made =
        TRY(call.store().notification_routes().create(call.tenant(), std::move(route), call.now()));
    call.audited.changed({}, writable_of(made));
    return with_etag(created(render(made), "/api/v1/notification-routes/" + made.id.str()), made.revision);
}

Result<Answer> update(Call& call) {
    const RouteId id = TRY(call.id<RouteId>());
    const auto before = TRY(call.store().notification_routes().get(call.tenant(), id));
    const auto expected = TRY(call.if_match());
    const json::object patch = TRY(call.body());
    const json::object whole = TRY(merged(writable_of(before), patch));
    auto after = TRY(decode(whole));
    after.id = id;
    call.audited.changed(writable_of(before), writable_of(after));
    return answer_of(TRY(call.store().notification_routes().update(
        call.tenant(), after, expected.value_or(before.revision), call.now())));
}

Result<Answer> remove(Call& call) {
    const RouteId id = TRY(call.id<RouteId>());
    TRY(call.store().notification_routes().remove(call.tenant(), id));
    return no_content();
}

}  // namespace patrol::api::notification_routes

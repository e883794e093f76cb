// What needs somebody.
#include <fmt/core.h>

#include "api/handlers.h"
#include "base/encoding.h"
#include "store/today.h"

namespace patrol::api::today {
namespace {

using model::TodayItem;
using model::TodayKind;

json::object action(std::string_view label, std::string href) {
    return {{"label", label}, {"href", std::move(href)}};
}

// Pages of the console.
json::object action_of(const TodayItem& item) {
    const auto account =
        item.account ? "/accounts/" + percent_encode(item.account->str()) : std::string("/accounts");
    switch (item.kind) {
        case TodayKind::drift:
            return action("Review", account + "/drift/review?set=" + percent_encode(item.subject));
        case TodayKind::drift_group:
            return action(fmt::format("Review {}", item.count),
                          "/drift/causes/" + percent_encode(item.subject));
        case TodayKind::failing:
        case TodayKind::insecure_trust:
            return action("Fix", account + "/connection");
        case TodayKind::stale:
            return action("Show scans", account + "/scans");
        case TodayKind::coverage:
            return action("Show what is missing", account + "/scans");
        case TodayKind::expires:
            return action("Renew", "/settings/tokens");
    }
    return action("Show", account);
}

template <class T>
json::value named(const std::optional<T>& id, std::string_view name) {
    if (!id) return nullptr;
    return json::object{{"id", id->str()}, {"name", name}};
}

json::object render(const TodayItem& item) {
    return {{"kind", model::to_string(item.kind)},
            {"severity", model::to_string(item.severity)},
            {"customer", named(item.customer, item.customer_name)},
            {"account", named(item.account, item.account_name)},
            {"title", item.title},
            {"detail", item.detail},
            {"since", time_or_null(item.since)},
            {"count", item.count},
            {"accounts", item.accounts},
            {"action", action_of(item)}};
}

json::object render(const model::ScanDay& day) {
    return {{"day", to_rfc3339(day.day).substr(0, 10)},
            {"ok", day.ok},
            {"partial", day.partial},
            {"failed", day.failed}};
}

Result<store::TodayFilter> filter_of(const Call& call) {
    store::TodayFilter filter;
    if (const auto customer = call.query("customer")) {
        filter.customer = CustomerId::parse(*customer);
        if (!filter.customer) return invalid("customer", "There is no such id.");
    }
    if (const auto severity = call.query("severity")) {
        const auto least = model::parse_severity(*severity);
        if (!least) return invalid("severity", "This must be one of: info, low, medium, high, critical.");
        filter.min_severity = *least;
    }
    return filter;
}

}  // namespace

Result<Answer> get(Call& call) {
    const auto filter = TRY(filter_of(call));
    const auto today = TRY(call.store().today().read(call.viewer(), filter, call.now()));
    json::array items, days;
    for (const auto& item : today.items) items.push_back(render(item));
    for (const auto& day : today.days) days.push_back(render(day));
    auto scans_today = render(today.days.back());
    scans_today.erase("day");
    return answer({{"items", std::move(items)},
                   {"total", today.total},
                   {"fine", json::object{{"accounts", today.fine_accounts},
                                         {"last_scan", time_or_null(today.last_scan)}}},
                   {"scans_today", std::move(scans_today)},
                   {"scans_by_day", std::move(days)}});
}

}  // namespace patrol::api::today

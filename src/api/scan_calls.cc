// The journal of a scan: every call that Patrol made in the customer's account, for whoever wants to compare
// it with his own audit log. Kept for 30 days; an older scan has none.
#include <charconv>

#include "api/handlers.h"
#include "api/page.h"
#include "store/journal.h"

namespace patrol::api::scans {
namespace {

json::object render(const store::JournalEntry& call) {
    return {{"time", time_or_null(call.time)},
            {"service", call.service},
            {"action", call.operation},
            {"region", call.region},
            {"http_status", call.http_status},
            {"error_code", text_or_null(call.error_code)},
            {"request_id", text_or_null(call.request_id)},
            {"attempts", call.attempts},
            {"bytes", call.bytes},
            {"duration_ms", call.duration_ms}};
}

Result<std::size_t> place_of(Call& call, const std::string& list, const std::string& cursor) {
    if (cursor.empty()) return 0;
    const auto text = TRY(call.store().cursors().open(call.viewer().tenant, list, cursor));
    std::size_t place = 0;
    std::from_chars(text.data(), text.data() + text.size(), place);
    return place;
}

}  // namespace

Result<Answer> calls(Call& call) {
    const ScanId id = TRY(call.id<ScanId>());
    TRY(call.store().scans().get(call.viewer(), id));
    const ListQuery query = TRY(ListQuery::of(call));
    const auto request = query.request();
    const std::string list = "calls|" + id.str();
    const auto skip = TRY(place_of(call, list, request.cursor));
    const auto& tenant = call.viewer().tenant;
    auto part = TRY(call.store().journal().part(tenant, id, skip, request.limit));
    store::Page<store::JournalEntry> page{
        .items = std::move(part.entries), .next_cursor = {}, .total = part.total};
    if (const auto next = skip + page.items.size(); next < static_cast<std::size_t>(part.total))
        page.next_cursor = call.store().cursors().seal(tenant, list, std::to_string(next));
    return answer(list_of(page, render));
}

}  // namespace patrol::api::scans

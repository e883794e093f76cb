#include "notify/digest.h"

#include <fmt/core.h>

namespace patrol::notify {

namespace {

constexpr std::size_t items_max = 30;

std::string where(const model::TodayItem& item) {
    if (item.account_name.empty()) return item.accounts > 1 ? fmt::format("{} accounts", item.accounts) : "";
    if (item.customer_name.empty()) return item.account_name;
    return item.customer_name + " · " + item.account_name;
}

std::string line_of(const model::TodayItem& item) {
    const auto place = where(item);
    return fmt::format("[{}] {}{}{}", model::to_string(item.severity), place, place.empty() ? "" : ": ",
                       item.title);
}

}  // namespace

model::Notice digest_of(const model::Today& today) {
    model::Notice notice{.kind = model::NoticeKind::digest, .severity = model::Severity::info};
    notice.title = today.total == 0   ? "Daily digest: nothing needs you"
                   : today.total == 1 ? "Daily digest: 1 matter needs you"
                                      : fmt::format("Daily digest: {} matters need you", today.total);
    json::array items;
    for (const auto& item : today.items) {
        if (items.size() == items_max) break;
        items.emplace_back(line_of(item));
    }
    const auto more = today.total - static_cast<std::int64_t>(items.size());
    if (more > 0) items.emplace_back(fmt::format("and {} more", more));
    if (!today.items.empty()) notice.severity = today.items.front().severity;
    if (!items.empty()) notice.facts["needs_you"] = std::move(items);
    notice.facts["fine_accounts"] = today.fine_accounts;
    // The day that is over, and what is known of the one that runs.
    const std::size_t days = today.days.size();
    if (days >= 2) {
        const auto& yesterday = today.days[days - 2];
        const auto& now = today.days[days - 1];
        notice.facts["scans_since_yesterday"] =
            fmt::format("{} ok, {} partial, {} failed", yesterday.ok + now.ok,
                        yesterday.partial + now.partial, yesterday.failed + now.failed);
    }
    return notice;
}

}  // namespace patrol::notify

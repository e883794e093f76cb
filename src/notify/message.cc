#include "notify/message.h"

#include <fmt/core.h>

#include "base/encoding.h"
#include "notify/inert_text.h"

namespace patrol::notify {

namespace {

// "last_scan" → "Last scan"
std::string label_of(std::string_view name) {
    std::string label = inert(name, 60);
    for (char& c : label)
        if (c == '_') c = ' ';
    if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') label[0] = static_cast<char>(label[0] - 32);
    return label;
}

std::string text_of(const json::value& value) {
    if (const auto* text = value.if_string()) return inert(*text);
    if (value.is_null()) return {};
    return inert(to_text(value));
}

void add_fact(Message& message, std::string_view name, const json::value& value) {
    const auto* list = value.if_array();
    if (list == nullptr) {
        message.lines.push_back({label_of(name), text_of(value)});
        return;
    }
    std::size_t shown = 0;
    for (const auto& each : *list) {
        if (shown == list_entries_max) break;
        message.lines.push_back({shown == 0 ? label_of(name) : "", text_of(each)});
        ++shown;
    }
    if (list->size() > shown) message.lines.push_back({"", fmt::format("and {} more", list->size() - shown)});
}

}  // namespace

std::string link_of(const model::Notice& notice, std::string_view public_url) {
    if (!notice.account) return std::string(public_url) + "/today";
    auto link = fmt::format("{}/accounts/{}", public_url, percent_encode(notice.account->str()));
    if (notice.change_set) link += "/drift/review?set=" + percent_encode(notice.change_set->str());
    return link;
}

Message compose(const store::ClaimedDelivery& delivery, std::string_view public_url) {
    const auto& notice = delivery.notice;
    Message message{.id = delivery.id.str(),
                    .title = inert(notice.title, 200),
                    .link = link_of(notice, public_url),
                    .created_at = notice.created_at};
    const bool has_severity =
        notice.kind != model::NoticeKind::digest && notice.kind != model::NoticeKind::test;
    message.subject = has_severity ? fmt::format("[{}] {}", model::to_string(notice.severity), message.title)
                                   : message.title;
    if (!delivery.customer_name.empty()) message.lines.push_back({"Customer", inert(delivery.customer_name)});
    if (!delivery.account_name.empty()) message.lines.push_back({"Account", inert(delivery.account_name)});
    for (const auto& [name, value] : notice.facts) {
        const bool is_said = name == "account" && !delivery.account_name.empty();
        if (!is_said) add_fact(message, name, value);
    }
    message.lines.push_back({"Time", to_rfc3339(notice.created_at)});
    return message;
}

}  // namespace patrol::notify

#include "notify/hooks.h"

#include <fmt/core.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "notify/inert_text.h"

namespace patrol::notify {

namespace {

constexpr std::size_t slack_text_max = 2'900;  // Slack takes 3,000 characters a block
constexpr std::size_t slack_header_max = 140;  // … and 150 in a header

json::object plain_text(std::string_view text) {
    return {{"type", "plain_text"}, {"text", text}, {"emoji", false}};
}

template <class T>
json::value named(const std::optional<T>& id, std::string_view name) {
    if (!id) return nullptr;
    return json::object{{"id", id->str()}, {"name", name}};
}

// Lines until the block is full; the rest is behind the link.
std::string slack_lines(const Message& message) {
    std::string text;
    for (const auto& line : message.lines) {
        const auto next = slack_escape(line.label.empty() ? "  " + line.text : line.label + ": " + line.text);
        if (text.size() + next.size() > slack_text_max) return text + "…";
        text += (text.empty() ? "" : "\n") + next;
    }
    return text;
}

}  // namespace

std::string slack_body(const Message& message) {
    json::array blocks;
    blocks.push_back(json::object{
        {"type", "header"}, {"text", plain_text(slack_escape(inert(message.subject, slack_header_max)))}});
    blocks.push_back(json::object{{"type", "section"}, {"text", plain_text(slack_lines(message))}});
    blocks.push_back(json::object{
        {"type", "actions"},
        {"elements",
         json::array{json::object{
             {"type", "button"}, {"text", plain_text("Open in Patrol")}, {"url", message.link}}}}});
    return to_text(json::object{{"text", slack_escape(message.subject)},
                                {"blocks", std::move(blocks)},
                                {"mrkdwn", false},
                                {"unfurl_links", false},
                                {"unfurl_media", false}});
}

std::string webhook_body(const store::ClaimedDelivery& delivery, std::string_view public_url) {
    const auto& notice = delivery.notice;
    return to_text(json::object{
        {"id", delivery.id.str()},
        {"notice_id", notice.id.str()},
        {"kind", model::to_string(notice.kind)},
        {"severity", model::to_string(notice.severity)},
        {"title", notice.title},
        {"account", named(notice.account, delivery.account_name)},
        {"customer", named(notice.customer, delivery.customer_name)},
        {"change_set_id", notice.change_set ? json::value(notice.change_set->str()) : json::value(nullptr)},
        {"facts", notice.facts},
        {"url", link_of(notice, public_url)},
        {"created_at", to_rfc3339(notice.created_at)}});
}

net::Headers webhook_headers(std::string_view delivery, std::string_view secret, std::string_view body,
                             Timestamp now) {
    const auto timestamp = std::to_string(now.ms / 1000);
    const auto signature = crypto::hmac_sha256(secret, fmt::format("{}.{}", timestamp, body));
    return {{"Content-Type", "application/json"},
            {"Patrol-Delivery", std::string(delivery)},
            {"Patrol-Timestamp", timestamp},
            {"Patrol-Signature", "v1=" + to_hex(signature)}};
}

}  // namespace patrol::notify

#include <doctest/doctest.h>

#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "notify/digest.h"
#include "notify/hooks.h"
#include "notify/mail.h"

namespace patrol::notify {

namespace {

constexpr std::string_view url = "https://patrol.example.com";

store::ClaimedDelivery delivery() {
    store::ClaimedDelivery delivery{
        .id = DeliveryId("dlv_1"), .account_name = "north", .customer_name = "Northwind"};
    delivery.notice = {.id = NoticeId("ntc_1"),
                       .kind = model::NoticeKind::drift_opened,
                       .severity = model::Severity::critical,
                       .account = AccountId("acc_1"),
                       .change_set = ChangeSetId("chs_1"),
                       .title = "1 change in north",
                       .facts = {{"account", "north"}, {"worst_change", "Port 5432 opened"}, {"changes", 1}},
                       .created_at = *parse_rfc3339("2026-11-22T09:00:00Z")};
    return delivery;
}

// A resource's name that tries everything.
store::ClaimedDelivery hostile() {
    auto hostile = delivery();
    hostile.account_name = "x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>";
    hostile.notice.title =
        "\"<img src=x onerror=alert(1)>\"\r\nSubject: y \xe2\x80\xae <!channel> <https://evil|here>";
    hostile.notice.facts = {{"name", "*bold* <@U1> `code`\n> quote"}, {"<b>k</b>", "v"}};
    return hostile;
}

// The bodies of the two parts.
std::string decoded_part(std::string_view mail, std::size_t number) {
    constexpr std::string_view mark = "base64\r\n\r\n";
    std::size_t at = 0;
    for (std::size_t i = 0; i <= number; ++i) at = mail.find(mark, at) + mark.size();
    std::string encoded(mail.substr(at, mail.find("\r\n--", at) - at));
    std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
    return from_base64(encoded).value_or("not base64");
}

const Envelope envelope{.from = "patrol@example.com",
                        .to = {"a@example.com", "b@example.com"},
                        .host = "patrol.example.com",
                        .now = *parse_rfc3339("2026-11-22T09:00:05Z")};

}  // namespace

TEST_CASE("a message says what, where and when, and links to the review of its change set") {
    const auto message = compose(delivery(), url);
    CHECK(message.subject == "[critical] 1 change in north");
    CHECK(message.link == "https://patrol.example.com/accounts/acc_1/drift/review?set=chs_1");
    CHECK(plain_part(message) ==
          "1 change in north\n\nCustomer: Northwind\nAccount: north\nWorst change: Port 5432 "
          "opened\nChanges: 1\n"
          "Time: "
          "2026-11-22T09:00:00.000Z\n\nhttps://patrol.example.com/accounts/acc_1/drift/review?set=chs_1\n");
    auto digest = delivery();
    digest.notice.account = {};
    digest.notice.kind = model::NoticeKind::digest;
    CHECK(compose(digest, url).link == "https://patrol.example.com/today");
    CHECK(compose(digest, url).subject == "1 change in north");
}

TEST_CASE("a fact with many entries shows list_entries_max of them and says how many more") {
    auto many = delivery();
    json::array entries;
    for (std::size_t i = 0; i < list_entries_max + 5; ++i) entries.emplace_back("entry");
    many.notice.facts = {{"items", entries}};
    const auto message = compose(many, url);
    CHECK(std::ranges::count(message.lines, "entry", &Line::text) == list_entries_max);
    CHECK(std::ranges::count(message.lines, "and 5 more", &Line::text) == 1);
}

TEST_CASE("a mail has a plain and an HTML part, and headers that a receiver can use") {
    const auto mail = mail_text(compose(delivery(), url), envelope);
    CHECK(
        mail.starts_with("From: Patrol <patrol@example.com>\r\nTo: a@example.com,\r\n b@example.com\r\n"
                         "Subject: [critical] 1 change in north\r\nDate: Sun, 22 Nov 2026 09:00:05 +0000\r\n"
                         "Message-ID: <dlv_1@patrol.example.com>\r\nPatrol-Delivery: dlv_1\r\n"));
    CHECK(decoded_part(mail, 0) == plain_part(compose(delivery(), url)));
    CHECK(decoded_part(mail, 1) == html_part(compose(delivery(), url)));
}

TEST_CASE("a hostile name changes neither the headers nor the markup of a mail") {
    const auto mail = mail_text(compose(hostile(), url), envelope);
    const auto head = mail.substr(0, mail.find("\r\n\r\n"));
    CHECK(head.find("\r\nBcc:") == std::string::npos);
    CHECK(head.find("evil@") == std::string::npos);
    std::size_t subjects = 0;
    for (std::size_t at = 0; (at = head.find("\r\nSubject:", at)) != std::string::npos; ++at) ++subjects;
    CHECK(subjects == 1);
    for (std::size_t at = 0; at < mail.size();) {
        const auto end = mail.find("\r\n", at);
        CHECK(end - at <= 100);
        at = end + 2;
    }
    const auto html = decoded_part(mail, 1);
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("<img") == std::string::npos);
    CHECK(html.find("<b>k") == std::string::npos);
    CHECK(html.find("&lt;script&gt;") != std::string::npos);
    CHECK(html.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("a subject beyond ASCII is split into encoded words that decode to it") {
    const std::string subject =
        "[hoch] Größe der Datenbank geändert: 日本語の名前のデータベースが変更されました";
    const auto encoded = encoded_subject(subject);
    std::string decoded, line;
    for (std::size_t at = 0; at < encoded.size(); at += line.size() + 3) {
        line = encoded.substr(at, encoded.find("\r\n ", at) - at);
        REQUIRE(line.size() <= 75);
        REQUIRE(line.starts_with("=?utf-8?B?"));
        REQUIRE(line.ends_with("?="));
        const auto word = from_base64(line.substr(10, line.size() - 12)).value_or("");
        CHECK(is_utf8(word));
        decoded += word;
    }
    CHECK(decoded == subject);
    CHECK(encoded_subject("plain") == "plain");
    CHECK(encoded_subject("=?utf-8?B?eA==?=") != "=?utf-8?B?eA==?=");
}

TEST_CASE("Slack is given plain text, in which no mention, link or markup works") {
    const auto body = parse_json(slack_body(compose(hostile(), url)));
    REQUIRE(body);
    const auto text = to_text(*body);
    CHECK(text.find("<!channel>") == std::string::npos);
    CHECK(text.find("<@U1>") == std::string::npos);
    CHECK(text.find("<https://evil") == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    CHECK(text.find("mrkdwn\":false") != std::string::npos);
    CHECK(text.find("\"type\":\"mrkdwn\"") == std::string::npos);
    CHECK_FALSE(bool_or(*body, "unfurl_links", true));
}

TEST_CASE("Slack's limits hold whatever the notice says") {
    auto long_one = delivery();
    long_one.notice.title = std::string(5'000, '<');
    json::array entries;
    for (int i = 0; i < 30; ++i) entries.emplace_back(std::string(400, '&'));
    long_one.notice.facts = {{"items", entries}};
    const auto body = parse_json(slack_body(compose(long_one, url)));
    const auto& blocks = body->at("blocks").as_array();
    CHECK(string_or(blocks[1].at("text"), "text").size() <= 3'000);
}

TEST_CASE("a web hook is signed over time and body") {
    const auto body = webhook_body(delivery(), url);
    const auto parsed = parse_json(body);
    REQUIRE(parsed);
    CHECK(string_or(*parsed, "kind") == "drift_opened");
    CHECK(string_or(parsed->at("account"), "name") == "north");
    CHECK(parsed->at("customer").is_null());
    const auto headers = webhook_headers("dlv_1", "key", body, Timestamp{1'700'000'000'999});
    CHECK(*net::find_header(headers, "Patrol-Timestamp") == "1700000000");
    CHECK(*net::find_header(headers, "Patrol-Delivery") == "dlv_1");
    CHECK(*net::find_header(headers, "Patrol-Signature") ==
          "v1=" + to_hex(crypto::hmac_sha256("key", "1700000000." + body)));
    CHECK(*net::find_header(webhook_headers("dlv_1", "other", body, Timestamp{1'700'000'000'999}),
                            "Patrol-Signature") != *net::find_header(headers, "Patrol-Signature"));
}

TEST_CASE("a digest names what needs somebody, worst first as it was given, and says when nothing does") {
    model::Today today{.total = 40, .fine_accounts = 3};
    for (int i = 0; i < 40; ++i)
        today.items.push_back({.severity = i == 0 ? model::Severity::critical : model::Severity::low,
                               .customer_name = "Northwind",
                               .account_name = "north",
                               .title = "Port 5432 opened"});
    today.days = {{.ok = 1}, {.ok = 2, .failed = 1}};
    const auto notice = digest_of(today);
    CHECK(notice.title == "Daily digest: 40 matters need you");
    CHECK(notice.severity == model::Severity::critical);
    const auto& items = notice.facts.at("needs_you").as_array();
    CHECK(items.size() == 31);
    CHECK(items[0].as_string() == "[critical] Northwind · north: Port 5432 opened");
    CHECK(items[30].as_string() == "and 10 more");
    CHECK(notice.facts.at("scans_since_yesterday").as_string() == "3 ok, 0 partial, 1 failed");
    CHECK(digest_of({}).title == "Daily digest: nothing needs you");
}

}  // namespace patrol::notify

#include "notify/mail.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/core.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "notify/inert_text.h"

namespace patrol::notify {

namespace {

constexpr std::size_t base64_line = 76;
constexpr std::size_t word_bytes = 42;  // 56 characters of base64: with its frame under 75

bool is_plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string base64_lines(std::string_view bytes) {
    const auto encoded = to_base64(as_bytes(bytes));
    std::string lines;
    for (std::size_t at = 0; at < encoded.size(); at += base64_line)
        lines += encoded.substr(at, base64_line) + "\r\n";
    return lines;
}

std::string part(std::string_view boundary, std::string_view type, std::string_view text) {
    return fmt::format(
        "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        boundary, type, base64_lines(text));
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
    std::string all;
    for (const auto& text : texts) all.append(all.empty() ? "" : between).append(text);
    return all;
}

std::string html_row(const Line& line) {
    return fmt::format(
        "<tr><td style=\"padding:2px 12px 2px 0;color:#555;vertical-align:top\">{}</td>"
        "<td style=\"padding:2px 0\">{}</td></tr>\n",
        html_escape(line.label), html_escape(line.text));
}

}  // namespace

std::string mail_date(Timestamp time) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = time.ms / 1000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days[static_cast<std::size_t>(utc.tm_wday)],
                       utc.tm_mday, months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                       utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string encoded_subject(std::string_view subject) {
    if (is_plain_ascii(subject) && subject.size() <= 60 && !subject.starts_with("=?"))
        return std::string(subject);
    std::string words;
    while (!subject.empty()) {
        std::size_t length = std::min(word_bytes, subject.size());
        while (length < subject.size() && length > 1 && is_continuation(subject[length])) --length;
        words += fmt::format("{}=?utf-8?B?{}?=", words.empty() ? "" : "\r\n ",
                             to_base64(as_bytes(subject.substr(0, length))));
        subject.remove_prefix(length);
    }
    return words;
}

std::string plain_part(const Message& message) {
    std::string text = message.title + "\n\n";
    for (const auto& line : message.lines)
        text += line.label.empty() ? "  " + line.text + "\n" : line.label + ": " + line.text + "\n";
    return text + "\n" + message.link + "\n";
}

std::string html_part(const Message& message) {
    std::string rows;
    for (const auto& line : message.lines) rows += html_row(line);
    return fmt::format(
        "<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif;font-size:14px\">\n<h2 "
        "style=\"font-size:18px\">{}</h2>\n<table style=\"border-collapse:collapse\">\n{}</table>\n"
        "<p><a href=\"{}\">Open in Patrol</a></p>\n</body></html>\n",
        html_escape(message.title), rows, html_escape(message.link));
}

std::string mail_text(const Message& message, const Envelope& envelope) {
    // Cannot occur in base64 lines, which have no underscore.
    const auto boundary = "patrol_" + to_hex(crypto::sha256(message.id)).substr(0, 24);
    std::string text = fmt::format(
        "From: Patrol <{}>\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\nPatrol-Delivery: "
        "{}\r\n"
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; "
        "boundary=\"{}\"\r\n\r\n",
        envelope.from, joined(envelope.to, ",\r\n "), encoded_subject(message.subject),
        mail_date(envelope.now), message.id, envelope.host, message.id, boundary);
    text += part(boundary, "text/plain", plain_part(message));
    text += part(boundary, "text/html", html_part(message));
    return text + fmt::format("--{}--\r\n", boundary);
}

}  // namespace patrol::notify

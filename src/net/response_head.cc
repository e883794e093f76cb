#include "net/response_head.h"

#include <algorithm>
#include <ctime>

namespace patrol::net {

namespace {

constexpr std::size_t head_bytes = 1024;  // most heads fit

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':' || c == '\0';
    });
}

bool is_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_the_servers(std::string_view name) {
    return equal_without_case(name, "Content-Length") || equal_without_case(name, "Connection") ||
           equal_without_case(name, "Transfer-Encoding") || equal_without_case(name, "Date");
}

// RFC 9110, section 15; 429 and 431: RFC 6585.
constexpr std::pair<int, std::string_view> reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

}  // namespace

std::string_view reason_of(int status) {
    const auto* found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
    return found == std::end(reasons) ? "Status" : found->second;
}

std::optional<std::string> format_head(const ServerResponse& response, const ResponseFrame& frame) {
    if (response.status < 200 || response.status > 599) return std::nullopt;
    std::string head;
    head.reserve(head_bytes);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(reason_of(response.status)).append("\r\nDate: ").append(frame.date).append("\r\n");
    for (const Header& header : response.headers) {
        if (!is_token(header.name) || !is_value(header.value)) return std::nullopt;
        if (is_the_servers(header.name)) continue;
        head.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (frame.content_length)
        head.append("Content-Length: ").append(std::to_string(*frame.content_length)).append("\r\n");
    head += frame.closes ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
    return head;
}

ServerResponse plain_error(int status) {
    ServerResponse response{.status = status,
                            .headers = {{"Content-Type", "application/problem+json"}},
                            .body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{}}})",
                                                reason_of(status), status)};
    if (status == 503) response.headers.push_back({"Retry-After", "1"});
    return response;
}

std::string format_http_date(std::int64_t seconds) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t time = seconds;
    std::tm utc{};
    gmtime_r(&time, &utc);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[utc.tm_wday], utc.tm_mday,
                       months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace patrol::net

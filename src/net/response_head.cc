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

}  // namespace

std::string_view reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "Status";
    }
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
    ServerResponse response{
        .status = status,
        .headers = {{"Content-Type", "application/problem+json"}},
        .body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{}}})", reason_of(status), status)};
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

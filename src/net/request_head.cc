#include "net/request_head.h"

#include <algorithm>

#include "net/transport.h"

namespace patrol::net {

namespace {

constexpr int bad_request = 400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_field_text(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < ' ' && byte != '\t') || byte == 0x7f;
    });
}

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

struct Seen {
    std::size_t headers = 0;
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    bool foreign_coding = false;
};

int judge_request_line(std::string_view line, bool& is_http_1_1) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last) return bad_request;
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(line.substr(0, first)) || target.empty()) return bad_request;
    for (char c : target)
        if (c <= ' ' || c >= 0x7f || c == '#') return bad_request;
    is_http_1_1 = version == "HTTP/1.1";
    if (is_http_1_1 || version == "HTTP/1.0") return 0;
    const bool other_version = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                               version[6] == '.' && is_digit(version[7]);
    return other_version ? 505 : bad_request;
}

int judge_field(std::string_view line, Seen& seen) {
    const auto colon = line.find(':');
    if (colon == line.npos) return bad_request;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    // A folded line starts with a space, and a space is no part of a token.
    if (!is_token(name) || !is_field_text(line.substr(colon + 1))) return bad_request;
    ++seen.headers;
    if (equal_without_case(name, "Host")) {
        ++seen.hosts;
    } else if (equal_without_case(name, "Content-Length")) {
        ++seen.lengths;
        if (value.empty() || value.size() > 15 || !std::ranges::all_of(value, is_digit)) return bad_request;
    } else if (equal_without_case(name, "Transfer-Encoding")) {
        ++seen.codings;
        seen.foreign_coding = !equal_without_case(value, "chunked");
        if (!is_token(value)) return bad_request;
    }
    return 0;
}

}  // namespace

int judge_head(std::string_view head, const HeadLimits& limits) {
    Seen seen;
    bool is_http_1_1 = false;
    bool is_first = true;
    while (true) {
        const auto end = head.find("\r\n");
        if (end == head.npos) return bad_request;
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(end + 2);
        if (line.empty()) break;
        const int refusal = is_first ? judge_request_line(line, is_http_1_1) : judge_field(line, seen);
        if (refusal != 0) return refusal;
        if (seen.headers > limits.headers) return 431;
        is_first = false;
    }
    if (is_first || !head.empty()) return bad_request;
    if (seen.lengths > 1 || seen.codings > 1 || (seen.lengths > 0 && seen.codings > 0)) return bad_request;
    if (seen.codings > 0 && !is_http_1_1) return bad_request;
    if (seen.hosts > 1 || (seen.hosts == 0 && is_http_1_1)) return bad_request;
    return seen.foreign_coding ? 501 : 0;
}

std::optional<Target> parse_target(std::string_view target) {
    if (target == "*") return Target{.text = "*", .path = "*", .query = {}};
    std::string text(target);
    if (!target.starts_with('/')) {
        auto url = parse_url(target);
        if (!url) return std::nullopt;
        text = url->path + (url->query ? "?" + *url->query : "");
    }
    const auto question = std::min(text.find('?'), text.size());
    auto query = parse_query(std::string_view(text).substr(std::min(question + 1, text.size())));
    if (!query) return std::nullopt;
    std::string path = text.substr(0, question);
    return Target{.text = std::move(text), .path = std::move(path), .query = std::move(*query)};
}

}  // namespace patrol::net

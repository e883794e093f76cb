// The head of an HTTP/1 request, judged before it reaches the parser: stricter than the standard asks, so
// that Patrol and any proxy before it cannot read one byte sequence in two ways. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/url.h"

namespace patrol::net {

struct HeadLimits {
    std::size_t headers = 100;
};

// `head` is everything up to and with the empty line. 0 where it may be parsed, else the status to refuse
// it with: 400, 431 (too many headers), 501 (a transfer coding other than chunked) or 505 (not HTTP/1.0
// or 1.1). 400: a bare CR or LF, NUL or another control character, a folded line, a space before a colon, a
// bad field name, Content-Length repeated or beside Transfer-Encoding or not digits, Transfer-Encoding
// repeated or in HTTP/1.0, no Host or several in HTTP/1.1, a target with bytes that must be encoded.
int judge_head(std::string_view head, const HeadLimits& limits);

struct Target {
    std::string text;  // origin form
    std::string path;
    QueryPairs query;
};
// Origin form and absolute form; "*" only as itself. Nullopt: refuse with 400.
std::optional<Target> parse_target(std::string_view target);

}  // namespace patrol::net

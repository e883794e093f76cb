// Matches a request's path and query against an operation's URI ("/{Bucket}?policy",
// "/2015-03-31/functions/{FunctionName}/policy", "/v1/tags/{resourceArn+}").
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/url.h"

namespace patrol::cloudsim {

using Labels = std::map<std::string, std::string>;

struct UriMatch {
    Labels labels;          // decoded
    std::size_t score = 0;  // higher is more specific: static query, then literal segments; at least 1
};

std::optional<UriMatch> match_uri(std::string_view uri, std::string_view path, const net::QueryPairs& query);

}  // namespace patrol::cloudsim

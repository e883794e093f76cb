#include "cloudsim/uri_template.h"

#include <algorithm>
#include <vector>

#include "base/encoding.h"

namespace patrol::cloudsim {
namespace {

constexpr std::size_t query_weight = 100;
constexpr std::size_t literal_weight = 2;

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    if (path.starts_with('/')) path.remove_prefix(1);
    while (!path.empty()) {
        auto slash = path.find('/');
        out.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return out;
}

bool is_label(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

// Every static "a=b" of the URI must be in the query.
std::optional<std::size_t> match_static_query(std::string_view wanted, const net::QueryPairs& query) {
    auto pairs = net::parse_query(wanted);
    if (!pairs) return {};
    for (const auto& pair : *pairs)
        if (std::ranges::find(query, pair) == query.end()) return {};
    return pairs->size();
}

bool take_label(Labels& labels, std::string_view segment, std::string_view text) {
    auto decoded = percent_decode(text);
    if (!decoded || decoded->empty()) return false;
    labels[std::string(segment.substr(1, segment.size() - 2))] = std::move(*decoded);
    return true;
}

}  // namespace

std::optional<UriMatch> match_uri(std::string_view uri, std::string_view path, const net::QueryPairs& query) {
    UriMatch match{.labels = {}, .score = 1};
    auto mark = uri.find('?');
    if (mark != std::string_view::npos) {
        auto found = match_static_query(uri.substr(mark + 1), query);
        if (!found) return {};
        match.score += *found * query_weight;
        uri = uri.substr(0, mark);
    }
    auto wanted = segments(uri);
    auto given = segments(path);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i >= given.size()) return {};
        if (is_label(wanted[i]) && wanted[i].ends_with("+}")) {
            auto rest = path.substr(static_cast<std::size_t>(given[i].data() - path.data()));
            std::string name = "{" + std::string(wanted[i].substr(1, wanted[i].size() - 3)) + "}";
            return take_label(match.labels, name, rest) ? std::optional(std::move(match)) : std::nullopt;
        }
        if (is_label(wanted[i])) {
            if (!take_label(match.labels, wanted[i], given[i])) return {};
        } else {
            if (wanted[i] != given[i]) return {};
            match.score += literal_weight;
        }
    }
    if (given.size() != wanted.size()) return {};
    return match;
}

}  // namespace patrol::cloudsim

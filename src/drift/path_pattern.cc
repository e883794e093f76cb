#include "drift/path_pattern.h"

#include <fmt/format.h>

#include "drift/policy_reach.h"

namespace patrol::drift {
namespace {

// The end of a bracket: the first "]" after which the path goes on or ends. Keys of elements are data and
// may hold brackets themselves.
std::size_t closing(std::string_view text) {
    for (auto at = text.find(']'); at != std::string_view::npos; at = text.find(']', at + 1))
        if (at + 1 == text.size() || text[at + 1] == '.' || text[at + 1] == '[') return at;
    return text.size();
}

}  // namespace

std::vector<PathPattern::Part> PathPattern::split(std::string_view path) {
    std::vector<Part> out;
    while (!path.empty()) {
        if (path[0] == '.') {
            path.remove_prefix(1);
        } else if (path[0] == '[') {
            const auto end = closing(path);
            out.push_back({.bracket = true, .text = std::string(path.substr(1, end - 1))});
            path.remove_prefix(std::min(end + 1, path.size()));
        } else {
            const bool of_map = path[0] == '{' && path.find('}') != std::string_view::npos;
            const auto end = of_map ? path.find('}') + 1 : std::min(path.find_first_of(".["), path.size());
            const auto name = of_map ? path.substr(1, end - 2) : path.substr(0, end);
            out.push_back({.bracket = false, .text = std::string(name)});
            path.remove_prefix(end);
        }
    }
    return out;
}

Result<PathPattern> PathPattern::parse(std::string_view text) {
    if (text.empty() || text.size() > max_bytes)
        return fail(Error::Kind::invalid, fmt::format("A path has 1 to {} characters.", max_bytes));
    int open = 0;
    for (char c : text) {
        if (c == '[') ++open;
        if (c == ']') --open;
        if (static_cast<unsigned char>(c) < 0x20)
            return fail(Error::Kind::invalid, "A path has no control characters.");
    }
    if (open > 0) return fail(Error::Kind::invalid, "A \"[\" is not closed.");
    PathPattern out;
    out.parts_ = split(text);
    if (out.parts_.empty() || out.parts_.front().bracket)
        return fail(Error::Kind::invalid, "A path begins with the name of a member.");
    if (out.parts_.size() > max_parts) return fail(Error::Kind::invalid, "The path is too long.");
    return out;
}

bool PathPattern::matches(std::string_view path) const {
    const auto parts = split(path);
    if (parts.size() < parts_.size()) return false;
    for (std::size_t at = 0; at < parts_.size(); ++at) {
        const auto& wanted = parts_[at];
        if (wanted.bracket != parts[at].bracket) return false;
        const bool any = wanted.bracket && wanted.text.empty();
        if (!any && wanted.text != parts[at].text && (wanted.bracket || !glob(wanted.text, parts[at].text)))
            return false;
    }
    return true;
}

}  // namespace patrol::drift

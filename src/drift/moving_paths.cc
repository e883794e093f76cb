#include "drift/moving_paths.h"

#include <algorithm>
#include <tuple>

#include "base/limits.h"

namespace patrol::drift {
namespace {

constexpr std::int64_t several_resources = 3;

// Where the bracket that opens at `open` ends: keys are data and may hold brackets themselves.
std::size_t past_bracket(std::string_view path, std::size_t open) {
    for (auto at = path.find(']', open); at != std::string_view::npos; at = path.find(']', at + 1))
        if (at + 1 == path.size() || path[at + 1] == '.' || path[at + 1] == '[') return at + 1;
    return path.size();
}

}  // namespace

std::string path_of_all_elements(std::string_view path) {
    std::string out;
    for (std::size_t at = 0; at < path.size();) {
        if (path[at] != '[') {
            out += path[at++];
            continue;
        }
        out += "[]";
        at = past_bracket(path, at);
    }
    return out;
}

void MovingPaths::saw(std::size_t interval, std::string_view type, const ResourceId& resource,
                      std::string_view name, const model::PathChange& change) {
    if (change.path.empty()) return;  // the whole document: no rule can name that
    const std::pair key(std::string(type), path_of_all_elements(change.path));
    auto found = seen_.find(key);
    if (found == seen_.end()) {
        if (seen_.size() >= limits::moving_paths) {
            ++left_out_;
            return;
        }
        found = seen_.emplace(key, Seen{}).first;
        found->second.path = {.type = key.first,
                              .path = key.second,
                              .sample = resource,
                              .sample_name = std::string(name),
                              .sample_path = change.path,
                              .before = change.before,
                              .after = change.after};
    }
    found->second.resources.insert(resource);
    found->second.intervals.insert(interval);
}

std::vector<MovingPath> MovingPaths::all() const {
    std::vector<MovingPath> out;
    out.reserve(seen_.size());
    for (const auto& [key, seen] : seen_) {
        out.push_back(seen.path);
        out.back().resources = static_cast<std::int64_t>(seen.resources.size());
        out.back().intervals = static_cast<std::int64_t>(seen.intervals.size());
    }
    std::ranges::sort(out, std::greater(), [](const MovingPath& each) {
        return std::tie(each.intervals, each.resources, each.type, each.path);
    });
    return out;
}

bool moves_by_itself(const MovingPath& path) {
    return path.intervals > 1 || path.resources >= several_resources;
}

}  // namespace patrol::drift

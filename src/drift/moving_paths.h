// Learns which paths move by themselves from scans in which nobody changed anything on purpose: what moved
// between two neighbouring scans, by type and path. Elements of lists are one path: "Rules[].Hits".
// Pure: no I/O, cannot fail. Bounded by limits::moving_paths; what is beyond is counted.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/drift.h"
#include "model/ids.h"

namespace patrol::drift {

struct MovingPath {
    std::string type;
    std::string path;            // as a rule writes it
    std::int64_t resources = 0;  // that it moved in
    std::int64_t intervals = 0;  // in how many of the intervals
    ResourceId sample;           // one of them, with what was seen there
    std::string sample_name, sample_path;
    std::string before, after;  // JSON; empty where there was nothing
};

class MovingPaths {
public:
    // `interval` counts from 0: between the first and the second scan.
    void saw(std::size_t interval, std::string_view type, const ResourceId& resource, std::string_view name,
             const model::PathChange& change);

    // Most resources first.
    [[nodiscard]] std::vector<MovingPath> all() const;
    [[nodiscard]] std::int64_t left_out() const { return left_out_; }

private:
    struct Seen {
        MovingPath path;
        std::set<ResourceId> resources;
        std::set<std::size_t> intervals;
    };
    std::map<std::pair<std::string, std::string>, Seen> seen_;
    std::int64_t left_out_ = 0;
};

// The path with every element's key, text or position left out.
std::string path_of_all_elements(std::string_view path);

// Whether it moves by itself rather than by somebody's hand: again in a later interval, or in several
// resources at once.
bool moves_by_itself(const MovingPath& path);

}  // namespace patrol::drift

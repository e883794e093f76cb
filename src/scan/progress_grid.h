// How far a running scan is, by service and scope ("ec2" in "eu-central-1"): what a person watches
// while it runs. A cell is the slices of one service in one scope; it is as bad as its worst slice.
// Not safe for several threads: the run guards it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/scan.h"

namespace patrol::scan {

struct ProgressCell {
    std::string service, scope;
    int slices = 0, done = 0;
    std::int64_t resources = 0;
    model::SliceStatus worst = model::SliceStatus::complete;
};

class ProgressGrid {
public:
    // A slice that this scan reads.
    void expect(std::string_view service, std::string_view scope);
    void ended(const model::SliceCoverage& slice);

    [[nodiscard]] std::vector<ProgressCell> cells() const;  // by service, then scope
    // Those that changed since the last call.
    std::vector<ProgressCell> take_changed();

private:
    using Key = std::pair<std::string, std::string>;
    std::map<Key, ProgressCell> cells_;
    std::set<Key> changed_;
};

// {"ec2/eu-central-1": {"slices": 12, "done": 3, "resources": 91, "status": "complete"}, …}
json::object to_json(const std::vector<ProgressCell>& cells);

}  // namespace patrol::scan

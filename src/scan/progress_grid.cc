#include "scan/progress_grid.h"

#include <array>

namespace patrol::scan {
namespace {

// From good to bad.
constexpr std::array order{model::SliceStatus::complete,    model::SliceStatus::not_enabled,
                           model::SliceStatus::not_granted, model::SliceStatus::not_read,
                           model::SliceStatus::partial,     model::SliceStatus::throttled,
                           model::SliceStatus::denied,      model::SliceStatus::failed};

std::size_t badness(model::SliceStatus status) {
    return static_cast<std::size_t>(std::ranges::find(order, status) - order.begin());
}

}  // namespace

void ProgressGrid::expect(std::string_view service, std::string_view scope) {
    Key key{service, scope};
    ProgressCell& cell = cells_[key];
    cell.service = service;
    cell.scope = scope;
    ++cell.slices;
    changed_.insert(std::move(key));
}

void ProgressGrid::ended(const model::SliceCoverage& slice) {
    Key key{slice.service, slice.key.scope};
    const auto found = cells_.find(key);
    if (found == cells_.end()) return;
    ProgressCell& cell = found->second;
    if (cell.done < cell.slices) ++cell.done;
    cell.resources += slice.count;
    if (badness(slice.status) > badness(cell.worst)) cell.worst = slice.status;
    changed_.insert(std::move(key));
}

std::vector<ProgressCell> ProgressGrid::cells() const {
    std::vector<ProgressCell> all;
    all.reserve(cells_.size());
    for (const auto& [key, cell] : cells_) all.push_back(cell);
    return all;
}

std::vector<ProgressCell> ProgressGrid::take_changed() {
    std::vector<ProgressCell> changed;
    changed.reserve(changed_.size());
    for (const Key& key : std::exchange(changed_, {})) changed.push_back(cells_.at(key));
    return changed;
}

json::object to_json(const std::vector<ProgressCell>& cells) {
    json::object object;
    for (const ProgressCell& cell : cells)
        object[cell.service + "/" + cell.scope] = json::object{{"slices", cell.slices},
                                                               {"done", cell.done},
                                                               {"resources", cell.resources},
                                                               {"status", model::to_string(cell.worst)}};
    return object;
}

}  // namespace patrol::scan

#include "cloudsim/placement.h"

#include <span>

namespace patrol::cloudsim {
namespace {

using catalogue::Step;
using Steps = std::span<const Step>;

bool has_each(Steps steps) {
    for (const auto& step : steps)
        if (step.kind == Step::Kind::each) return true;
    return false;
}

void put(json::value& at, Steps steps, std::vector<json::value> values);

void put_list(json::value& at, Steps rest, std::vector<json::value> values) {
    if (!at.is_array()) at.emplace_array();
    auto& list = at.get_array();
    for (auto& value : values) {
        json::value element;
        put(element, rest, {std::move(value)});
        list.push_back(std::move(element));
    }
}

void put(json::value& at, Steps steps, std::vector<json::value> values) {
    if (steps.empty()) {
        if (!values.empty()) at = std::move(values.front());
        return;
    }
    if (steps.front().kind == Step::Kind::each) return put_list(at, steps.subspan(1), std::move(values));
    // A path without a list in it still names a list when several values come.
    if (!at.is_object()) at.emplace_object();
    auto& member = at.get_object()[steps.front().name];
    if (values.empty() && !has_each(steps)) return;
    put(member, steps.subspan(1), std::move(values));
}

}  // namespace

void place(json::object& output, const catalogue::Path& path, std::vector<json::value> values) {
    json::value whole(std::move(output));
    if (path.is_whole()) {
        if (!values.empty() && values.front().is_object())
            for (auto& entry : values.front().get_object()) whole.get_object()[entry.key()] = entry.value();
    } else {
        put(whole, path.steps(), std::move(values));
    }
    output = std::move(whole.get_object());
}

}  // namespace patrol::cloudsim

// Changes back into documents: what proves that a diff is complete.
#include "document/canonical_json.h"
#include "drift/diff.h"

namespace patrol::drift {
namespace {

using document::Place;
using document::Rules;
using Steps = std::span<const Step>;

std::string name_of(const json::value& element, const Step& step, const Place& place) {
    if (step.kind == Step::Kind::element) return document::canonical_json(element);
    std::string out;
    if (place.keys != nullptr) document::append_key(out, element, *place.keys);
    return out;
}

// Sets and keyed lists have no positions: after a change they are put in order again, as the canonical
// form does it.
void sort(json::array& list, const Step& step, const Place& place) {
    std::vector<std::pair<std::string, json::value>> sorted;
    for (auto& element : list) {
        auto name = name_of(element, step, place) + '\0' + document::canonical_json(element);
        sorted.emplace_back(std::move(name), std::move(element));
    }
    std::ranges::sort(sorted, {}, [](const auto& item) -> const auto& { return item.first; });
    list.clear();
    for (auto& item : sorted) list.push_back(std::move(item.second));
}

class Patch {
public:
    explicit Patch(const Rules& rules) : rules_(rules) {}

    void change(json::value& value, const PathChange& change, Steps steps, const Place& place) {
        if (steps.empty()) {
            if (change.after) value = *change.after;
        } else if (steps[0].kind == Step::Kind::member && value.is_object()) {
            member(value.get_object(), change, steps, place);
        } else if (value.is_array()) {
            element(value.get_array(), change, steps, place);
        }
    }

private:
    void member(json::object& object, const PathChange& change, Steps steps, const Place& place) {
        const auto& name = steps[0].name;
        if (steps.size() == 1 && !change.after)
            object.erase(name);
        else if (steps.size() == 1)
            object[name] = *change.after;
        else if (auto* inner = object.if_contains(name))
            this->change(*inner, change, steps.subspan(1), rules_.member(place, name));
    }

    void element(json::array& list, const PathChange& change, Steps steps, const Place& place) {
        const auto& step = steps[0];
        const auto inner = rules_.element(place);
        if (step.kind == Step::Kind::index) {
            if (steps.size() == 1 && !change.before && step.index <= list.size())
                list.insert(list.begin() + static_cast<std::ptrdiff_t>(step.index), *change.after);
            else if (step.index < list.size() && steps.size() == 1 && !change.after)
                list.erase(list.begin() + static_cast<std::ptrdiff_t>(step.index));
            else if (step.index < list.size())
                this->change(list[step.index], change, steps.subspan(1), inner);
            return;
        }
        const auto at = std::ranges::find_if(
            list, [&](const auto& each) { return name_of(each, step, place) == step.name; });
        if (at != list.end() && steps.size() > 1)
            this->change(*at, change, steps.subspan(1), inner);
        else if (at != list.end() && !change.after)
            list.erase(at);
        else if (at != list.end())
            *at = *change.after;
        else if (change.after)
            list.push_back(*change.after);
        sort(list, step, place);
    }

    const Rules& rules_;
};

bool takes_out_of_list(const PathChange& change) {
    return !change.after && !change.steps.empty() && change.steps.back().kind == Step::Kind::index;
}

}  // namespace

json::value apply(const std::vector<PathChange>& changes, const json::value& before, const Rules& rules) {
    json::value out = before;
    Patch patch(rules);
    // Elements are taken out of a list from its end, so that positions before them stay right.
    for (const auto& change : changes)
        if (!takes_out_of_list(change)) patch.change(out, change, change.steps, rules.root());
    for (auto change = changes.rbegin(); change != changes.rend(); ++change)
        if (takes_out_of_list(*change)) patch.change(out, *change, change->steps, rules.root());
    return out;
}

}  // namespace patrol::drift

#include "drift/site.h"

#include <map>

#include "document/canonical_json.h"

namespace patrol::drift {
namespace {

using catalogue::Path;
using document::Place;
using PathStep = catalogue::Step;
using PathSteps = std::span<const PathStep>;

const json::value* member(const json::value* value, std::string_view name) {
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

const json::value* element(const json::value* value, const Step& step, const Place& place) {
    const auto* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr) return nullptr;
    if (step.kind == Step::Kind::index) return step.index < list->size() ? &(*list)[step.index] : nullptr;
    for (const auto& each : *list) {
        std::string name;
        if (step.kind == Step::Kind::element)
            name = document::canonical_json(each);
        else if (place.keys != nullptr)
            document::append_key(name, each, *place.keys);
        if (name == step.name) return &each;
    }
    return nullptr;
}

bool fits(const PathStep& wanted, const Step& step) {
    if (wanted.kind == PathStep::Kind::each) return step.kind != Step::Kind::member;
    return step.kind == Step::Kind::member && step.name == wanted.name;
}

// Elements that only one side has, in the order of that side.
std::vector<Pair> unpaired(const Pair& lists) {
    static const json::array none;
    const auto* old_list = lists.before == nullptr ? nullptr : lists.before->if_array();
    const auto* new_list = lists.after == nullptr ? nullptr : lists.after->if_array();
    std::map<std::string, int> old_ones;
    for (const auto& each : old_list == nullptr ? none : *old_list)
        ++old_ones[document::canonical_json(each)];
    std::vector<Pair> out;
    for (const auto& each : new_list == nullptr ? none : *new_list) {
        const auto at = old_ones.find(document::canonical_json(each));
        if (at != old_ones.end() && at->second > 0)
            --at->second;
        else
            out.push_back({.after = &each});
    }
    for (const auto& each : old_list == nullptr ? none : *old_list) {
        auto& left = old_ones[document::canonical_json(each)];
        if (left > 0) {
            --left;
            out.push_back({.before = &each});
        }
    }
    return out;
}

void expand(Site& site, PathSteps rest, std::vector<Site>& out) {
    if (rest.empty()) {
        out.push_back(site);
        return;
    }
    const auto here = site.pair();
    const auto down = [&](const Pair& next) {
        site.values.push_back(next);
        expand(site, rest.subspan(1), out);
        site.values.pop_back();
    };
    if (rest[0].kind != PathStep::Kind::each)
        return down({.before = member(here.before, rest[0].name), .after = member(here.after, rest[0].name)});
    for (const auto& each : unpaired(here)) down(each);
}

}  // namespace

Trail whole(const Subject& subject) {
    return {.values = {{.before = subject.before, .after = subject.after}}};
}

Trail trail_to(const PathChange& change, const Subject& subject, const document::Rules& rules) {
    Trail out{.steps = change.steps, .values = {{.before = subject.before, .after = subject.after}}};
    auto place = rules.root();
    for (const auto& step : change.steps) {
        const auto& here = out.values.back();
        if (step.kind == Step::Kind::member) {
            out.values.push_back(
                {.before = member(here.before, step.name), .after = member(here.after, step.name)});
            place = rules.member(place, step.name);
        } else {
            const Pair next{.before = element(here.before, step, place),
                            .after = element(here.after, step, place)};
            out.values.push_back(next);
            place = rules.element(place);
        }
    }
    // A position means another element on the side where this one is missing.
    out.values.back() = {.before = change.before ? &*change.before : nullptr,
                         .after = change.after ? &*change.after : nullptr};
    return out;
}

std::vector<Site> sites(const Path& path, const Trail& trail) {
    const PathSteps wanted = path.steps();
    const auto shared = std::min(wanted.size(), trail.steps.size());
    for (std::size_t at = 0; at < shared; ++at)
        if (!fits(wanted[at], trail.steps[at])) return {};
    Site site;
    const auto known = trail.values.begin();
    site.values.assign(known, known + static_cast<std::ptrdiff_t>(shared + 1));
    std::vector<Site> out;
    expand(site, wanted.subspan(shared), out);
    return out;
}

void collect(const json::value* from, PathSteps steps, std::vector<const json::value*>& out) {
    if (from == nullptr) return;
    if (steps.empty()) {
        out.push_back(from);
        return;
    }
    if (steps[0].kind != PathStep::Kind::each)
        return collect(member(from, steps[0].name), steps.subspan(1), out);
    if (const auto* list = from->if_array())
        for (const auto& each : *list) collect(&each, steps.subspan(1), out);
}

std::vector<const json::value*> at_site(const Path& wanted, const Path& own, const Site& site) {
    const PathSteps steps = wanted.steps();
    std::size_t shared = 0;
    while (shared < steps.size() && shared < own.steps().size() && shared + 1 < site.values.size() &&
           steps[shared] == own.steps()[shared])
        ++shared;
    std::vector<const json::value*> out;
    collect(site.values[shared].newer(), steps.subspan(shared), out);
    return out;
}

}  // namespace patrol::drift

#include "drift/noise.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "catalogue/severity_reader.h"
#include "document/canonical_json.h"
#include "drift/policy_reach.h"
#include "drift/predicate.h"
#include "drift/severity.h"

namespace patrol::drift {
namespace {

using catalogue::NoiseRule;
using catalogue::Path;

constexpr std::array<std::string_view, 6> tag_members = {"Tags",   "tags",    "TagSet",
                                                         "tagSet", "TagList", "tagList"};
constexpr std::array<std::string_view, 4> key_members = {"Key", "key", "TagKey", "tagKey"};
constexpr std::array<std::string_view, 4> value_members = {"Value", "value", "TagValue", "tagValue"};

constexpr std::string_view outside_head = "Tags[Key=";
constexpr std::string_view outside_tail = "].Value";

std::string_view outside_key(std::string_view path) {
    path.remove_prefix(outside_head.size());
    return path.substr(0, path.size() - outside_tail.size());
}

const json::value* newer(const Subject& subject) {
    return subject.after != nullptr ? subject.after : subject.before;
}

bool is_of(const NoiseRule& rule, std::string_view type) {
    return rule.types.empty() || std::ranges::find(rule.types, type) != rule.types.end();
}

std::string first_of(const json::value& object, std::span<const std::string_view> names) {
    for (const auto name : names)
        if (const auto* value = find(object, name)) return scalar_text(value);
    return {};
}

// The value of a tag in a document's own tags.
std::string tag_in(const json::value* document, std::string_view key) {
    if (document == nullptr) return {};
    for (const auto name : tag_members) {
        const auto* tags = find(*document, name);
        if (tags == nullptr) continue;
        if (tags->is_object()) return scalar_text(find(*tags, key));
        if (!tags->is_array()) continue;
        for (const auto& each : tags->get_array())
            if (first_of(each, key_members) == key) return first_of(each, value_members);
    }
    return {};
}

// What "<*>" in the pattern stands for, the longest first; nullopt where the text does not fit.
std::optional<std::string> caught(std::string_view pattern, std::string_view text) {
    constexpr std::string_view mark = "<*>";
    const auto at = pattern.find(mark);
    if (at == std::string_view::npos || text.size() > limits::label_chars * 8) return {};
    const auto left = pattern.substr(0, at);
    const auto right = pattern.substr(at + mark.size());
    for (std::size_t from = 0; from <= text.size(); ++from) {
        if (!glob(left, text.substr(0, from))) continue;
        for (auto to = text.size(); to > from; --to)
            if (glob(right, text.substr(to))) return std::string(text.substr(from, to - from));
    }
    return {};
}

// The values at a place of the newer document.
using ValuesAt = std::function<std::vector<const json::value*>(const Path&)>;

ValuesAt values_of(const Subject& subject) {
    return [&subject](const Path& path) {
        std::vector<const json::value*> values;
        collect(newer(subject), path.steps(), values);
        return values;
    };
}

std::optional<std::string> slot(std::string_view text, const Subject& subject, const ValuesAt& values_at) {
    if (text.starts_with("tag:")) {
        const auto key = text.substr(4);
        if (subject.tags != nullptr)
            if (const auto at = subject.tags->find(key); at != subject.tags->end() && !at->second.empty())
                return at->second;
        auto value = tag_in(newer(subject), key);
        return value.empty() ? std::nullopt : std::optional(std::move(value));
    }
    const auto tilde = text.find('~');
    const auto path = Path::parse(text.substr(0, tilde));
    if (!path) return {};
    for (const auto* each : values_at(*path)) {
        auto value = scalar_text(each);
        if (value.empty()) continue;
        if (tilde == std::string_view::npos) return value;
        if (auto part = caught(text.substr(tilde + 1), value)) return part;
    }
    return {};
}

// The template with its slots filled; nullopt where one has no value.
std::optional<std::string> filled(std::string_view text, const Subject& subject, const ValuesAt& values_at) {
    std::string out;
    while (true) {
        const auto open = text.find('{');
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, open));
        auto value = slot(text.substr(open + 1, close - open - 1), subject, values_at);
        if (!value) return {};
        out += *value;
        text.remove_prefix(close + 1);
    }
}

// `values_at` finds the values that a guard speaks of.
bool guards_hold(const NoiseRule& rule, const Subject& subject, const ValuesAt& values_at) {
    const auto account = account_number(subject);
    return std::ranges::all_of(rule.where, [&](const auto& guard) {
        const std::vector<const json::value*> values = values_at(guard.path);
        if (values.empty()) return holds(guard.condition, nullptr, account);
        return std::ranges::any_of(values,
                                   [&](const auto* each) { return holds(guard.condition, each, account); });
    });
}
bool guards_hold(const NoiseRule& rule, const Subject& subject) {
    return guards_hold(rule, subject, values_of(subject));
}

std::optional<Owner> direct_owner(const NoiseRule& rule, const Subject& subject) {
    if (!rule.owner || !is_of(rule, subject.type)) return {};
    if (std::ranges::find(rule.on, subject.op) == rule.on.end() || !guards_hold(rule, subject)) return {};
    auto id = filled(rule.owner->id, subject, values_of(subject));
    if (!id) return {};
    return Owner{.type = rule.owner->type, .id = std::move(*id)};
}

// The owner of the first neighbour that has one.
std::optional<Owner> owner_among(NoiseRules rules, const NoiseRule& rule,
                                 const std::vector<const json::value*>& ids, const Subject& subject) {
    if (subject.neighbours == nullptr) return {};
    for (const auto* id : ids) {
        const auto* document = subject.neighbours->document(rule.via_type, scalar_text(id));
        if (document == nullptr) continue;
        const Subject neighbour{.op = subject.op, .type = rule.via_type, .after = document};
        for (const auto* each : rules)
            if (auto owner = direct_owner(*each, neighbour)) return owner;
    }
    return {};
}

std::optional<Owner> neighbours_owner(NoiseRules rules, const NoiseRule& rule, const Subject& subject) {
    if (!rule.via || !rule.whole_objects() || !is_of(rule, subject.type)) return {};
    if (std::ranges::find(rule.on, subject.op) == rule.on.end() || !guards_hold(rule, subject)) return {};
    std::vector<const json::value*> ids;
    collect(newer(subject), rule.via->steps(), ids);
    return owner_among(rules, rule, ids, subject);
}

std::optional<double> first_number(const json::value* from, const Path& path) {
    std::vector<const json::value*> values;
    collect(from, path.steps(), values);
    return values.empty() ? std::nullopt : number_of(values.front());
}

bool is_within(const NoiseRule& rule, const Path& path, const Site& site, const Subject& subject) {
    if (!rule.within) return true;
    const auto value = number_of(site.pair().after);
    if (!value) return false;
    std::optional<double> least, greatest;
    if (rule.bounds_type.empty()) {
        for (const auto* each : at_site(rule.within->first, path, site)) least = number_of(each);
        for (const auto* each : at_site(rule.within->second, path, site)) greatest = number_of(each);
    } else {
        // Of a list's element the bounds are those of this element.
        const auto id =
            filled(rule.bounds_id, subject, [&](const Path& wanted) { return at_site(wanted, path, site); });
        if (!id || subject.neighbours == nullptr) return false;
        const auto* bounds = subject.neighbours->document(rule.bounds_type, *id);
        least = first_number(bounds, rule.within->first);
        greatest = first_number(bounds, rule.within->second);
    }
    return least && greatest && *least <= *value && *value <= *greatest;
}

// The change lies at or below the path, not above it: hiding more than asked would hide drift.
bool hides_value(NoiseRules rules, const NoiseRule& rule, const Trail& trail, const Subject& subject) {
    if (!is_of(rule, subject.type)) return false;
    return std::ranges::any_of(rule.paths, [&](const auto& path) {
        if (path.steps().size() > trail.steps.size()) return false;
        const auto places = sites(path, trail);
        return !places.empty() && std::ranges::all_of(places, [&](const auto& site) {
            const auto here = [&](const Path& wanted) { return at_site(wanted, path, site); };
            if (!guards_hold(rule, subject, here)) return false;
            if (rule.via && !owner_among(rules, rule, at_site(*rule.via, path, site), subject)) return false;
            return is_within(rule, path, site, subject);
        });
    });
}

bool hides_tags(const NoiseRule& rule, const std::vector<std::string>& keys) {
    return !keys.empty() && std::ranges::all_of(keys, [&](const auto& key) {
        return std::ranges::any_of(rule.tags, [&](const auto& pattern) { return glob(pattern, key); });
    });
}

void add_keys(const json::value& tags, std::vector<std::string>& out) {
    if (const auto* map = tags.if_object()) {
        for (const auto& [key, value] : *map) out.emplace_back(key);
    } else if (const auto* list = tags.if_array()) {
        for (const auto& each : *list) out.push_back(first_of(each, key_members));
    }
}

}  // namespace

std::optional<OwnedObject> owner_of(NoiseRules rules, const Subject& subject) {
    for (const auto* rule : rules) {
        auto owner = direct_owner(*rule, subject);
        if (!owner) owner = neighbours_owner(rules, *rule, subject);
        if (owner) return OwnedObject{.rule = rule, .owner = std::move(*owner)};
    }
    return {};
}

bool is_outside(const PathChange& change) {
    return change.steps.empty() && change.path.starts_with(outside_head) &&
           change.path.ends_with(outside_tail);
}

std::vector<std::string> tag_keys(const PathChange& change) {
    std::vector<std::string> out;
    const auto& steps = change.steps;
    if (is_outside(change)) return {std::string(outside_key(change.path))};
    if (steps.empty() || steps[0].kind != Step::Kind::member) return out;
    if (std::ranges::find(tag_members, steps[0].name) == tag_members.end()) return out;
    if (steps.size() == 1) {
        if (change.before) add_keys(*change.before, out);
        if (change.after) add_keys(*change.after, out);
    } else if (steps[1].kind == Step::Kind::member) {
        out.push_back(steps[1].name);
    } else if (steps[1].kind == Step::Kind::keyed) {
        const auto key = parse_json(steps[1].name);
        out.push_back(key && key->is_string() ? scalar_text(&*key) : steps[1].name);
    } else {
        for (const auto* side : {&change.before, &change.after})
            if (*side && (*side)->is_object()) out.push_back(first_of(**side, key_members));
    }
    return out;
}

const NoiseRule* hides(NoiseRules rules, const PathChange& change, const Trail& trail,
                       const Subject& subject) {
    const auto keys = tag_keys(change);
    for (const auto* rule : rules)
        if (hides_tags(*rule, keys) || hides_value(rules, *rule, trail, subject)) return rule;
    return nullptr;
}

bool is_reordered(const PathChange& change) {
    const auto* before = change.before ? change.before->if_array() : nullptr;
    const auto* after = change.after ? change.after->if_array() : nullptr;
    if (before == nullptr || after == nullptr || before->size() != after->size()) return false;
    const auto texts = [](const json::array& list) {
        std::vector<std::string> out;
        for (const auto& each : list) out.push_back(document::canonical_json(each));
        std::ranges::sort(out);
        return out;
    };
    return texts(*before) == texts(*after);
}

std::vector<model::Rule> builtin_rules(const catalogue::SeverityBook& book) {
    std::vector<model::Rule> out;
    const auto add = [&](std::string_view id, std::string_view title, std::string_view type) {
        out.push_back({.id = RuleId(std::string(id)),
                       .builtin = true,
                       .name = std::string(id),
                       .scope = {.type = std::string(type)},
                       .reason = std::string(title)});
    };
    add(reordered_class, "The same elements of a list in another order", "");
    for (const auto& each : book.noise)
        add(each.id, each.title,
            each.types.size() == 1 ? std::string_view(each.types.front()) : std::string_view());
    return out;
}

std::vector<OwnerTally> tally(std::vector<Member> members) {
    std::ranges::sort(members, {}, &Member::native_id);
    std::map<std::pair<Owner, std::string>, OwnerTally> by_owner;
    for (auto& member : members) {
        auto& out = by_owner[{member.owner, member.type}];
        out.owner = member.owner;
        out.type = member.type;
        auto& list = member.op == model::ChangeOp::added     ? out.added
                     : member.op == model::ChangeOp::removed ? out.removed
                                                             : out.modified;
        list.push_back(std::move(member.native_id));
    }
    std::vector<OwnerTally> all;
    for (auto& [key, out] : by_owner) {
        const auto pairs = std::min(out.added.size(), out.removed.size());
        for (std::size_t at = 0; at < pairs; ++at) out.replaced.push_back({out.removed[at], out.added[at]});
        out.added.erase(out.added.begin(), out.added.begin() + static_cast<std::ptrdiff_t>(pairs));
        out.removed.erase(out.removed.begin(), out.removed.begin() + static_cast<std::ptrdiff_t>(pairs));
        all.push_back(std::move(out));
    }
    return all;
}

}  // namespace patrol::drift

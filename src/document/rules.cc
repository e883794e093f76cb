#include "document/rules.h"

#include "document/canonical_json.h"

namespace patrol::document {

using catalogue::Path;

namespace {

RuleNode* below(RuleNode& node, const catalogue::Step& step) {
    if (step.kind == catalogue::Step::Kind::each) {
        if (!node.each) node.each = std::make_unique<RuleNode>();
        return node.each.get();
    }
    auto at = std::ranges::lower_bound(node.members, step.name, {},
                                       [](const auto& member) { return member.first; });
    if (at == node.members.end() || at->first != step.name)
        at = node.members.emplace(at, step.name, std::make_unique<RuleNode>());
    return at->second.get();
}

std::uint64_t first_letter_bit(std::string_view name) {
    return std::uint64_t(1) << (name.empty() ? 0U : static_cast<unsigned char>(name.front()) & 63U);
}

bool has_all_keys(const json::value& element, const Keys& keys) {
    return std::ranges::all_of(keys, [&](const auto& key) { return key_value(element, key) != nullptr; });
}

}  // namespace

const RuleNode* RuleNode::member(std::string_view name) const {
    if (members.size() <= 8) {
        for (const auto& [each_name, node] : members)
            if (each_name.size() == name.size() && each_name == name) return node.get();
        return nullptr;
    }
    auto at = std::ranges::lower_bound(members, name, {},
                                       [](const auto& each) { return std::string_view(each.first); });
    return at != members.end() && at->first == name ? at->second.get() : nullptr;
}

Rules::Rules() : root_(std::make_shared<RuleNode>()) {}

RuleNode* Rules::add(const Path& path, std::uint16_t treatment, const Keys* keys) {
    if (path.root() == Path::Root::listed) return nullptr;  // not a place in the document
    auto steps = std::span(path.steps());
    // A list rule names the list; "SubnetIds[]" is taken as the same place.
    const bool of_list = (treatment & (treat_set | treat_keyed | treat_ordered)) != 0;
    if (of_list && !steps.empty() && steps.back().kind == catalogue::Step::Kind::each)
        steps = steps.first(steps.size() - 1);
    RuleNode* node = root_.get();
    for (const auto& step : steps) node = below(*node, step);
    node->treatment = static_cast<std::uint16_t>(node->treatment | treatment);
    if (keys != nullptr) node->keys = *keys;
    return node;
}

Rules Rules::compile(const catalogue::ResourceType& type, const catalogue::MemberRules& by_name) {
    Rules out;
    out.type_ = type.name;
    for (const auto& path : type.volatiles) out.add(path, treat_volatile);
    // Times of creation and attachment are shown like state: what is made anew differs elsewhere too.
    for (const auto* paths : {&type.state, &type.created})
        for (const auto& path : *paths)
            if (std::ranges::find(type.state_important, path) == type.state_important.end())
                out.add(path, treat_state);
    for (const auto& path : type.json) out.add(path, treat_json);
    for (const auto& path : type.policies) out.add(path, treat_policy);
    for (const auto& path : type.sets) out.add(path, treat_set);
    for (const auto& path : type.ordered) out.add(path, treat_ordered);
    for (const auto& each : type.defaults)
        if (auto* node = out.add(each.path, 0)) node->default_text = canonical_json(each.value);
    for (const auto& list : type.keyed) out.add(list.path, treat_keyed, &list.keys);
    for (const auto& path : type.secrets) out.add(path, treat_secret);
    for (const auto& path : type.id.paths) out.add(path, treat_identity);
    if (type.arn.path) out.add(*type.arn.path, treat_identity);
    if (type.item_name) out.add(*type.item_name, treat_identity);

    const auto name_rule = [&](const std::vector<std::string>& names, std::uint16_t treatment) {
        for (const auto& name : names) {
            auto& rule = out.by_name_[name].treatment;
            rule = static_cast<std::uint16_t>(rule | treatment);
            out.may_have_rule_[name.size() & 63U] |= first_letter_bit(name);
        }
    };
    name_rule(by_name.sets, treat_set);
    name_rule(by_name.ordered, treat_ordered);
    name_rule(by_name.volatiles, treat_volatile);
    name_rule(by_name.policies, treat_policy);
    name_rule(by_name.json, treat_json);
    name_rule(by_name.secrets, treat_secret);
    for (const auto& list : by_name.keyed) {
        name_rule({list.member}, treat_keyed);
        out.by_name_[list.member].keys = list.keys;
    }
    return out;
}

Place Rules::root() const {
    return {.node = root_.get(), .keys = &root_->keys, .treatment = root_->treatment};
}

Place Rules::member(const Place& holder, std::string_view name) const {
    Place out;
    if (holder.node != nullptr) out.node = holder.node->member(name);
    if (out.node != nullptr) {
        out.treatment = out.node->treatment;
        out.keys = &out.node->keys;
    }
    if (holder.is(treat_secret)) out.treatment = static_cast<std::uint16_t>(out.treatment | treat_secret);
    if ((may_have_rule_[name.size() & 63U] & first_letter_bit(name)) == 0) return out;
    constexpr std::uint16_t list_rules = treat_set | treat_keyed | treat_ordered;
    if (const auto at = by_name_.find(name); at != by_name_.end()) {
        auto more = at->second.treatment;
        // What the type says about a list is whole: the member's name adds nothing to it.
        if ((out.treatment & list_rules) != 0) more = static_cast<std::uint16_t>(more & ~list_rules);
        if ((more & treat_keyed) != 0) {
            out.keys = &at->second.keys;
            out.keys_by_name = true;
        }
        out.treatment = static_cast<std::uint16_t>(out.treatment | more);
    }
    return out;
}

Place Rules::element(const Place& list) const {
    Place out;
    if (list.node != nullptr) out.node = list.node->each.get();
    if (out.node != nullptr) {
        out.treatment = out.node->treatment;
        out.keys = &out.node->keys;
    }
    if (list.is(treat_secret)) out.treatment = static_cast<std::uint16_t>(out.treatment | treat_secret);
    return out;
}

ListOrder order_of(const Place& place, const json::array& list) {
    if (place.is(treat_keyed) && place.keys != nullptr && !place.keys->empty()) {
        if (!place.keys_by_name) return ListOrder::keyed;
        if (std::ranges::all_of(list,
                                [&](const auto& element) { return has_all_keys(element, *place.keys); }))
            return ListOrder::keyed;
    }
    return place.is(treat_set) ? ListOrder::set : ListOrder::ordered;
}

const json::value* key_value(const json::value& element, std::string_view key) {
    const auto* object = element.if_object();
    if (object == nullptr) return nullptr;
    if (const auto* value = object->if_contains(key)) return value;
    const auto dot = key.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto* inner = object->if_contains(key.substr(0, dot));
    return inner == nullptr ? nullptr : key_value(*inner, key.substr(dot + 1));
}

void append_key(std::string& out, const json::value& element, const Keys& keys) {
    for (const auto& key : keys) {
        if (const auto* value = key_value(element, key)) append_canonical(out, *value);
        out.push_back(',');
    }
    if (!keys.empty()) out.pop_back();
}

}  // namespace patrol::document

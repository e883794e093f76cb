#include "drift/diff.h"

#include "document/canonical_json.h"

namespace patrol::drift {
namespace {

using document::ListOrder;
using document::Place;
using document::Rules;

std::string key_of(const json::value& element, const document::Keys& keys) {
    std::string out;
    document::append_key(out, element, keys);
    return out;
}

// How two lists are matched: by key only where the keys are unique on both sides.
ListOrder order_of(const Place& place, const json::array& before, const json::array& after) {
    const auto order = document::order_of(place, before);
    if (order != document::order_of(place, after)) return ListOrder::ordered;
    if (order != ListOrder::keyed) return order;
    for (const auto* list : {&before, &after}) {
        std::set<std::string> keys;
        for (const auto& element : *list)
            if (!keys.insert(key_of(element, *place.keys)).second) return ListOrder::ordered;
    }
    return order;
}

void append_path(std::string& out, const Step& step, const document::Keys* keys) {
    switch (step.kind) {
        case Step::Kind::member:
            if (!out.empty()) out.push_back('.');
            out.append(step.name);
            return;
        case Step::Kind::keyed:
            out.push_back('[');
            if (keys != nullptr && keys->size() == 1) out.append(keys->front()).push_back('=');
            // "sg-1" reads as sg-1; several keys stay as their canonical texts.
            if (keys != nullptr && keys->size() == 1 && step.name.size() >= 2 && step.name.front() == '"')
                out.append(step.name, 1, step.name.size() - 2);
            else
                out.append(step.name);
            out.push_back(']');
            return;
        case Step::Kind::element:
            out.append("[").append(step.name).append("]");
            return;
        case Step::Kind::index:
            out.append("[").append(std::to_string(step.index)).append("]");
            return;
    }
}

class Comparison {
public:
    explicit Comparison(const Rules& rules) : rules_(rules) {}

    void values(const json::value& before, const json::value& after, const Place& place) {
        if (full()) return;
        if (before.is_object() && after.is_object())
            return objects(before.get_object(), after.get_object(), place);
        if (before.is_array() && after.is_array()) return lists(before, after, place);
        if (!same(before, after)) add(&before, &after);
    }

    [[nodiscard]] bool full() const { return changes_.size() > changes_max; }
    std::vector<PathChange> take() { return std::move(changes_); }

private:
    // Canonical texts, not json::value equality: 1 and 1.0 are one number, members have no order.
    static bool same(const json::value& left, const json::value& right) {
        return left.kind() == right.kind() && left.is_string()
                   ? left.get_string() == right.get_string()
                   : document::canonical_json(left) == document::canonical_json(right);
    }

    void add(const json::value* before, const json::value* after) {
        if (full()) return;
        changes_.push_back({.path = path_, .steps = steps_});
        if (before != nullptr) changes_.back().before = *before;
        if (after != nullptr) changes_.back().after = *after;
    }

    template <class Inside>
    void at(Step step, const document::Keys* keys, Inside inside) {
        const auto size = path_.size();
        append_path(path_, step, keys);
        steps_.push_back(std::move(step));
        inside();
        steps_.pop_back();
        path_.resize(size);
    }

    void objects(const json::object& before, const json::object& after, const Place& place) {
        for (const auto& [name, value] : before) {
            const auto* other = after.if_contains(name);
            at({.kind = Step::Kind::member, .name = std::string(name)}, nullptr, [&] {
                if (other == nullptr)
                    add(&value, nullptr);
                else
                    values(value, *other, rules_.member(place, document::view(name)));
            });
        }
        for (const auto& [name, value] : after)
            if (!before.contains(name))
                at({.kind = Step::Kind::member, .name = std::string(name)}, nullptr,
                   [&] { add(nullptr, &value); });
    }

    void lists(const json::value& before_value, const json::value& after_value, const Place& place) {
        const auto& before = before_value.get_array();
        const auto& after = after_value.get_array();
        switch (order_of(place, before, after)) {
            case ListOrder::keyed:
                return keyed(before, after, place);
            case ListOrder::set:
                return sets(before, after);
            case ListOrder::ordered:
                break;
        }
        if (!place.is(document::treat_ordered) && is_reordered(before, after))
            return add(&before_value, &after_value);
        ordered(before, after, rules_.element(place));
    }

    // The same elements in another order: one change of the list, which a reader can tell from others.
    static bool is_reordered(const json::array& before, const json::array& after) {
        if (before.size() != after.size() || before.size() < 2) return false;
        const auto texts = [](const json::array& list) {
            std::vector<std::string> out;
            for (const auto& each : list) out.push_back(document::canonical_json(each));
            return out;
        };
        auto old_ones = texts(before);
        auto new_ones = texts(after);
        if (old_ones == new_ones) return false;
        std::ranges::sort(old_ones);
        std::ranges::sort(new_ones);
        return old_ones == new_ones;
    }

    static std::map<std::string, const json::value*> index(const json::array& list, const auto& name_of) {
        std::map<std::string, const json::value*> out;
        for (const auto& element : list) out.emplace(name_of(element), &element);
        return out;
    }

    void keyed(const json::array& before, const json::array& after, const Place& place) {
        const auto name_of = [&](const json::value& element) { return key_of(element, *place.keys); };
        const auto old_ones = index(before, name_of);
        const auto new_ones = index(after, name_of);
        const auto element = rules_.element(place);
        for (const auto& [key, value] : old_ones) {
            const auto other = new_ones.find(key);
            at({.kind = Step::Kind::keyed, .name = key}, place.keys, [&] {
                if (other == new_ones.end())
                    add(value, nullptr);
                else
                    values(*value, *other->second, element);
            });
        }
        for (const auto& [key, value] : new_ones)
            if (!old_ones.contains(key))
                at({.kind = Step::Kind::keyed, .name = key}, place.keys, [&] { add(nullptr, value); });
    }

    void sets(const json::array& before, const json::array& after) {
        const auto old_ones = index(before, document::canonical_json);
        const auto new_ones = index(after, document::canonical_json);
        const auto only = [&](const auto& here, const auto& there, auto report) {
            for (const auto& [text, value] : here)
                if (!there.contains(text))
                    at({.kind = Step::Kind::element, .name = text}, nullptr, [&] { report(value); });
        };
        only(old_ones, new_ones, [&](const json::value* value) { add(value, nullptr); });
        only(new_ones, old_ones, [&](const json::value* value) { add(nullptr, value); });
    }

    // What the lists share at both ends is left alone; between, elements are paired by position and the
    // rest was put in or taken out.
    void ordered(const json::array& before, const json::array& after, const Place& element) {
        const auto shorter = std::min(before.size(), after.size());
        std::size_t head = 0;
        while (head < shorter && same(before[head], after[head])) ++head;
        std::size_t tail = 0;
        while (tail < shorter - head &&
               same(before[before.size() - 1 - tail], after[after.size() - 1 - tail]))
            ++tail;
        for (auto i = head; i < std::max(before.size(), after.size()) - tail; ++i) {
            const auto* old_one = i < before.size() - tail ? &before[i] : nullptr;
            const auto* new_one = i < after.size() - tail ? &after[i] : nullptr;
            at({.kind = Step::Kind::index, .index = i}, nullptr, [&] {
                if (old_one != nullptr && new_one != nullptr)
                    values(*old_one, *new_one, element);
                else
                    add(old_one, new_one);
            });
        }
    }

    const Rules& rules_;
    std::string path_;
    std::vector<Step> steps_;
    std::vector<PathChange> changes_;
};

}  // namespace

std::vector<PathChange> diff(const json::value& before, const json::value& after, const Rules& rules) {
    Comparison comparison(rules);
    comparison.values(before, after, rules.root());
    if (comparison.full()) return {PathChange{.before = before, .after = after}};
    return comparison.take();
}

}  // namespace patrol::drift

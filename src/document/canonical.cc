#include "document/canonical.h"

#include <cstring>

#include "base/encoding.h"
#include "base/limits.h"
#include "document/canonical_json.h"
#include "document/policy.h"

namespace patrol::document {
namespace {

std::uint64_t start_of(std::string_view name) {
    std::uint64_t out = 0;
    std::memcpy(&out, name.data(), std::min<std::size_t>(name.size(), 8));
    return __builtin_bswap64(out);
}

// The first eight bytes decide unless they are equal or not all ASCII.
bool comes_before(const Scratch::Named& left, const Scratch::Named& right) {
    constexpr std::uint64_t tops = 0x8080808080808080U;
    if (left.start != right.start && ((left.start | right.start) & tops) == 0)
        return left.start < right.start;
    return name_less(view(left.member->key()), view(right.member->key()));
}

// Writes one document. The scratch's vectors are used as stacks: each list takes what it adds off again.
class Writer {
public:
    Writer(std::string& out, const Rules& rules, Scratch& scratch)
        : out_(out), rules_(rules), scratch_(scratch) {}

    void value(const json::value& value, const Place& place, std::size_t depth) {
        switch (value.kind()) {
            case json::kind::object:
                return holder(value, place, depth);
            case json::kind::array:
                return list(value.get_array(), place, depth);
            case json::kind::string:
                return text(value, place, depth);
            default:
                return append_canonical(out_, value);
        }
    }

private:
    void text(const json::value& value, const Place& place, std::size_t depth) {
        if ((place.treatment & (treat_json | treat_policy)) != 0 && depth < embedded_json_depth)
            if (const auto inner = parse_embedded(view(value.get_string())))
                return this->value(*inner, place, depth);
        append_string(out_, view(value.get_string()));
    }

    void holder(const json::value& value, const Place& place, std::size_t depth) {
        if (place.is(treat_policy) && is_policy(value))
            return append_canonical(out_, normalise_policy(value));
        object(value.get_object(), place, depth);
    }

    void object(const json::object& object, const Place& place, std::size_t depth) {
        if (scratch_.order.size() <= depth) scratch_.order.resize(depth + 1);
        // Deeper objects may move the outer vector, so the inner one is taken out while it is in use.
        auto members = std::move(scratch_.order[depth]);
        members.clear();
        for (const auto& member : object)
            members.push_back({.start = start_of(view(member.key())), .member = &member});
        std::ranges::sort(members, comes_before);
        out_.push_back('{');
        for (const auto& [start, member] : members) {
            const auto name = view(member->key());
            const auto inner = rules_.member(place, name);
            if ((inner.treatment & Rules::not_compared) != 0) continue;
            const auto begin = out_.size();
            append_string(out_, name);
            out_.push_back(':');
            const auto begin_of_value = out_.size();
            value(member->value(), inner, depth + 1);
            if (!inner.default_text().empty() &&
                std::string_view(out_).substr(begin_of_value) == inner.default_text())
                out_.resize(begin);
            else
                out_.push_back(',');
        }
        close('}');
        scratch_.order[depth] = std::move(members);
    }

    void list(const json::array& list, const Place& place, std::size_t depth) {
        const auto element = rules_.element(place);
        out_.push_back('[');
        if ((element.treatment & Rules::not_compared) == 0) {
            const auto order = order_of(place, list);
            if (order == ListOrder::ordered || list.empty())
                ordered(list, element, depth);
            else
                sorted(list, place, element, order, depth);
        }
        close(']');
    }

    void ordered(const json::array& list, const Place& element, std::size_t depth) {
        for (const auto& each : list) {
            value(each, element, depth + 1);
            out_.push_back(',');
        }
    }

    void sorted(const json::array& list, const Place& place, const Place& element, ListOrder order,
                std::size_t depth) {
        auto& slices = scratch_.slices;
        const auto first_slice = slices.size();
        const auto first_key = scratch_.text.size();
        const auto begin = out_.size();
        for (const auto& each : list) {
            Scratch::Slice slice{.begin = out_.size(), .key_begin = scratch_.text.size()};
            value(each, element, depth + 1);
            slice.size = out_.size() - slice.begin;
            if (order == ListOrder::keyed) append_key(scratch_.text, each, *place.keys);
            slice.key_size = scratch_.text.size() - slice.key_begin;
            slices.push_back(slice);
        }
        auto mine = std::span(slices).subspan(first_slice);
        std::ranges::sort(mine, [this](const auto& left, const auto& right) {
            const auto by_key = key(left).compare(key(right));
            return by_key != 0 ? by_key < 0 : content(left) < content(right);
        });
        auto& sorted_text = scratch_.lists;
        sorted_text.clear();
        std::string_view previous;
        for (const auto& slice : mine) {
            if (order == ListOrder::set && content(slice) == previous) continue;
            previous = content(slice);
            sorted_text.append(previous).push_back(',');
        }
        out_.replace(begin, std::string::npos, sorted_text);
        slices.resize(first_slice);
        scratch_.text.resize(first_key);
    }

    [[nodiscard]] std::string_view key(const Scratch::Slice& slice) const {
        return std::string_view(scratch_.text).substr(slice.key_begin, slice.key_size);
    }
    [[nodiscard]] std::string_view content(const Scratch::Slice& slice) const {
        return std::string_view(out_).substr(slice.begin, slice.size);
    }

    void close(char bracket) {
        if (out_.back() == ',')
            out_.back() = bracket;
        else
            out_.push_back(bracket);
    }

    std::string& out_;
    const Rules& rules_;
    Scratch& scratch_;
};

bool may_hold_json(std::string_view text) {
    const auto start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || text.size() - start < 2) return false;
    return text[start] == '{' || text[start] == '[' || text.substr(start).starts_with("%7B") ||
           text.substr(start).starts_with("%7b") || text.substr(start).starts_with("%5B");
}

}  // namespace

std::optional<json::value> parse_embedded(std::string_view text, json::storage_ptr memory) {
    if (!may_hold_json(text)) return {};
    std::string decoded;
    if (text.front() == '%') {
        auto plain = percent_decode(text);
        if (!plain) return {};
        decoded = std::move(*plain);
        text = decoded;
    }
    auto value = parse_json(text, {.depth = limits::json_depth}, std::move(memory));
    if (!value || !value->is_structured()) return {};
    return std::move(*value);
}

void append_canonical(std::string& out, const json::value& document, const Rules& rules, Scratch& scratch) {
    Writer(out, rules, scratch).value(document, rules.root(), 0);
}

std::string canonical_text(const json::value& stored, const Rules& rules) {
    Scratch scratch;
    std::string out;
    append_canonical(out, stored, rules, scratch);
    return out;
}

}  // namespace patrol::document

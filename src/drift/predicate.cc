#include "drift/predicate.h"

#include <algorithm>
#include <charconv>

#include "document/canonical_json.h"
#include "drift/policy_reach.h"

namespace patrol::drift {
namespace {

using catalogue::ChangeTest;
using catalogue::Predicate;
using Kind = catalogue::Predicate::Kind;

constexpr int widest_world_prefix = 3;

bool is_absent(const json::value* value) { return value == nullptr || value->is_null(); }

bool is_empty(const json::value* value) {
    if (is_absent(value)) return true;
    if (const auto* text = value->if_string()) return text->empty();
    if (const auto* list = value->if_array()) return list->empty();
    const auto* object = value->if_object();
    return object != nullptr && object->empty();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_one_of(const std::vector<std::string>& words, const json::value* value) {
    if (is_absent(value) || value->is_structured()) return false;
    return std::ranges::find(words, scalar_text(value)) != words.end();
}

bool is_like(const std::vector<std::string>& words, const json::value* value) {
    if (is_absent(value) || value->is_structured()) return false;
    const auto text = scalar_text(value);
    return std::ranges::any_of(words, [&](const auto& word) { return alike(word, text); });
}

bool has_like(const std::vector<std::string>& words, const json::value* value) {
    if (is_absent(value)) return false;
    if (const auto* list = value->if_array())
        return std::ranges::any_of(*list, [&](const auto& each) { return is_like(words, &each); });
    if (const auto* object = value->if_object())
        return std::ranges::any_of(*object, [&](const auto& each) { return is_like(words, &each.value()); });
    return is_like(words, value);
}

bool differs(const json::value* before, const json::value* after) {
    if (is_absent(before) || is_absent(after)) return is_absent(before) != is_absent(after);
    return document::canonical_json(*before) != document::canonical_json(*after);
}

}  // namespace

bool alike(std::string_view pattern, std::string_view text) { return glob(lower(pattern), lower(text)); }

std::string scalar_text(const json::value* value) {
    if (value == nullptr || value->is_null() || value->is_structured()) return {};
    if (const auto* text = value->if_string()) return {text->data(), text->size()};
    return document::canonical_json(*value);
}

std::optional<double> number_of(const json::value* value) {
    const auto text = scalar_text(value);
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    return out;
}

bool is_world(std::string_view cidr) {
    const auto slash = cidr.find('/');
    if (slash == std::string_view::npos || slash == 0) return false;
    int bits = 0;
    const auto* last = cidr.data() + cidr.size();
    const auto [end, error] = std::from_chars(cidr.data() + slash + 1, last, bits);
    return error == std::errc() && end == last && bits >= 0 && bits <= widest_world_prefix;
}

bool holds(const Predicate& predicate, const json::value* value, std::string_view account) {
    switch (predicate.kind) {
        case Kind::absent:
            return is_absent(value);
        case Kind::present:
            return !is_absent(value);
        case Kind::empty:
            return is_empty(value);
        case Kind::filled:
            return !is_empty(value);
        case Kind::world:
            return is_world(scalar_text(value));
        case Kind::below:
        case Kind::above: {
            const auto number = number_of(value);
            if (!number) return false;
            return predicate.kind == Kind::below ? *number < predicate.number : *number > predicate.number;
        }
        case Kind::text:
            return is_one_of(predicate.words, value);
        case Kind::none_of:
            return !is_absent(value) && !is_one_of(predicate.words, value);
        case Kind::like:
            return is_like(predicate.words, value);
        case Kind::holds:
            return has_like(predicate.words, value);
        case Kind::policy_public:
            return is_public(value);
        case Kind::policy_admin:
            return is_admin(value);
        case Kind::policy_wide:
            return is_wide(value);
        case Kind::policy_foreign:
            return is_foreign(value, account);
    }
    return false;
}

bool holds(const catalogue::Condition& condition, const json::value* value, std::string_view account) {
    return std::ranges::any_of(condition, [&](const auto& each) { return holds(each, value, account); });
}

bool holds(ChangeTest test, const json::value* before, const json::value* after) {
    switch (test) {
        case ChangeTest::any:
            return differs(before, after);
        case ChangeTest::added:
            return is_absent(before) && !is_absent(after);
        case ChangeTest::removed:
            return !is_absent(before) && is_absent(after);
        case ChangeTest::lowered:
        case ChangeTest::raised: {
            const auto from = number_of(before);
            const auto to = number_of(after);
            if (!from || !to) return false;
            return test == ChangeTest::lowered ? *to < *from : *to > *from;
        }
        case ChangeTest::principals_widened:
            return !new_principals(before, after).empty();
        case ChangeTest::actions_widened:
            return !new_actions(before, after).empty();
        case ChangeTest::deny_removed:
            return deny_removed(before, after);
        case ChangeTest::condition_removed:
            return condition_removed(before, after);
    }
    return false;
}

}  // namespace patrol::drift

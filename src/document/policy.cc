#include "document/policy.h"

#include "document/canonical_json.h"

namespace patrol::document {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_account_id(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "arn:aws:iam::123456789012:root" and "123456789012" both mean the whole account. The short form is
// kept, since it does not depend on the partition.
std::string_view without_root(std::string_view principal) {
    if (!principal.starts_with("arn:") || !principal.ends_with(":root")) return principal;
    const auto rest = principal.substr(0, principal.size() - 5);
    if (rest.size() < 12 || !is_account_id(rest.substr(rest.size() - 12))) return principal;
    return rest.substr(0, rest.size() - 12).ends_with(":iam::") ? rest.substr(rest.size() - 12) : principal;
}

// true, 5 and "5" are the same to IAM: values are texts.
json::value as_text(const json::value& value, const json::storage_ptr& memory) {
    if (value.is_string() || value.is_structured()) return json::value(value, memory);
    return json::value(canonical_json(value), memory);
}

template <class Key>
void sort_by(json::array& list, Key key) {
    std::vector<std::pair<decltype(key(list[0])), json::value>> sorted;
    for (auto& item : list) {
        auto its_key = key(item);
        sorted.emplace_back(std::move(its_key), std::move(item));
    }
    std::ranges::sort(sorted, {}, [](const auto& item) -> const auto& { return item.first; });
    list.clear();
    for (auto& item : sorted) list.push_back(std::move(item.second));
}

void sort_unique(json::array& list) {
    sort_by(list, canonical_json);
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

// A single value or a list becomes a sorted list without repeats; `change` is applied to each text.
template <class Change>
json::value text_list(const json::value& value, const json::storage_ptr& memory, Change change) {
    json::array out(memory);
    const auto add = [&](const json::value& item) {
        auto text = as_text(item, memory);
        if (text.is_string()) {
            const std::string changed = change(view(text.get_string()));
            text.emplace_string() = changed;
        }
        out.push_back(std::move(text));
    };
    if (const auto* list = value.if_array())
        for (const auto& item : *list) add(item);
    else
        add(value);
    sort_unique(out);
    return out;
}

json::value as_they_are(const json::value& value, const json::storage_ptr& memory) {
    return text_list(value, memory, [](std::string_view text) { return std::string(text); });
}

json::value principal(const json::value& value, const json::storage_ptr& memory) {
    json::object out(memory);
    const auto in_short = [](std::string_view text) { return std::string(without_root(text)); };
    if (const auto* kinds = value.if_object()) {
        for (const auto& [kind, who] : *kinds)
            out[kind] = kind == "AWS" ? text_list(who, memory, in_short) : as_they_are(who, memory);
        return out;
    }
    if (!value.is_string()) return json::value(value, memory);
    out["AWS"] = text_list(value, memory, in_short);
    return out;
}

json::value conditions(const json::value& value, const json::storage_ptr& memory) {
    const auto* operators = value.if_object();
    if (operators == nullptr) return json::value(value, memory);
    json::object out(memory);
    for (const auto& [name, tests] : *operators) {
        const auto* keys = tests.if_object();
        if (keys == nullptr) {
            out[name] = json::value(tests, memory);
            continue;
        }
        json::object lowered(memory);
        for (const auto& [key, values] : *keys) {
            auto list = as_they_are(values, memory);
            auto& place = lowered[lower(view(key))];
            // Two spellings of one key: both lists count.
            if (auto* before = place.if_array()) {
                for (auto& item : list.get_array()) before->push_back(std::move(item));
                sort_unique(*before);
            } else {
                place = std::move(list);
            }
        }
        out[name] = std::move(lowered);
    }
    return out;
}

json::value statement(const json::value& value, const json::storage_ptr& memory) {
    const auto* members = value.if_object();
    if (members == nullptr) return json::value(value, memory);
    json::object out(memory);
    for (const auto& [name, inner] : *members) {
        if (name == "Action" || name == "NotAction")
            out[name] = text_list(inner, memory, lower);
        else if (name == "Resource" || name == "NotResource")
            out[name] = as_they_are(inner, memory);
        else if (name == "Principal" || name == "NotPrincipal")
            out[name] = principal(inner, memory);
        else if (name == "Condition")
            out[name] = conditions(inner, memory);
        else if (name != "Sid" || !inner.is_string() || !inner.get_string().empty())
            out[name] = json::value(inner, memory);
    }
    if (const auto* test = out.if_contains("Condition");
        test != nullptr && test->is_object() && test->get_object().empty())
        out.erase("Condition");
    return out;
}

}  // namespace

bool is_policy(const json::value& value) {
    const auto* statements = find(value, "Statement");
    if (statements == nullptr) return false;
    if (statements->is_object()) return true;
    const auto* list = statements->if_array();
    return list != nullptr && std::ranges::all_of(*list, [](const auto& each) { return each.is_object(); });
}

json::value normalise_policy(const json::value& policy, const json::storage_ptr& memory) {
    if (!is_policy(policy)) return json::value(policy, memory);
    json::object out(memory);
    for (const auto& [name, value] : policy.get_object()) {
        if (name != "Statement") {
            if (name != "Id" || !value.is_string() || !value.get_string().empty())
                out[name] = json::value(value, memory);
            continue;
        }
        json::array statements(memory);
        if (value.is_object()) statements.push_back(statement(value, memory));
        if (const auto* list = value.if_array())
            for (const auto& each : *list) statements.push_back(statement(each, memory));
        // By Sid first, so that a statement with a name keeps its neighbours when it changes.
        sort_by(statements, [](const json::value& each) {
            return std::pair(std::string(string_or(each, "Sid")), canonical_json(each));
        });
        out[name] = std::move(statements);
    }
    return out;
}

}  // namespace patrol::document

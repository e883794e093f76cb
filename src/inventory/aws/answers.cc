#include "inventory/aws/answers.h"

#include <map>
#include <set>
#include <unordered_map>

namespace patrol::inventory {
namespace {

using catalogue::Path;

json::value owned(const json::value& value) { return json::value(value, json::storage_ptr{}); }

// "A[].B" splits into "A" and "B"; a path without a list into itself and "@".
std::pair<std::string, std::string> split(const Path& path) {
    const auto& text = path.text();
    auto at = text.find("[]");
    if (at == std::string::npos) return {text, "@"};
    auto rest = text.substr(at + 2);
    if (rest.starts_with('.')) rest.erase(0, 1);
    return {text.substr(0, at), rest.empty() ? "@" : rest};
}

using KeyIndex = std::unordered_map<std::string_view, std::size_t>;

void collect_elements(json::value& holder, std::vector<json::value*>& out) {
    if (holder.is_array())
        for (auto& element : holder.get_array()) out.push_back(&element);
    else if (holder.is_object())
        out.push_back(&holder);
}

// The member whose texts name the most items of the batch.
std::string naming_member(std::span<json::value* const> elements, const KeyIndex& keys) {
    std::map<std::string_view, std::set<std::string_view>> named;
    for (const auto* element : elements) {
        if (!element->is_object()) continue;
        for (const auto& member : element->get_object()) {
            if (!member.value().is_string()) continue;
            std::string_view text = member.value().get_string();
            if (keys.contains(text)) named[std::string_view(member.key())].insert(text);
        }
    }
    std::string_view best;
    for (const auto& [name, texts] : named)
        if (best.empty() || texts.size() > named[best].size()) best = name;
    return std::string(best);
}

}  // namespace

std::optional<json::value> value_at(const Path& path, const json::value& output) {
    if (!path.is_plural()) {
        const auto* value = path.first(output);
        if (value == nullptr) return {};
        return owned(*value);
    }
    auto matches = path.select(output);
    std::erase_if(matches, [](const json::value* match) { return match->is_null(); });
    if (matches.empty()) return {};
    if (matches.size() == 1) return owned(*matches.front());
    json::array joined;
    for (const auto* match : matches) {
        if (match->is_array())
            for (const auto& element : match->get_array()) joined.push_back(owned(element));
        else
            joined.push_back(owned(*match));
    }
    return json::value(std::move(joined));
}

void append_page(json::value& so_far, json::value&& page) {
    if (so_far.is_array() && page.is_array()) {
        for (auto& element : page.get_array()) so_far.get_array().push_back(std::move(element));
        return;
    }
    if (so_far.is_object() && page.is_object()) {
        for (auto& member : page.get_object()) {
            auto& known = so_far.get_object()[member.key()];
            if (known.is_null())
                known = std::move(member.value());
            else
                append_page(known, std::move(member.value()));
        }
        return;
    }
    so_far = std::move(page);
}

std::vector<BatchShare> share_batch(const Path& result, json::value& output,
                                    std::span<const std::string> keys) {
    std::vector<BatchShare> shares(keys.size());
    KeyIndex index;
    for (std::size_t i = 0; i < keys.size(); ++i) index.emplace(keys[i], i);
    auto list = Path::parse(split(result).first);
    std::vector<json::value*> elements;
    if (list) list->for_each(output, [&](json::value& holder) { collect_elements(holder, elements); });
    auto member = naming_member(elements, index);
    for (auto* element : elements) {
        const auto* name = find(*element, member);
        if (name == nullptr || !name->is_string()) {
            // An answer for one item needs no name.
            if (keys.size() == 1) shares.front().elements.push_back(element);
            continue;
        }
        auto at = index.find(std::string_view(name->get_string()));
        if (at != index.end()) shares[at->second].elements.push_back(element);
    }
    return shares;
}

Path below_elements(const Path& result) {
    auto rest = Path::parse(split(result).second);
    return rest ? std::move(*rest) : Path();
}

}  // namespace patrol::inventory

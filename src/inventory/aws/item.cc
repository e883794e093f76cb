#include "inventory/aws/item.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/limits.h"

namespace patrol::inventory {
namespace {

using catalogue::Expression;
using catalogue::Path;
using catalogue::ResourceType;

constexpr std::array key_names = {"Key", "key", "TagKey", "tagKey", "Name", "name"};
constexpr std::array value_names = {"Value", "value", "TagValue", "tagValue", "Values", "values"};

const json::value* first_member(const json::object& object, std::span<const char* const> names) {
    for (const char* name : names)
        if (const auto* value = object.if_contains(name)) return value;
    return nullptr;
}

std::string scalar_text(const json::value& value) {
    if (value.is_null()) return {};
    return kept(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
}

// Some ids repeat the last word of the template before them: "…:::hostedzone/" + "/hostedzone/Z1".
std::string_view without_repeat(std::string_view so_far, std::string_view id) {
    if (!id.starts_with('/') || !so_far.ends_with('/')) return id;
    auto word = so_far.substr(0, so_far.size() - 1);
    auto cut = word.find_last_of(":/");
    if (cut != std::string_view::npos) word.remove_prefix(cut + 1);
    auto rest = id.substr(1);
    if (rest.starts_with(word) && rest.substr(word.size()).starts_with('/'))
        return rest.substr(word.size() + 1);
    return id;
}

std::string path_text(std::string_view path_text, const json::value& from) {
    auto path = Path::parse(path_text);
    return path ? path->text_of(from) : std::string();
}

std::string parent_text(std::string_view member, const ParentItem* parent) {
    if (parent == nullptr) return {};
    auto text = path_text(member, parent->fields);
    return text.empty() && member == "id" ? parent->native_id : text;
}

void collect(const Expression& expression, std::vector<Path>& out) {
    if (expression.kind == Expression::Kind::parent) out.push_back(expression.path);
    for (const auto& element : expression.elements) collect(element, out);
    for (const auto& [name, member] : expression.members) collect(member, out);
}

void collect(const catalogue::Call& call, std::vector<Path>& out) {
    for (const auto& argument : call.arguments) collect(argument.value, out);
}

}  // namespace

std::string kept(std::string text) { return storable(std::move(text), limits::resource_text_bytes); }

std::string text_of(const Path& path, const json::value& document, const json::value* listed) {
    // A whole item is a text only as it was listed.
    bool of_listed = path.root() == Path::Root::listed || (path.is_whole() && document.is_structured());
    of_listed = of_listed && listed != nullptr;
    return path.text_of(of_listed ? *listed : document);
}

std::string native_id_of(const ResourceType& type, const json::value& document, const json::value* listed) {
    const auto& id = type.id;
    if (id.kind == catalogue::Identity::Kind::constant) return id.constant;
    if (id.kind == catalogue::Identity::Kind::hash) return {};
    std::string out;
    bool some = false;
    for (std::size_t i = 0; i < id.paths.size(); ++i) {
        if (i > 0) out += '+';
        auto part = text_of(id.paths[i], document, listed);
        some = some || !part.empty();
        out += part;
    }
    return some ? out : std::string();
}

std::string arn_of(const ItemPlace& place, const json::value& document, const json::value* listed,
                   std::string_view id, std::string_view name) {
    const auto& rule = place.type.arn;
    if (rule.path) return text_of(*rule.path, document, listed);
    std::string out;
    std::string_view rest = rule.arn_template;
    while (!rest.empty()) {
        auto open = rest.find('{');
        auto close = rest.find('}', open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        out += rest.substr(0, open);
        auto word = rest.substr(open + 1, close - open - 1);
        if (word == "partition")
            out += place.partition;
        else if (word == "region")
            out += place.region == "global" ? std::string_view() : place.region;
        else if (word == "account")
            out += place.account;
        else if (word == "id")
            out += without_repeat(out, id);
        else if (word == "name")
            out += name;
        else if (word.starts_with("parent."))
            out += parent_text(word.substr(7), place.parent);
        else
            out += path_text(word, document);
        rest.remove_prefix(close + 1);
    }
    out += rest;
    return out;
}

model::Labels labels_of(const json::value& tags) {
    model::Labels out;
    if (const auto* map = tags.if_object()) {
        for (const auto& member : *map) out[kept(std::string(member.key()))] = scalar_text(member.value());
        return out;
    }
    const auto* list = tags.if_array();
    if (list == nullptr) return out;
    for (const auto& element : *list) {
        const auto* object = element.if_object();
        if (object == nullptr) continue;
        const auto* key = first_member(*object, key_names);
        const auto* value = first_member(*object, value_names);
        if (key != nullptr && key->is_string())
            out[kept(std::string(key->get_string()))] =
                value == nullptr ? std::string() : scalar_text(*value);
    }
    return out;
}

std::string name_of(std::string given, const model::Labels& tags, std::string_view id) {
    if (!given.empty()) return kept(std::move(given));
    auto tag = tags.find("Name");
    if (tag != tags.end() && !tag->second.empty()) return tag->second;
    return std::string(id);
}

ParentItem parent_of(const std::vector<Path>& paths, const json::value& document, const json::value* listed) {
    ParentItem out{.fields = json::object(), .listed = nullptr, .native_id = {}};
    const auto& as_listed = listed != nullptr ? *listed : document;
    for (const auto& path : paths) {
        bool of_listed = path.root() == Path::Root::listed;
        // `^.` is the parent as it was listed where that is a plain text.
        const auto& from = of_listed || (path.is_whole() && !as_listed.is_object()) ? as_listed : document;
        auto& to = of_listed ? out.listed : out.fields;
        if (path.is_whole()) {
            to = json::value(from, json::storage_ptr{});
            continue;
        }
        if (!to.is_object()) to = json::object();
        if (const auto* value = path.first(from)) path.set(to, json::value(*value, json::storage_ptr{}));
    }
    return out;
}

void bind_parent(catalogue::Bindings& bindings, const ParentItem* parent) {
    if (parent == nullptr) return;
    bindings.parent = &parent->fields;
    if (!parent->listed.is_null()) bindings.parent_listed = &parent->listed;
}

std::vector<Path> parent_paths(const ResourceType& child) {
    std::vector<Path> out;
    collect(child.list, out);
    if (child.detail) collect(*child.detail, out);
    for (const auto& each : child.children) collect(each.call, out);
    std::string_view rest = child.arn.arn_template;
    for (auto at = rest.find("{parent."); at != std::string_view::npos; at = rest.find("{parent.")) {
        rest.remove_prefix(at + 8);
        if (auto path = Path::parse(rest.substr(0, rest.find('}')))) out.push_back(std::move(*path));
    }
    std::ranges::sort(out, {}, &Path::text);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

}  // namespace patrol::inventory

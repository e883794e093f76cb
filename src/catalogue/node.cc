#include "catalogue/node.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace patrol::catalogue {
namespace {

constexpr int max_depth = 16;
constexpr std::size_t max_bytes = 1024 * 1024;
// Bounds what aliases can unfold to.
constexpr int max_nodes = 200'000;

Failure broken(int line, std::string_view why) {
    Error error{.kind = Error::Kind::malformed, .message = std::string(why)};
    error.detail = fmt::format("{}", line);
    return fail(std::move(error));
}

Result<Node> convert(const YAML::Node& from, int depth, int& nodes) {
    Node out;
    out.line = from.Mark().line + 1;
    if (++nodes > max_nodes) return broken(out.line, "This is too large.");
    if (depth > max_depth) return broken(out.line, "This is nested too deeply.");
    if (from.IsSequence()) {
        out.kind = Node::Kind::list;
        for (const auto& each : from) out.items.push_back(TRY(convert(each, depth + 1, nodes)));
    } else if (from.IsMap()) {
        out.kind = Node::Kind::map;
        for (const auto& each : from) {
            auto key = each.first.Scalar();
            if (out.find(key))
                return broken(each.first.Mark().line + 1, fmt::format("\"{}\" is there twice.", key));
            auto value = TRY(convert(each.second, depth + 1, nodes));
            value.line = each.first.Mark().line + 1;
            out.members.push_back({std::move(key), std::move(value)});
        }
    } else if (from.IsScalar()) {
        out.text = from.Scalar();
        out.plain = from.Tag() != "!";
    }
    return out;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    while (true) {
        auto from = text.find_first_not_of(" \n\t");
        if (from == std::string_view::npos) return out;
        text.remove_prefix(from);
        auto end = std::min(text.find_first_of(" \n\t"), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, value] : members)
        if (name == key) return &value;
    return nullptr;
}

std::vector<std::string> Node::words() const {
    if (kind == Kind::scalar) return split(text);
    std::vector<std::string> out;
    out.reserve(items.size());
    for (const auto& item : items) out.push_back(item.text);
    return out;
}

Result<Node> node_from_yaml(std::string_view text) {
    if (text.size() > max_bytes) return broken(0, "The file is larger than 1 MiB.");
    try {
        auto tree = YAML::Load(std::string(text));
        int nodes = 0;
        return convert(tree, 0, nodes);
    } catch (const YAML::Exception& problem) {
        return broken(problem.mark.line + 1, problem.msg);
    } catch (const std::exception& problem) {
        return broken(0, problem.what());
    }
}

Node node_from_json(const json::value& value) {
    Node out;
    if (const auto* list = value.if_array()) {
        out.kind = Node::Kind::list;
        for (const auto& each : *list) out.items.push_back(node_from_json(each));
    } else if (const auto* object = value.if_object()) {
        out.kind = Node::Kind::map;
        out.members.reserve(object->size());
        for (const auto& [key, each] : *object)
            out.members.push_back({std::string(key), node_from_json(each)});
    } else if (const auto* text = value.if_string()) {
        out.text.assign(text->data(), text->size());
    }
    return out;
}

json::value to_json(const Node& node) {
    if (node.kind == Node::Kind::scalar) return json::value(node.text);
    if (node.kind == Node::Kind::list) {
        json::array out;
        for (const auto& each : node.items) out.push_back(to_json(each));
        return out;
    }
    json::object out;
    for (const auto& [key, each] : node.members) out[key] = to_json(each);
    return out;
}

}  // namespace patrol::catalogue

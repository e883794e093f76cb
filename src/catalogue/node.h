// A catalogue file as a tree that knows its lines: scalars are text, maps keep their order. The same
// tree is read from YAML (with lines) and from the packed form (without).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace patrol::catalogue {

struct NodeMember;

struct Node {
    enum class Kind { scalar, list, map };
    Kind kind = Kind::scalar;
    std::string text;
    std::vector<Node> items;
    std::vector<NodeMember> members;
    int line = 0;       // 1 = first; 0 = unknown
    bool plain = true;  // of a scalar in YAML: written without quotes

    [[nodiscard]] const Node* find(std::string_view key) const;
    // The words of a scalar, or the texts of a list of scalars.
    [[nodiscard]] std::vector<std::string> words() const;
};

struct NodeMember {
    std::string name;
    Node value;
};

// Kind::malformed with the line in `detail`; files beyond 1 MiB, 200,000 nodes (aliases
// unfolded) or 16 levels are refused.
Result<Node> node_from_yaml(std::string_view text);
Node node_from_json(const json::value& value);
json::value to_json(const Node& node);

}  // namespace patrol::catalogue

// Turns the tree of one catalogue file into resource types. Knows the written form and nothing of
// the API: the validator checks names and paths against the shapes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/node.h"
#include "catalogue/resource_type.h"

namespace patrol::catalogue {

struct Problem {
    std::string file;
    int line = 0;
    std::string text;

    [[nodiscard]] std::string str() const;  // "catalogue/aws/ec2.yaml:12: text"
};

// A type and where its fields are written.
struct ReadType {
    ResourceType type;
    Node node;  // as written, for packing and the revision
    std::string file;
    std::string iam_prefix;                         // of the file
    std::map<std::string, int, std::less<>> lines;  // by field: "id", "children.Policy"

    [[nodiscard]] int line(std::string_view field) const;
};

struct ReadFile {
    std::vector<ReadType> types;
    MemberRules rules;
    bool has_rules = false;
};

// Reads one file. Problems are appended; the types that could be read are returned all the same.
ReadFile read_file(std::string_view name, const Node& root, std::vector<Problem>& problems);

// One type of a file, also used for the packed form.
ReadType read_type(std::string_view name, std::string_view service, std::string_view iam_prefix,
                   std::string_view file, Node node, std::vector<Problem>& problems);
// Only how documents are read: of providers whose calls are not in this catalogue yet.
ResourceType read_document_rules(std::string_view name, std::string_view file, const Node& node,
                                 std::vector<Problem>& problems);
MemberRules read_rules(std::string_view file, const Node& root, std::vector<Problem>& problems);

}  // namespace patrol::catalogue

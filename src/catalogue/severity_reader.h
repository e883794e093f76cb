// Turns one file of catalogue/severity into rules. Knows the written form; severity_check.h checks the
// types and paths that they name.
#pragma once

#include <string_view>
#include <vector>

#include "catalogue/node.h"
#include "catalogue/severity_rule.h"
#include "catalogue/type_reader.h"

namespace patrol::catalogue {

// Adds to `book`; problems are appended.
void read_severity(std::string_view file, const Node& root, SeverityBook& book,
                   std::vector<Problem>& problems);

// The tests of one predicate text: "true", "absent", "above 5", "like *x*"; nullopt for a malformed one.
std::optional<Predicate> predicate_from(std::string_view text);

// The slots of a title or an id: "{Ports} opened by {name}" gives Ports, name.
std::vector<std::string> slots_of(std::string_view text);

// An example of a severity rule: what it must (or must not) say when `before` becomes `after`.
struct SeverityExample {
    std::string rule;
    int line = 0;
    bool fires = true;
    json::value before;  // null: the resource is added
    json::value after;   // null: it is removed
    std::string says;    // the title; empty: any
    std::string type;    // of several, the one that is meant; else the rule's first
};
std::vector<SeverityExample> examples_of(const Node& root);

}  // namespace patrol::catalogue

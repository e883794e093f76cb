// What changed between two canonical documents of one type. Keyed lists are matched by key, sets by
// element, other lists by position after their common ends; a list without a rule that has the same elements
// in another order is one change of the whole list. Paths read like the catalogue's:
//   SecurityGroups[GroupId=sg-1].GroupName    an element known by its key
//   SubnetIds["subnet-1"]                     an element of a set
//   Rules[3].Action                           a position: in the before list, or in the after list
//                                             for an element that was put in
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "document/rules.h"

namespace patrol::drift {

inline constexpr std::size_t changes_max = 5'000;

struct Step {
    enum class Kind { member, keyed, element, index };
    Kind kind = Kind::member;
    std::string name;       // member name; the canonical key or element text
    std::size_t index = 0;  // of Kind::index

    bool operator==(const Step&) const = default;
};

struct PathChange {
    std::string path;                   // for people and for rules
    std::vector<Step> steps;            // for apply()
    std::optional<json::value> before;  // absent: added
    std::optional<json::value> after;   // absent: removed
};

// Both documents in canonical form (document::canonical_text, parsed). Beyond changes_max the one
// change is the whole document, at the empty path.
std::vector<PathChange> diff(const json::value& before, const json::value& after,
                             const document::Rules& rules);

// The document that `changes` lead to from `before`: apply(diff(a, b), a) == b.
json::value apply(const std::vector<PathChange>& changes, const json::value& before,
                  const document::Rules& rules);

}  // namespace patrol::drift

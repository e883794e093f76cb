// What moves by itself: built-in classes of the catalogue hide values, tags and whole objects that a
// controller owns. Drift is judged on the owner.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalogue/severity_rule.h"
#include "drift/judgement.h"
#include "drift/site.h"
#include "drift/subject.h"
#include "model/rule.h"

namespace patrol::drift {

inline constexpr std::string_view reordered_class = "reordered";

struct OwnedObject {
    const catalogue::NoiseRule* rule = nullptr;
    Owner owner;
};

using NoiseRules = std::span<const catalogue::NoiseRule* const>;

// Whether a controller owns the resource: the first class that says so. `rules` are those of every type,
// since a class may ask a neighbour.
std::optional<OwnedObject> owner_of(NoiseRules rules, const Subject& subject);

// The class that hides a change; nullptr: none does. `trail` leads to it.
const catalogue::NoiseRule* hides(NoiseRules rules, const PathChange& change, const Trail& trail,
                                  const Subject& subject);

// A tag that is no part of the document: joined from another call.
bool is_outside(const PathChange& change);

// A list that has the same elements in another order.
bool is_reordered(const PathChange& change);

// The keys of the tags that a change touches; empty: it is no change of tags. A change without steps is of
// tags that are no part of the document.
std::vector<std::string> tag_keys(const PathChange& change);

// The built-in classes as rules: listed, counted and switched off beside the tenant's own.
std::vector<model::Rule> builtin_rules(const catalogue::SeverityBook& book);

// Members of one owner that went and came: each that was removed with the one that took its place.
struct Member {
    std::string type;
    Owner owner;
    std::string native_id;
    model::ChangeOp op = model::ChangeOp::modified;
};
struct Replacement {
    std::string removed;
    std::string added;
    auto operator<=>(const Replacement&) const = default;
};
struct OwnerTally {
    Owner owner;
    std::string type;  // of the members
    std::vector<Replacement> replaced;
    std::vector<std::string> added, removed, modified;  // native ids, without the replaced ones
};
// Sorted by owner and type; members are paired in the order of their ids.
std::vector<OwnerTally> tally(std::vector<Member> members);

}  // namespace patrol::drift

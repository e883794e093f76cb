// Where a rule's path and a change meet: the values before and after at the places of the path that lie
// at, above or below what changed. Views into the documents and the change.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "catalogue/path.h"
#include "document/rules.h"
#include "drift/subject.h"

namespace patrol::drift {

struct Pair {
    const json::value* before = nullptr;  // null where absent
    const json::value* after = nullptr;

    [[nodiscard]] const json::value* newer() const { return after != nullptr ? after : before; }
    bool operator==(const Pair&) const = default;
};

// The values on the way from the document to what changed: one more than `steps`.
struct Trail {
    std::span<const Step> steps;
    std::vector<Pair> values;
};
// Of an added or removed resource: the whole document.
Trail whole(const Subject& subject);
Trail trail_to(const PathChange& change, const Subject& subject, const document::Rules& rules);

// One place of a rule's path: the values after each of its steps, the document first.
struct Site {
    std::vector<Pair> values;

    [[nodiscard]] const Pair& pair() const { return values.back(); }
};

// All places of `path` that the change touches. Elements that are the same on both sides are left out.
std::vector<Site> sites(const catalogue::Path& path, const Trail& trail);

// The values at `wanted` in the newer document; what it shares with the rule's own path from its start is
// the site's own element.
std::vector<const json::value*> at_site(const catalogue::Path& wanted, const catalogue::Path& own,
                                        const Site& site);

// Every value below `from` at the steps.
void collect(const json::value* from, std::span<const catalogue::Step> steps,
             std::vector<const json::value*>& out);

}  // namespace patrol::drift

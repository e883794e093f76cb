// How far a rule reaches into a stored change, of which only the facts of store::SeenChange are known.
// Where not all names of its paths are kept, a rule with a path reaches a part of it at most.
#pragma once

#include "drift/rule_scope.h"
#include "store/rule_preview.h"

namespace patrol::scan {

store::Reach reach_of(const drift::ScopedRule& rule, const store::SeenChange& seen);

}  // namespace patrol::scan

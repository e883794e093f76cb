// What a rule would have done to the changes of the last days: nothing is diffed again, the stored changes
// are read by account and compared with the rule. Hidden changes are left out: another rule has them.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/drift.h"
#include "model/rule.h"
#include "store/sql.h"

namespace patrol::store {

inline constexpr std::size_t preview_examples = 10;

// One stored change with the facts that a rule may ask for. Views hold until the next one.
struct SeenChange {
    AccountId account;
    std::optional<CustomerId> customer;
    std::optional<model::EnvironmentKind> environment;
    model::ChangeOp op = model::ChangeOp::modified;
    std::string_view type, region, resource, native_id, actor_class;
    std::string_view paths;  // one a line; empty: added or removed
    bool paths_cut = false;  // there were more than are kept
    model::Labels tags;      // only where the scope asks for tags
};
// How far a rule reaches into a change.
enum class Reach { none, part, whole };

struct RulePreview {
    std::int64_t changes = 0;   // that the rule reaches as a whole
    std::int64_t partly = 0;    // of which it reaches some paths
    std::int64_t rejected = 0;  // of both, rejected by the caller: he did not want them
    std::int64_t seen = 0;      // all changes of the time
    bool at_least = false;      // a rule with a path, and changes with more paths than are kept
    std::optional<model::Severity> worst;
    std::set<AccountId> accounts;
    std::vector<ChangeId> examples;  // the worst ones, at most preview_examples
};

// `reach` decides; the scope's exact members narrow the reading beforehand.
Result<RulePreview> preview_rule(Database& database, const Viewer& viewer, const model::RuleScope& scope,
                                 Timestamp since, std::string_view caller,
                                 const std::function<Reach(const SeenChange&)>& reach);

}  // namespace patrol::store

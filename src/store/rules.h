// The tenant's rules for changes: hide or grade anew. Built-in noise classes lie among them, so that they
// are listed, counted and switched off in the same way; their ids are the names of the classes.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/rule.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

inline constexpr std::int64_t rules_max = 1'000;  // of a tenant, beside the built-in ones

class Rules {
public:
    Rules(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // An empty id is filled in. Kind::conflict "too_many_rules" beyond rules_max.
    Result<model::Rule> create(const Viewer& viewer, model::Rule rule, Timestamp now);
    // Kind::not_found.
    Result<model::Rule> get(const Viewer& viewer, const RuleId& rule);
    // Sort: name (own order), created_at, last_hit_at, hits, expires_at. Filter fields: id, name, action,
    // type, enabled, builtin, reason, owner, created_at, expires_at.
    Result<Page<model::Rule>> list(const Viewer& viewer, const PageRequest& request);
    // Everything that an evaluation needs: the enabled rules, and the classes that are switched off.
    Result<std::vector<model::Rule>> in_force(const TenantId& tenant);
    // Everything but hits. Kind::stale when `expected_revision` is given and is not the row's. Of a
    // built-in class only `enabled` is taken over.
    Result<model::Rule> update(const Viewer& viewer, const model::Rule& rule,
                               std::optional<std::int64_t> expected_revision, Timestamp now);
    // Kind::not_found; Kind::conflict "builtin_rule" for a built-in class.
    Result<void> remove(const Viewer& viewer, const RuleId& rule);

    // Makes the rows of built-in classes that are not there yet; texts of known ones follow the catalogue.
    Result<void> set_builtins(const TenantId& tenant, std::span<const model::Rule> classes, Timestamp now);
    // Adds to the counters; ids that are gone are skipped.
    Result<void> count_hits(const TenantId& tenant, const std::map<std::string, std::int64_t>& hits,
                            Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

json::object rule_scope_object(const model::RuleScope& scope);  // what is set, as the API writes it
std::string rule_scope_text(const model::RuleScope& scope);
Result<model::RuleScope> parse_rule_scope(std::string_view text);

}  // namespace patrol::store

#include "store/rules.h"

#include <array>

#include "base/json.h"
#include "crypto/random.h"
#include "store/list_page.h"

namespace patrol::store {
namespace {

using model::Rule;
using model::RuleScope;

constexpr std::string_view rule_columns =
    "r.id, r.builtin, r.name, r.action, r.severity, r.scope, r.reason, r.owner, r.expires_at, r.enabled, "
    "r.hits, "
    "r.last_hit_at, r.created_at, r.updated_at, r.revision";

constexpr std::array rule_sorts{SortColumn{"name", "r.name"},
                                SortColumn{"created_at", "r.created_at", SortKind::integer},
                                SortColumn{"last_hit_at", "r.last_hit_at", SortKind::integer},
                                SortColumn{"expires_at", "r.expires_at", SortKind::integer},
                                SortColumn{"hits", "r.hits", SortKind::integer}};
constexpr std::array rule_fields{FilterField{"id", FieldKind::text, "r.id"},
                                 FilterField{"name", FieldKind::text, "r.name"},
                                 FilterField{"action", FieldKind::text, "r.action"},
                                 FilterField{"type", FieldKind::text, "r.type"},
                                 FilterField{"enabled", FieldKind::truth, "r.enabled"},
                                 FilterField{"builtin", FieldKind::truth, "r.builtin"},
                                 FilterField{"reason", FieldKind::text, "r.reason"},
                                 FilterField{"owner", FieldKind::text, "r.owner"},
                                 FilterField{"created_at", FieldKind::time, "r.created_at"},
                                 FilterField{"expires_at", FieldKind::time, "r.expires_at"}};
constexpr std::array<std::string_view, 3> rule_words{"r.name", "r.reason", "r.type"};

Result<Rule> read_rule(const Statement& row) {
    const auto action = model::parse_rule_action(row.view(3));
    if (!action) return fail(Error::Kind::internal, "A rule in the database has an action that is none.");
    return Rule{.id = row.id<RuleId>(0),
                .builtin = row.truth(1),
                .name = row.text(2),
                .action = *action,
                .severity = static_cast<model::Severity>(row.integer(4)),
                .scope = TRY(parse_rule_scope(row.view(5))),
                .reason = row.text(6),
                .owner = row.text(7),
                .expires_at = row.time(8),
                .enabled = row.truth(9),
                .hits = row.integer(10),
                .last_hit_at = row.time(11),
                .created_at = row.time(12),
                .updated_at = row.time(13),
                .revision = row.integer(14)};
}

Failure no_rule() { return fail(Error::Kind::not_found, "There is no such rule."); }

Result<Rule> select(Transaction& tx, const TenantId& tenant, const RuleId& rule) {
    static const std::string sql =
        "SELECT " + std::string(rule_columns) + " FROM drift_rule r WHERE r.tenant = ?1 AND r.id = ?2";
    auto row = TRY(tx.query(sql, tenant, rule));
    if (!TRY(row.step())) return no_rule();
    return read_rule(row);
}

Result<void> insert(Transaction& tx, const TenantId& tenant, const Rule& rule) {
    TRY(tx.run(
        "INSERT INTO drift_rule(tenant, id, builtin, name, action, severity, type, scope, reason, owner, "
        "expires_at, enabled, hits, last_hit_at, created_at, updated_at, revision) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0, ?13, ?13, 1)",
        tenant, rule.id, rule.builtin, rule.name, model::to_string(rule.action),
        static_cast<std::int64_t>(rule.severity), rule.scope.type, rule_scope_text(rule.scope), rule.reason,
        rule.owner, rule.expires_at, rule.enabled, rule.created_at));
    return {};
}

}  // namespace

json::object rule_scope_object(const RuleScope& scope) {
    json::object out;
    const auto put = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) out[name] = value;
    };
    put("type", scope.type);
    put("resource_id", scope.resource_id);
    put("native_id", scope.native_id);
    put("tag", scope.tag);
    if (scope.customer_id) put("customer_id", scope.customer_id->str());
    if (scope.account_id) put("account_id", scope.account_id->str());
    put("region", scope.region);
    put("path", scope.path);
    put("actor_class", scope.actor_class);
    if (scope.environment) put("environment", model::to_string(*scope.environment));
    return out;
}

std::string rule_scope_text(const RuleScope& scope) { return to_text(rule_scope_object(scope)); }

Result<RuleScope> parse_rule_scope(std::string_view text) {
    const auto value = TRY(parse_json(text));
    const auto given = [&](std::string_view name) { return std::string(string_or(value, name)); };
    RuleScope out{.type = given("type"),
                  .resource_id = given("resource_id"),
                  .native_id = given("native_id"),
                  .tag = given("tag"),
                  .region = given("region"),
                  .path = given("path"),
                  .actor_class = given("actor_class")};
    if (auto id = given("customer_id"); !id.empty()) out.customer_id = CustomerId(std::move(id));
    if (auto id = given("account_id"); !id.empty()) out.account_id = AccountId(std::move(id));
    out.environment = model::parse_environment(given("environment"));
    return out;
}

Result<Rule> Rules::create(const Viewer& viewer, Rule rule, Timestamp now) {
    if (rule.id.empty()) rule.id = crypto::new_id<RuleId>();
    rule.created_at = rule.updated_at = now;
    rule.builtin = false;
    rule.hits = 0;
    rule.last_hit_at = {};
    rule.revision = 1;
    return database_.write(viewer, [&](Transaction& tx) -> Result<Rule> {
        const auto count = TRY(
            tx.integer("SELECT COUNT(*) FROM drift_rule WHERE tenant = ?1 AND builtin = 0", viewer.tenant));
        if (count.value_or(0) >= rules_max)
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "There are too many rules.",
                              .hint = "Remove rules that are dead or expired.",
                              .code = "too_many_rules"});
        TRY(insert(tx, viewer.tenant, rule));
        return select(tx, viewer.tenant, rule.id);
    });
}

Result<Rule> Rules::get(const Viewer& viewer, const RuleId& rule) {
    return database_.read(viewer, [&](Transaction& tx) { return select(tx, viewer.tenant, rule); });
}

Result<Page<Rule>> Rules::list(const Viewer& viewer, const PageRequest& request) {
    const ListShape shape{.name = "rules",
                          .columns = rule_columns,
                          .from = "drift_rule r",
                          .where = "r.tenant = ?1",
                          .values = {viewer.tenant.str()},
                          .id_column = "r.id",
                          .sorts = rule_sorts,
                          .fields = rule_fields,
                          .words = rule_words};
    return list_page<Rule>(database_, cursors_, viewer, shape, request, read_rule);
}

Result<std::vector<Rule>> Rules::in_force(const TenantId& tenant) {
    static const std::string sql =
        "SELECT " + std::string(rule_columns) +
        " FROM drift_rule r WHERE r.tenant = ?1 AND r.enabled <> r.builtin ORDER BY r.id";
    return database_.read(tenant, [&](Transaction& tx) -> Result<std::vector<Rule>> {
        std::vector<Rule> out;
        auto row = TRY(tx.query(sql, tenant));
        while (TRY(row.step())) out.push_back(TRY(read_rule(row)));
        return out;
    });
}

Result<Rule> Rules::update(const Viewer& viewer, const Rule& rule,
                           std::optional<std::int64_t> expected_revision, Timestamp now) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<Rule> {
        const auto revision =
            TRY(tx.integer("SELECT revision FROM drift_rule WHERE tenant = ?1 AND id = ?2 {for_update}",
                           viewer.tenant, rule.id));
        if (!revision) return no_rule();
        if (expected_revision && *expected_revision != *revision)
            return fail(Error::Kind::stale, "The rule was changed by somebody else in the meantime.");
        TRY(
            tx.run("UPDATE drift_rule SET enabled = ?3, updated_at = ?4, revision = revision + 1 "
                   "WHERE tenant = ?1 AND id = ?2 {visible}",
                   viewer.tenant, rule.id, rule.enabled, now));
        TRY(
            tx.run("UPDATE drift_rule SET name = ?3, action = ?4, severity = ?5, type = ?6, scope = ?7, "
                   "reason = ?8, "
                   "owner = ?9, expires_at = ?10 WHERE tenant = ?1 AND id = ?2 AND builtin = 0 {visible}",
                   viewer.tenant, rule.id, rule.name, model::to_string(rule.action),
                   static_cast<std::int64_t>(rule.severity), rule.scope.type, rule_scope_text(rule.scope),
                   rule.reason, rule.owner, rule.expires_at));
        return select(tx, viewer.tenant, rule.id);
    });
}

Result<void> Rules::remove(const Viewer& viewer, const RuleId& rule) {
    return database_.write(viewer, [&](Transaction& tx) -> Result<void> {
        const auto found = TRY(select(tx, viewer.tenant, rule));
        if (found.builtin)
            return fail(Error{.kind = Error::Kind::conflict,
                              .message = "A built-in class cannot be removed.",
                              .hint = "Switch it off instead.",
                              .code = "builtin_rule"});
        TRY(tx.run("DELETE FROM drift_rule WHERE tenant = ?1 AND id = ?2 {visible}", viewer.tenant, rule));
        return {};
    });
}

Result<void> Rules::set_builtins(const TenantId& tenant, std::span<const Rule> classes, Timestamp now) {
    std::map<std::string, std::string> known;
    TRY(database_.read(tenant, [&](Transaction& tx) -> Result<void> {
        known.clear();
        auto row =
            TRY(tx.query("SELECT id, reason FROM drift_rule WHERE tenant = ?1 AND builtin = 1", tenant));
        while (TRY(row.step())) known.emplace(row.text(0), row.text(1));
        return {};
    }));
    const auto is_known = [&](const Rule& each) {
        const auto at = known.find(each.id.str());
        return at != known.end() && at->second == each.reason;
    };
    if (known.size() == classes.size() && std::ranges::all_of(classes, is_known)) return {};
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        for (auto each : classes) {
            each.created_at = now;
            each.builtin = true;
            const auto changed =
                TRY(tx.run("UPDATE drift_rule SET reason = ?3, type = ?4, scope = ?5 WHERE tenant = ?1 AND "
                           "id = ?2 AND builtin = 1",
                           tenant, each.id, each.reason, each.scope.type, rule_scope_text(each.scope)));
            if (changed == 0) TRY(insert(tx, tenant, each));
            known.erase(each.id.str());
        }
        // Classes that the catalogue has no more.
        for (const auto& [id, reason] : known)
            TRY(tx.run("DELETE FROM drift_rule WHERE tenant = ?1 AND id = ?2 AND builtin = 1", tenant, id));
        return {};
    });
}

Result<void> Rules::count_hits(const TenantId& tenant, const std::map<std::string, std::int64_t>& hits,
                               Timestamp now) {
    if (hits.empty()) return {};
    return database_.write(tenant, [&](Transaction& tx) -> Result<void> {
        for (const auto& [id, count] : hits)
            TRY(tx.run(
                "UPDATE drift_rule SET hits = hits + ?3, last_hit_at = ?4 WHERE tenant = ?1 AND id = ?2",
                tenant, id, count, now));
        return {};
    });
}

}  // namespace patrol::store

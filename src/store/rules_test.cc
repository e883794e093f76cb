#include "store/rules.h"

#include "store/store_fixture.h"

using namespace patrol;
using namespace patrol::store;
using model::Rule;
using model::RuleAction;

namespace {

constexpr Timestamp now{.ms = 1'800'000'000'000};
const TenantId ours("ten_a");
const TenantId theirs("ten_b");

Rule rule(std::string name) {
    return {.name = std::move(name),
            .action = RuleAction::severity,
            .severity = model::Severity::high,
            .scope = {.type = "AWS::EC2::*",
                      .resource_id = "res_1",
                      .native_id = "i-*",
                      .tag = "env=prod",
                      .customer_id = CustomerId("cus_1"),
                      .account_id = AccountId("acc_1"),
                      .region = "eu-west-1",
                      .path = "Tags[Key=\"a\\b\"]",
                      .actor_class = "terraform",
                      .environment = model::EnvironmentKind::staging},
            .reason = "it moves\nby itself",
            .owner = "me@example.com",
            .expires_at = now + Millis(1'000)};
}

std::vector<Rule> classes() {
    return {{.id = RuleId("system-tags"), .builtin = true, .name = "system-tags", .reason = "Tags"},
            {.id = RuleId("members"), .builtin = true, .name = "members", .reason = "Members"}};
}

}  // namespace

TEST_CASE("a rule comes back as it was given") {
    for_each_store([](Store& store) {
        const auto made = need(store.rules().create(ours, rule("one"), now));
        CHECK(RuleId::parse(made.id.str()));
        const auto read = need(store.rules().get(ours, made.id));
        CHECK(read.scope == rule("one").scope);
        CHECK(read.name == "one");
        CHECK(read.action == RuleAction::severity);
        CHECK(read.severity == model::Severity::high);
        CHECK(read.reason == "it moves\nby itself");
        CHECK(read.owner == "me@example.com");
        CHECK(read.expires_at == now + Millis(1'000));
        CHECK(read.enabled);
        CHECK(read.hits == 0);
        CHECK(failure(store.rules().get(theirs, made.id)) == "not_found");
    });
}

TEST_CASE("rules are changed, counted and removed") {
    for_each_store([](Store& store) {
        auto made = need(store.rules().create(ours, rule("one"), now));
        made.scope = {.path = "Tags"};
        made.enabled = false;
        const auto changed = need(store.rules().update(ours, made, made.revision, now));
        CHECK(changed.revision == 2);
        CHECK(changed.scope == made.scope);
        CHECK(failure(store.rules().update(ours, made, 1, now)) == "stale");
        CHECK(failure(store.rules().update(theirs, made, {}, now)) == "not_found");
        CHECK(need(store.rules().in_force(ours)).empty());

        need(store.rules().count_hits(ours, {{made.id.str(), 3}, {"rul_gone", 1}}, now));
        need(store.rules().count_hits(theirs, {{made.id.str(), 5}}, now));
        need(store.rules().count_hits(ours, {{made.id.str(), 2}}, now + Millis(1)));
        const auto counted = need(store.rules().get(ours, made.id));
        CHECK(counted.hits == 5);
        CHECK(counted.last_hit_at == now + Millis(1));

        CHECK(failure(store.rules().remove(theirs, made.id)) == "not_found");
        need(store.rules().remove(ours, made.id));
        CHECK(failure(store.rules().remove(ours, made.id)) == "not_found");
    });
}

TEST_CASE("built-in classes lie among the rules and can only be switched") {
    for_each_store([](Store& store) {
        need(store.rules().set_builtins(ours, classes(), now));
        need(store.rules().set_builtins(ours, classes(), now));
        CHECK(need(store.rules().list(ours, {})).total == 2);
        CHECK(need(store.rules().list(theirs, {})).total == 0);
        CHECK(need(store.rules().in_force(ours)).empty());

        auto off = need(store.rules().get(ours, RuleId("system-tags")));
        off.enabled = false;
        off.name = "another name";
        off = need(store.rules().update(ours, off, {}, now));
        CHECK(off.name == "system-tags");
        const auto in_force = need(store.rules().in_force(ours));
        REQUIRE(in_force.size() == 1);
        CHECK(in_force[0].id.str() == "system-tags");
        CHECK(failure(store.rules().remove(ours, off.id)) == "conflict/builtin_rule");

        // A later catalogue: another text, a class less. What was switched off stays off.
        need(store.rules().set_builtins(
            ours,
            std::vector<Rule>{{.id = RuleId("system-tags"), .name = "system-tags", .reason = "Other tags"}},
            now));
        CHECK(need(store.rules().list(ours, {})).total == 1);
        CHECK(need(store.rules().get(ours, RuleId("system-tags"))).reason == "Other tags");
        CHECK_FALSE(need(store.rules().get(ours, RuleId("system-tags"))).enabled);
    });
}

TEST_CASE("a tenant has at most rules_max rules") {
    for_each_store([](Store& store) {
        need(store.database().platform().write([](Transaction& tx) -> Result<void> {
            for (std::int64_t at = 0; at < rules_max; ++at)
                TRY(
                    tx.run("INSERT INTO drift_rule(tenant, id, builtin, name, action, severity, type, scope, "
                           "reason, "
                           "owner, expires_at, enabled, hits, last_hit_at, created_at, updated_at, revision) "
                           "VALUES (?1, ?2, 0, 'x', 'ignore', 0, '', '{}', '', '', 0, 1, 0, 0, 0, 0, 1)",
                           ours, "rul_" + std::to_string(at)));
            return {};
        }));
        CHECK(failure(store.rules().create(ours, rule("one"), now)) == "conflict/too_many_rules");
        need(store.rules().create(theirs, rule("one"), now));
        CHECK(need(store.rules().in_force(ours)).size() == rules_max);
    });
}

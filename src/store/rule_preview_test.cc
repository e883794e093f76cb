#include "store/rule_preview.h"

#include <chrono>

#include "store/inventory_fixture.h"

using namespace patrol;
using namespace patrol::store;
using model::Severity;

namespace {

constexpr Timestamp now{.ms = 1'800'000'000'000};
constexpr std::int64_t day = 24 * 3'600 * 1'000;

// `count` stored changes of one account over 90 days: every third an instance's tag, the others elsewhere.
void fill(Store& store, std::int64_t account, std::int64_t count) {
    need(store.database().platform().write([&](Transaction& tx) -> Result<void> {
        TRY(tx.run(
            "INSERT INTO drift_change(account, number, id, change_set, res, slice, op, severity, state, "
            "live, hidden, "
            "hidden_by, hidden_owner, why, category, type, region, resource, native_id, name, arn, "
            "before_key, "
            "after_key, after_first, rules, value, paths, paths_total, path_names, cause, actor, actor_name, "
            "actor_class, first_seen, last_seen, unknown_since, snoozed_until, assignee, note, decided_by, "
            "decided_at, previously, told) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < ?2) "
            "SELECT ?1, i, 'chg_' || i, 1, i, 1, 'modified', i % 5, CASE WHEN i % 30 = 0 THEN 'rejected' "
            "ELSE "
            "'superseded' END, 0, 0, '', '', 'Tag changed', 'compute', CASE WHEN i % 3 = 0 THEN "
            "'AWS::EC2::Instance' "
            "ELSE 'AWS::S3::Bucket' END, 'eu-west-1', 'res_' || i, 'i-' || i, 'name', 'arn', 1, 2, 1, 1, "
            "'0123456789abcdef', "
            "'[{\"path\":\"Tags[Key=team].Value\",\"before\":\"\\\"a\\\"\",\"after\":\"\\\"b\\\"\"}]', 1, "
            "'Tags[Key=team].Value', 'cause', '', '', 'terraform', CAST(?3 AS BIGINT) - (i % 89) * CAST(?4 "
            "AS BIGINT), CAST(?3 AS BIGINT), 0, 0, '', '', 'me', 0, '[]', 1 "
            "FROM n",
            account, count, now, day));
        return {};
    }));
}

Reach all(const SeenChange&) { return Reach::whole; }

}  // namespace

TEST_CASE("a preview counts what a rule would have reached") {
    for_each_store([](Store& store) {
        Scanned inventory(store);
        const auto number = inventory.count("SELECT number FROM cloud_account");
        fill(store, number, 300);
        const auto since = now - Millis(90 * day);
        const auto preview = [&](const model::RuleScope& scope, auto reach) {
            return need(preview_rule(store.database(), inventory.tenant(), scope, since, "me", reach));
        };
        const auto of_type = preview({.type = "AWS::EC2::Instance"}, all);
        CHECK(of_type.seen == 100);
        CHECK(of_type.changes == 100);
        CHECK(of_type.rejected == 10);
        CHECK(of_type.worst == Severity::critical);
        CHECK(of_type.accounts.size() == 1);
        CHECK(of_type.examples.size() == preview_examples);
        CHECK(preview({.type = "AWS::EC2::*"}, all).seen == 300);
        CHECK(preview({.region = "us-east-1"}, all).seen == 0);
        CHECK(preview({.actor_class = "console"}, all).seen == 0);
        CHECK(preview({.resource_id = "res_7"}, all).seen == 1);
        const auto part = preview({}, [](const SeenChange& seen) {
            return seen.paths == "Tags[Key=team].Value" && seen.native_id == "i-9" ? Reach::part
                                                                                   : Reach::none;
        });
        CHECK(part.partly == 1);
        CHECK(part.changes == 0);
        CHECK(need(preview_rule(store.database(), TenantId("ten_other"), {}, since, "me", all)).seen == 0);
        CHECK(need(preview_rule(store.database(), inventory.tenant(), {}, now + Millis(1), "me", all)).seen ==
              0);
    });
}

TEST_CASE("90 days of 100,000 resources are looked through") {
    for_each_store([](Store& store) {
        Scanned inventory(store);
        const auto number = inventory.count("SELECT number FROM cloud_account");
        // One of a hundred resources changes a day.
        fill(store, number, 90'000);
        const auto from = std::chrono::steady_clock::now();
        std::int64_t paths = 0;
        const auto found = need(preview_rule(store.database(), inventory.tenant(), {}, now - Millis(90 * day),
                                             "me", [&](const SeenChange& seen) {
                                                 paths += seen.paths.starts_with("Tags[Key=team]") ? 1 : 0;
                                                 return Reach::whole;
                                             }));
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
        MESSAGE("90,000 stored changes in " << took.count() * 1'000 << " ms");
        CHECK(found.changes == 90'000);
        CHECK(paths == 90'000);
    });
}

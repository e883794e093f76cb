#include "store/audit.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <fmt/core.h>

#include "base/limits.h"
#include "filter/filter.h"
#include "store/audit_rows.h"
#include "store/store_fixture.h"

namespace patrol::store {
namespace {

crypto::Key test_key(const TenantId& tenant) {
    return crypto::derive_key(crypto::Key{1, 2, 3}, tenant.str());
}

void use_test_keys(Store& store) {
    store.audit().use_keys(
        [](const TenantId& tenant, std::string_view) -> Result<crypto::Key> { return test_key(tenant); });
}

AuditEntry entry(std::string name, std::string action = "customer.update") {
    return {.at = noon,
            .actor = {model::ActorKind::user, "usr_1", "owner@example.com"},
            .address = "192.0.2.1",
            .action = std::move(action),
            .object = {"customer", "cus_1", std::move(name)},
            .note = "because",
            .before = {{"name", "old"}},
            .after = {{"name", "new"}},
            .trace_id = "00ff"};
}

// A chain of five entries.
struct Chain {
    explicit Chain(Store& opened) : store(opened), tenant(seed(opened).tenant) {
        use_test_keys(store);
        for (int each = 1; each <= 5; ++each)
            head = need(store.audit().append(tenant, entry("customer " + std::to_string(each))));
    }
    // Like somebody who has the database and not the key: past the triggers.
    void tamper(const std::string& sql) const {
        const bool sqlite = store.database().dialect() == Dialect::sqlite;
        need(store.database().platform().write([&](Transaction& tx) -> Result<void> {
            TRY(tx.script(sqlite ? "DROP TRIGGER IF EXISTS audit_entry_is_not_changed; "
                                   "DROP TRIGGER IF EXISTS audit_entry_is_not_deleted"
                                 : "DROP TRIGGER IF EXISTS audit_entry_is_kept ON audit_entry"));
            return tx.script(sql);
        }));
    }
    [[nodiscard]] std::string verdict(const std::optional<AuditHead>& known = {}) const {
        const auto report = need(store.audit().verify(tenant, known));
        return report.ok() ? "ok" : fmt::format("{} {}", report.first_bad->seq, report.first_bad->reason);
    }
    Store& store;
    TenantId tenant;
    AuditHead head;
};

}  // namespace

TEST_CASE("audit: what was written is read back, newest first, and the chain holds") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        const auto page = need(store.audit().list(chain.tenant, {.limit = 2}));
        REQUIRE(page.items.size() == 2);
        CHECK(page.total == 5);
        const auto& newest = page.items.front();
        CHECK(newest.seq == 5);
        CHECK(newest.at == noon);
        CHECK(newest.actor.name == "owner@example.com");
        CHECK(newest.object.name == "customer 5");
        CHECK(newest.note == "because");
        CHECK(to_text(newest.before) == R"({"name":"old"})");
        REQUIRE(page.next_cursor);
        const auto next = need(store.audit().list(chain.tenant, {.limit = 2, .cursor = *page.next_cursor}));
        CHECK(next.items.front().seq == 3);

        const auto report = need(store.audit().verify(chain.tenant));
        CHECK(report.ok());
        CHECK(report.entries == 5);
        CHECK(report.head == chain.head);
        CHECK(need(store.audit().head(chain.tenant)) == chain.head);
        CHECK(chain.verdict(chain.head) == "ok");
    });
}

TEST_CASE("audit: a tenant sees its own chain only, and an empty one holds") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        const auto other = seed(store, "two").tenant;
        CHECK(need(store.audit().list(other, {})).total == 0);
        CHECK(need(store.audit().verify(other)).ok());
        const auto empty = need(store.audit().head(other));
        CHECK(need(store.audit().verify(other, empty)).ok());
        CHECK(need(store.audit().append(other, entry("first"))).seq == 1);
    });
}

TEST_CASE("audit: the filter knows number, actor, action, object, outcome, time and address") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        auto refused = entry("x", "customer.delete");
        refused.outcome = model::AuditOutcome::refused;
        refused.reason = "role";
        refused.at = noon + std::chrono::hours(1);
        refused.address = "198.51.100.7";
        const auto head = need(store.audit().append(chain.tenant, refused));
        const std::string numbered = "seq=" + std::to_string(head.seq);
        for (const std::string_view text :
             {std::string_view(numbered), std::string_view("outcome=refused"),
              std::string_view("action=customer.delete"), std::string_view("address=198.51.100.7"),
              std::string_view("object=x"), std::string_view("reason=role"),
              std::string_view("actor=usr_1 and outcome=refused"),
              std::string_view("actor:OWNER and action:delete")}) {
            INFO(text);
            const auto filter = need(filter::parse(text));
            CHECK(need(store.audit().list(chain.tenant, {.filter = &filter})).total == 1);
        }
        const auto later = need(filter::parse("time>" + to_rfc3339(noon)));
        CHECK(need(store.audit().list(chain.tenant, {.filter = &later})).total == 1);
        const auto unknown = need(filter::parse("hash=1"));
        CHECK(failure(store.audit().list(chain.tenant, {.filter = &unknown})) == "invalid");
        CHECK(failure(store.audit().list(chain.tenant, {.sort = "hash"})) == "invalid");
    });
}

TEST_CASE("audit: the database refuses to change or delete an entry") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        for (const auto* sql : {"UPDATE audit_entry SET note = 'x'", "DELETE FROM audit_entry"})
            CHECK_FALSE(store.database().platform().write([&](Transaction& tx) { return tx.run(sql); }));
        if (store.database().dialect() == Dialect::sqlite)
            CHECK_FALSE(store.database().platform().write([](Transaction& tx) {
                return tx.run("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry");
            }));
        if (store.database().dialect() == Dialect::postgres)
            CHECK_FALSE(store.database().platform().write(
                [](Transaction& tx) { return tx.run("TRUNCATE audit_entry"); }));
        CHECK(chain.verdict() == "ok");
    });
}

TEST_CASE("audit: every changed byte of an entry is found and its entry named") {
    for (const auto* sql :
         {"at = at + 1", "actor_kind = 'token'", "actor_id = 'usr_2'", "actor_name = 'Owner@example.com'",
          "address = '192.0.2.2'", "action = 'customer.delete'", "object_kind = 'rule'",
          "object_id = 'cus_2'", "object_name = 'customer  3'", "outcome = 'refused'", "reason = 'x'",
          "note = 'becausf'", "before = '{\"name\":\"olE\"}'", "after = '{}'", "trace_id = '00fe'",
          "note = 'becaus', before = 'e{}'"}) {
        INFO(sql);
        for_each_store([&](Store& store) {
            const Chain chain(store);
            chain.tamper(fmt::format("UPDATE audit_entry SET {} WHERE seq = 3", sql));
            CHECK(chain.verdict() == "3 changed");
        });
    }
}

TEST_CASE("audit: deleted, swapped, inserted and re-numbered entries are found") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        SUBCASE("deleted in the middle") {
            chain.tamper("DELETE FROM audit_entry WHERE seq = 2");
            CHECK(chain.verdict() == "2 missing");
        }
        SUBCASE("the first") {
            chain.tamper("DELETE FROM audit_entry WHERE seq = 1");
            CHECK(chain.verdict() == "1 missing");
        }
        SUBCASE("the last") {
            chain.tamper("DELETE FROM audit_entry WHERE seq = 5");
            CHECK(chain.verdict() == "5 missing");
        }
        SUBCASE("swapped") {
            chain.tamper(
                "UPDATE audit_entry SET seq = 99 WHERE seq = 3; UPDATE audit_entry SET seq = 3 WHERE seq = "
                "4; "
                "UPDATE audit_entry SET seq = 4 WHERE seq = 99");
            CHECK(chain.verdict() == "3 changed");
        }
        SUBCASE("one put behind") {
            chain.tamper(
                "INSERT INTO audit_entry SELECT tenant, 6, at, actor_kind, actor_id, actor_name, address, "
                "action, object_kind, object_id, object_name, outcome, reason, note, before, after, "
                "trace_id, "
                "hash FROM audit_entry WHERE seq = 5");
            CHECK(chain.verdict() == "6 changed");
        }
        SUBCASE("the hash itself") {
            chain.tamper(
                "UPDATE audit_entry SET hash = (SELECT e.hash FROM audit_entry e WHERE e.seq = 1) WHERE seq "
                "= 4");
            CHECK(chain.verdict() == "4 changed");
        }
        SUBCASE("all, and the head with them") {
            chain.tamper("DELETE FROM audit_entry; DELETE FROM audit_head");
            CHECK(chain.verdict() == "ok");
            CHECK(chain.verdict(chain.head) == "1 missing");
        }
    });
}

TEST_CASE("audit: the newest entries cut off, with the head set back, are found by a noted head") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        chain.tamper(
            "DELETE FROM audit_entry WHERE seq = 5; UPDATE audit_head SET seq = 4, hash = (SELECT e.hash "
            "FROM "
            "audit_entry e WHERE e.seq = 4)");
        CHECK(chain.verdict() == "ok");
        CHECK(chain.verdict(chain.head) == "5 missing");
        // Written anew in its place: the number is there, the hash is another one.
        need(store.audit().append(chain.tenant, entry("somebody else's")));
        CHECK(chain.verdict() == "ok");
        CHECK(chain.verdict(chain.head) == "5 head");
    });
}

TEST_CASE("audit: an entry under another tenant's key does not hold") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        const auto other = seed(store, "two").tenant;
        chain.tamper(fmt::format(
            "UPDATE audit_entry SET tenant = '{0}'; UPDATE audit_head SET tenant = '{0}'", other.str()));
        const auto report = need(store.audit().verify(other));
        REQUIRE_FALSE(report.ok());
        CHECK(report.first_bad->seq == 1);
    });
}

TEST_CASE("audit: fifty at once keep one chain") {
    for_each_store([](Store& store) {
        const auto tenant = seed(store).tenant;
        use_test_keys(store);
        std::vector<std::jthread> threads;
        std::atomic<int> failed = 0;
        for (int each = 0; each < 50; ++each)
            threads.emplace_back([&, each] {
                if (!store.audit().append(tenant, entry(std::to_string(each)))) ++failed;
            });
        threads.clear();
        CHECK(failed == 0);
        const auto report = need(store.audit().verify(tenant));
        CHECK(report.ok());
        CHECK(report.entries == 50);
    });
}

TEST_CASE("audit: an entry goes with its transaction") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        const auto failed = store.database().platform().write([&](Transaction& tx) -> Result<void> {
            TRY(store.audit().append(tx, chain.tenant, entry("undone")));
            return fail(Error::Kind::conflict, "no");
        });
        CHECK_FALSE(failed);
        CHECK(chain.verdict(chain.head) == "ok");
        CHECK(need(store.audit().head(chain.tenant)).seq == 5);
    });
}

TEST_CASE("audit: what was announced and never ended becomes an entry of unknown outcome") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        const auto act = [](std::string trace_id, Timestamp at) {
            auto each = entry("a customer");
            each.trace_id = std::move(trace_id);
            each.at = at;
            return each;
        };
        auto& audit = store.audit();
        need(audit.announce(chain.tenant, act("done", noon)));
        need(audit.announce(chain.tenant, act("refused", noon)));
        need(audit.announce(chain.tenant, act("lost", noon)));
        need(audit.announce(chain.tenant, act("going on", noon + std::chrono::hours(1))));
        need(audit.append_announced(chain.tenant, act("done", noon)));
        need(audit.withdraw(chain.tenant, "refused"));
        CHECK(need(audit.settle_announced(noon)) == 0);
        CHECK(need(audit.settle_announced(noon + std::chrono::minutes(1))) == 1);
        CHECK(need(audit.settle_announced(noon + std::chrono::minutes(1))) == 0);
        const auto page = need(audit.list(chain.tenant, {.limit = 2}));
        CHECK(page.total == 7);
        CHECK(page.items[0].trace_id == "lost");
        CHECK(page.items[0].outcome == model::AuditOutcome::unknown);
        CHECK(page.items[0].reason == "interrupted");
        CHECK(page.items[0].actor.name == "owner@example.com");
        CHECK(page.items[0].object.name == "a customer");
        CHECK(page.items[1].trace_id == "done");
        CHECK(page.items[1].outcome == model::AuditOutcome::done);
        CHECK(chain.verdict() == "ok");
    });
}

TEST_CASE("audit: unknown actions and settings over the limit are refused, long texts are cut") {
    for_each_store([](Store& store) {
        const Chain chain(store);
        CHECK(failure(store.audit().append(chain.tenant, entry("x", "customer.eat"))) == "internal");
        auto large = entry("x");
        large.after["notes"] = std::string(limits::audit_settings_bytes, 'x');
        CHECK(failure(store.audit().append(chain.tenant, large)) == "internal");
        auto long_name = entry(std::string(999, 'a') + "é and more" + std::string(1, '\0'));
        need(store.audit().append(chain.tenant, long_name));
        CHECK(need(store.audit().list(chain.tenant, {.limit = 1})).items[0].object.name ==
              std::string(999, 'a'));
        CHECK(chain.verdict() == "ok");
    });
}

TEST_CASE("audit: heads are read as they are written, and nothing else is") {
    AuditHead head{.seq = 17, .hash = crypto::sha256("x")};
    CHECK(AuditHead::parse(head.text()) == head);
    for (const auto* text : {"", "17", "17:", ":00", "17:zz", "-1:00", "17:0011", "x:00"})
        CHECK_FALSE(AuditHead::parse(text));
}

TEST_CASE("audit: links a second") {
    const TenantId tenant("ten_aaaaaaaaaaaaaaaaaaaaaaaaaa");
    const auto key = test_key(tenant);
    auto each = entry("customer");
    crypto::Hash hash = audit_start(key, tenant);
    constexpr int links = 20'000;
    const auto begin = std::chrono::steady_clock::now();
    for (each.seq = 1; each.seq <= links; ++each.seq)
        hash = audit_link(key, hash, audit_entry_bytes(tenant, each));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    std::printf("audit: %.0f links/s\n", links / time.count());
    CHECK(hash != audit_start(key, tenant));
}

}  // namespace patrol::store

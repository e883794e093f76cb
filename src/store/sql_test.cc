#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "store/pool.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace {

void make_table(Store& store) {
    need(store.database().write([](Transaction& tx) {
        return tx.script(
            "CREATE TABLE thing (id {serial}, name {text} NOT NULL UNIQUE, size {int64}, bytes {blob});"
            "CREATE TABLE part (thing {int64} NOT NULL REFERENCES thing(id))");
    }));
}

Result<std::int64_t> add(Transaction& tx, std::string_view name, std::optional<std::int64_t> size = 1,
                         std::optional<Blob> bytes = {}) {
    return tx.run("INSERT INTO thing(name, size, bytes) VALUES (?1, ?2, ?3)", name, size, bytes);
}

std::int64_t count(Store& store) {
    return need(store.database().read(
                    [](Transaction& tx) { return tx.integer("SELECT COUNT(*) FROM thing"); }))
        .value_or(-1);
}

}  // namespace

TEST_CASE("translate replaces tokens and placeholders outside of quotes and comments") {
    CHECK(translate("a {int64}, b {blob} = ?1 -- it's {int64} ?1\nAND '?2 {text}' = ?2", Dialect::postgres) ==
          "a BIGINT, b BYTEA = $1 -- it's {int64} ?1\nAND '?2 {text}' = $2");
    CHECK(translate("x {like} ?1 {for_update}", Dialect::sqlite) == "x LIKE ?1 ");
    CHECK(translate("{unknown} {", Dialect::sqlite) == "{unknown} {");
    CHECK(translate("'open {text}", Dialect::sqlite) == "'open {text}");
}

TEST_CASE("like patterns are literal text") {
    CHECK(like_contains("50%_\\") == "%50\\%\\_\\\\%");
    CHECK(like_prefix("a") == "a%");
}

TEST_CASE("values come back as they were bound") {
    for_each_store([](Store& store) {
        make_table(store);
        const std::string raw("\0\xff bytes", 8);
        need(store.database().write([&](Transaction& tx) -> Result<void> {
            TRY(add(tx, "Größe", 9'000'000'000'000'000'000, Blob{raw}));
            TRY(add(tx, "", std::nullopt));
            TRY(add(tx, "minus", -5, Blob{""}));
            return {};
        }));
        need(store.database().read([&](Transaction& tx) -> Result<void> {
            auto row = TRY(tx.query("SELECT name, size, bytes FROM thing ORDER BY id"));
            REQUIRE(TRY(row.step()));
            CHECK(row.text(0) == "Größe");
            CHECK(row.integer(1) == 9'000'000'000'000'000'000);
            CHECK(row.text(2) == raw);
            REQUIRE(TRY(row.step()));
            CHECK(row.view(0).empty());
            CHECK_FALSE(row.is_null(0));
            CHECK(row.is_null(1));
            CHECK(row.is_null(2));
            REQUIRE(TRY(row.step()));
            CHECK(row.integer(1) == -5);
            CHECK_FALSE(row.is_null(2));
            CHECK_FALSE(TRY(row.step()));
            // Sums are NUMERIC in PostgreSQL, averages too, comparisons BOOLEAN.
            auto sum =
                TRY(tx.query("SELECT SUM(size), COUNT(*), SUM(size) > 5 FROM thing WHERE name <> 'minus'"));
            REQUIRE(TRY(sum.step()));
            CHECK(sum.integer(0) == 9'000'000'000'000'000'000);
            CHECK(sum.integer(1) == 2);
            CHECK(sum.truth(2));
            CHECK(TRY(tx.integer("SELECT SUM(size) FROM thing WHERE size < 0")) == -5);
            return {};
        }));
    });
}

TEST_CASE("an error takes the whole transaction back") {
    for_each_store([](Store& store) {
        make_table(store);
        const auto result = store.database().write([](Transaction& tx) -> Result<void> {
            TRY(add(tx, "a"));
            return fail(Error::Kind::invalid, "no");
        });
        CHECK(failure(result) == "invalid");
        CHECK(count(store) == 0);
    });
}

TEST_CASE("broken rules are named") {
    for_each_store([](Store& store) {
        make_table(store);
        need(store.database().write([](Transaction& tx) { return add(tx, "a"); }));
        auto twice = store.database().write([](Transaction& tx) { return add(tx, "a"); });
        CHECK(failure(twice) == "conflict/unique");
        CHECK(is_unique_violation(twice.error()));
        CHECK(twice.error().detail.find("thing") != std::string::npos);
        CHECK(failure(store.database().write([](Transaction& tx) {
                  return tx.run("INSERT INTO part(thing) VALUES (?1)", 99);
              })) == "conflict/foreign_key");
        CHECK(failure(store.database().write(
                  [](Transaction& tx) { return add(tx, std::string_view("a\0b", 3)); })) == "invalid");
        CHECK(failure(store.database().read([](Transaction& tx) {
                  return tx.integer("SELECT nothing FROM nowhere");
              })) == "internal/sql");
        CHECK(count(store) == 1);
    });
}

TEST_CASE("readers cannot write") {
    for_each_store([](Store& store) {
        make_table(store);
        CHECK_FALSE(store.database().read([](Transaction& tx) { return add(tx, "a"); }));
        CHECK(count(store) == 0);
    });
}

TEST_CASE("a statement that is in use is lent a second time") {
    for_each_store([](Store& store) {
        make_table(store);
        need(store.database().write([](Transaction& tx) -> Result<void> {
            TRY(add(tx, "a"));
            TRY(add(tx, "b"));
            return {};
        }));
        need(store.database().read([](Transaction& tx) -> Result<void> {
            constexpr std::string_view sql = "SELECT name FROM thing ORDER BY name";
            auto outer = TRY(tx.query(sql));
            int pairs = 0;
            while (TRY(outer.step())) {
                auto inner = TRY(tx.query(sql));
                while (TRY(inner.step())) ++pairs;
            }
            CHECK(pairs == 4);
            return {};
        }));
    });
}

TEST_CASE("rows one by one, to the end and left in the middle") {
    for_each_store([](Store& store) {
        make_table(store);
        need(store.database().write([](Transaction& tx) -> Result<void> {
            for (int at = 0; at < 500; ++at) TRY(add(tx, std::to_string(at), at));
            return {};
        }));
        for (const int stop_after : {500, 3, 0}) {
            need(store.database().read([&](Transaction& tx) -> Result<void> {
                int rows = 0;
                {
                    auto row = TRY(tx.prepare("SELECT size FROM thing ORDER BY size", Fetch::one_by_one));
                    while (rows < stop_after + (stop_after == 500) && TRY(row.step())) {
                        CHECK(row.integer(0) == rows);
                        ++rows;
                    }
                }
                CHECK(rows == stop_after);
                CHECK(TRY(tx.integer("SELECT COUNT(*) FROM thing")) == 500);
                return {};
            }));
        }
        CHECK(count(store) == 500);
    });
}

TEST_CASE("a read sees one state while a write goes on") {
    for_each_store([](Store& store) {
        make_table(store);
        need(store.database().read([&](Transaction& tx) -> Result<void> {
            CHECK(TRY(tx.integer("SELECT COUNT(*) FROM thing")) == 0);
            std::thread([&] {
                need(store.database().write([](Transaction& other) { return add(other, "a"); }));
            }).join();
            CHECK(TRY(tx.integer("SELECT COUNT(*) FROM thing")) == 0);
            return {};
        }));
        CHECK(count(store) == 1);
    });
}

TEST_CASE("many threads read and write") {
    for_each_store([](Store& store) {
        make_table(store);
        std::atomic<int> failures = 0;
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 12; ++thread)
                threads.emplace_back([&, thread] {
                    for (int turn = 0; turn < 20; ++turn) {
                        const auto name = std::to_string(thread) + "/" + std::to_string(turn);
                        if (!store.database().write([&](Transaction& tx) { return add(tx, name); }))
                            ++failures;
                        if (!store.database().read(
                                [](Transaction& tx) { return tx.integer("SELECT COUNT(*) FROM thing"); }))
                            ++failures;
                    }
                });
        }
        CHECK(failures == 0);
        CHECK(count(store) == 240);
    });
}

TEST_CASE("two transactions that wait for each other on PostgreSQL are run again") {
    for_postgres([](Store& store) {
        make_table(store);
        need(store.database().write([](Transaction& tx) -> Result<void> {
            TRY(add(tx, "a", 0));
            TRY(add(tx, "b", 0));
            return {};
        }));
        const auto raise = [&](const char* first, const char* second) {
            return store.database().write([&](Transaction& tx) -> Result<void> {
                TRY(tx.run("UPDATE thing SET size = size + 1 WHERE name = ?1", first));
                std::this_thread::sleep_for(Millis(100));
                TRY(tx.run("UPDATE thing SET size = size + 1 WHERE name = ?1", second));
                return {};
            });
        };
        std::thread other([&] { need(raise("b", "a")); });
        need(raise("a", "b"));
        other.join();
        CHECK(need(store.database().read(
                  [](Transaction& tx) { return tx.integer("SELECT SUM(size) FROM thing"); })) == 4);
    });
}

TEST_CASE("connections to PostgreSQL that the server closed are made anew") {
    for_postgres([](Store& store) {
        make_table(store);
        const auto names = need(store.database().read([](Transaction& tx) {
            return tx.integer("SELECT COUNT(*) WHERE current_setting('application_name') LIKE 'patrol\\_%'");
        }));
        REQUIRE(names == 1);  // others test beside this one
        (void)store.database().read([](Transaction& tx) {
            return tx.integer(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = current_setting('application_name') AND usename = current_user "
                "AND backend_type = 'client backend'");
        });
        CHECK(need(store.database().write([](Transaction& tx) { return add(tx, "a"); })) == 1);
        CHECK(count(store) == 1);
    });
}

namespace {

class FakeConnection final : public Connection {
public:
    explicit FakeConnection(bool& usable) : usable_(usable) {}
    Result<Statement> prepare(std::string_view, Fetch) override {
        return fail(Error::Kind::internal, "none");
    }
    Result<void> script(std::string_view) override { return {}; }
    Result<void> begin_read(const Access&) override { return {}; }
    Result<void> begin_write(const Access&) override { return {}; }
    Result<void> commit() override { return {}; }
    void rollback() override {}
    [[nodiscard]] bool usable() const override { return usable_; }

private:
    bool& usable_;
};

}  // namespace

TEST_CASE("the pool lends in the order of asking and drops broken connections") {
    bool usable = true;
    int made = 0;
    Pool pool(1, [&]() -> Result<std::unique_ptr<Connection>> {
        if (++made == 3) return fail(Error::Kind::unavailable, "down");
        return std::make_unique<FakeConnection>(usable);
    });
    auto* first = need(pool.acquire());
    std::vector<int> order;
    std::mutex mutex;
    {
        std::vector<std::jthread> threads;
        for (int at = 0; at < 4; ++at) {
            threads.emplace_back([&, at] {
                auto* mine = need(pool.acquire());
                {
                    const std::lock_guard lock(mutex);
                    order.push_back(at);
                }
                pool.release(mine);
            });
            while (pool.waiting() != static_cast<std::uint64_t>(at) + 1)
                std::this_thread::sleep_for(Millis(1));
        }
        pool.release(first);
    }
    CHECK(order == std::vector<int>{0, 1, 2, 3});
    CHECK(made == 1);
    usable = false;
    pool.release(need(pool.acquire()));
    usable = true;
    auto* fresh = need(pool.acquire());
    CHECK(made == 2);
    usable = false;
    pool.release(fresh);
    CHECK(failure(pool.acquire()) == "unavailable");
    usable = true;
    pool.release(need(pool.acquire()));
    CHECK(made == 4);
}

}  // namespace patrol::store

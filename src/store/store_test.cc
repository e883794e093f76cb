// Opening, migrating, backing up.
#include <doctest/doctest.h>

#include <sys/stat.h>
#include <fstream>

#include "store/backup.h"
#include "store/inventory_key.h"
#include "store/migrations.h"
#include "store/store_fixture.h"

namespace patrol::store {

namespace fs = std::filesystem;

TEST_CASE("a store is opened again with what it held; migrations run once") {
    for_each_store([](Store& store) {
        CHECK(need(schema_version(store.database())) == migrations().back().version);
        need(migrate(store.database()));
        CHECK(need(store.database().platform().read([](Transaction& tx) {
                  return tx.integer("SELECT COUNT(*) FROM schema_version");
              })) == static_cast<std::int64_t>(migrations().size()));
    });
    const TemporaryFolder folder;
    const StoreOptions options{.data_dir = folder.path() / "new" / "data"};
    Seed one;
    std::string cursor;
    {
        auto store = need(Store::open(options));
        one = seed(*store);
        need(store->accounts().create(one.tenant, {.name = "b"}, noon));
        cursor = *need(store->accounts().list(one.tenant, {.limit = 1})).next_cursor;
    }
    auto store = need(Store::open(options));
    CHECK(need(store->accounts().get(one.tenant, one.account.id)).external_id == one.account.external_id);
    CHECK(need(store->accounts().list(one.tenant, {.cursor = cursor})).items.size() == 1);
    struct stat facts{};
    REQUIRE(stat((options.data_dir / "patrol.db").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    REQUIRE(stat(options.data_dir.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);
}

TEST_CASE("a database of a later version is refused and left alone") {
    const auto raise = [](Store& store) {
        need(store.database().platform().write([](Transaction& tx) {
            return tx.run("INSERT INTO schema_version(version, name) VALUES (999, 'future')");
        }));
    };
    const TemporaryFolder folder;
    {
        raise(*need(Store::open({.data_dir = folder.path()})));
    }
    CHECK(failure(Store::open({.data_dir = folder.path()})) == "conflict/newer_schema");
    for_postgres([&](Store& store) {
        raise(store);
        CHECK(failure(migrate(store.database())) == "conflict/newer_schema");
    });
}

namespace {

// As a database was before migration 17.
Result<void> part_index_of_active_scans(Transaction& tx) {
    return tx.script(
        "DROP INDEX scan_active; CREATE UNIQUE INDEX scan_one_running ON scan(account) WHERE "
        "state = 'running'; CREATE UNIQUE INDEX scan_one_queued ON scan(account) WHERE "
        "state = 'queued'");
}

}  // namespace

TEST_CASE("what lay in blocks of 65,536 resources is found in the smaller ones after the migration") {
    static constexpr std::int64_t res = 70'000;
    for_each_store([](Store& store) {
        const auto blocks =
            need(store.database().platform().write([](Transaction& tx) -> Result<std::int64_t> {
                TRY(part_index_of_active_scans(tx));
                TRY(tx.run("INSERT INTO term (account, block, text, res) VALUES (1, ?1, 'web', ?2)",
                           res >> 16, res));
                TRY(tx.run("INSERT INTO mention (account, block, target, res) VALUES (1, ?1, 7, ?2)",
                           res >> 16, res));
                return tx.run("DELETE FROM schema_version WHERE version >= 16");
            }));
        REQUIRE(blocks >= 1);
        need(migrate(store.database()));
        for (const auto* table : {"term", "mention"})
            CHECK(need(store.database().platform().read([&](Transaction& tx) {
                      return tx.integer(fmt::format("SELECT block FROM {} WHERE res = ?1", table), res);
                  })) == block_of(res));
    });
}

TEST_CASE("addresses of databases") {
    CHECK(need(parse_address({.data_dir = "/d"})).file == "/d/patrol.db");
    CHECK(need(parse_address({.url = "sqlite:///var/lib/a%20b.db"})).file == "/var/lib/a b.db");
    CHECK(need(parse_address({.url = "postgresql://u@h/db"})).dialect == Dialect::postgres);
    CHECK(need(parse_address({.url = "postgres://u@h/db"})).dialect == Dialect::postgres);
    for (const auto* bad : {"mysql://h/db", "sqlite://", "patrol.db", "sqlite:///a%zz", "sqlite:///a%00b"})
        CHECK(failure(parse_address({.url = bad})) == "invalid");
}

TEST_CASE("a database that cannot be reached is said so") {
    const TemporaryFolder folder;
    CHECK(failure(Store::open({.url = "postgresql:///x?host=" + folder.path().string()})) ==
          "unavailable/database_down");
    CHECK(failure(Store::open({.data_dir = "/proc/nowhere"})) == "unavailable/database_down");
    std::ofstream(folder.path() / "patrol.db")
        << "this is no database, it only has its name, and more than a few bytes";
    CHECK(failure(Store::open({.data_dir = folder.path()})) == "internal/corrupt");
}

TEST_CASE("a backup is made while the store is open and restores what it held") {
    const TemporaryFolder folder;
    const StoreOptions options{.data_dir = folder.path() / "data"};
    const StoreOptions other{.data_dir = folder.path() / "other"};
    const auto file = folder.path() / "copy.patrol";
    Seed one;
    {
        auto store = need(Store::open(options));
        one = seed(*store);
        need(backup(options, file));
        CHECK(failure(backup(options, file)) == "conflict");
        need(store->accounts().create(one.tenant, {.name = "later"}, noon));
        // The database is open here, so it must not be replaced.
        CHECK(failure(restore(options, file, Replace::yes)) == "conflict/database_open");
    }
    struct stat facts{};
    REQUIRE(stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);

    need(restore(other, file));
    CHECK(need(need(Store::open(other))->accounts().list(one.tenant, {})).total == 1);
    CHECK(failure(restore(options, file)) == "conflict");
    CHECK(need(need(Store::open(options))->accounts().list(one.tenant, {})).total == 2);
    need(restore(options, file, Replace::yes));
    CHECK(need(need(Store::open(options))->accounts().list(one.tenant, {})).total == 1);
    CHECK(fs::exists(options.data_dir / "patrol.db.before-restore"));
    CHECK_FALSE(fs::exists(options.data_dir / "patrol.db.restoring"));
    CHECK_FALSE(fs::exists(file.string() + ".partial"));
}

TEST_CASE("what is no backup, is damaged or of a later version is not restored") {
    const TemporaryFolder folder;
    const StoreOptions options{.data_dir = folder.path() / "data"};
    const StoreOptions other{.data_dir = folder.path() / "other"};
    const auto file = folder.path() / "copy.patrol";
    CHECK(failure(backup(options, file)) == "not_found");
    {
        auto store = need(Store::open(options));
        const auto one = seed(*store);
        for (int at = 0; at < 200; ++at)
            need(store->accounts().create(
                one.tenant, {.name = "n" + std::to_string(at), .owner = std::string(300, 'x')}, noon));
        need(backup(options, file));
        need(store->database().platform().write([](Transaction& tx) {
            return tx.run("INSERT INTO schema_version(version, name) VALUES (999, 'future')");
        }));
        // A copy of a later version is made but this program does not take it for good.
        CHECK(failure(backup(options, folder.path() / "future")) == "invalid");
        CHECK_FALSE(fs::exists(folder.path() / "future"));
    }
    CHECK(failure(restore(other, folder.path() / "none")) == "invalid");
    std::ofstream(folder.path() / "text") << std::string(10'000, 't');
    CHECK(failure(restore(other, folder.path() / "text")) == "invalid");
    {
        std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(static_cast<std::streamoff>(fs::file_size(file) / 2));
        damage << std::string(30'000, '\x5a');
    }
    CHECK(failure(restore(other, file)) == "invalid");
    CHECK_FALSE(fs::exists(other.data_dir / "patrol.db"));
    CHECK(failure(backup({.url = "postgresql://h/db"}, file)) == "invalid");
    CHECK(failure(restore({.url = "postgresql://h/db"}, file)) == "invalid");
}

TEST_CASE("a database of an older schema is saved before its migration, and the newest three are kept") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "patrol.db";
    {
        auto old = need(open_sqlite({.file = file}));
        need(old->write([](Transaction& tx) -> Result<void> {
            TRY(tx.script(
                "CREATE TABLE schema_version (version {int64} NOT NULL PRIMARY KEY, name {text} NOT NULL)"));
            TRY(tx.script(migration_core));
            TRY(tx.run("INSERT INTO schema_version(version, name) VALUES (1, 'core')"));
            TRY(tx.run("INSERT INTO setting(name, value) VALUES ('kept', ?1)", Blob{"yes"}));
            return {};
        }));
    }
    const auto copies = [&] {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder.path()))
            if (entry.path().filename().string().starts_with("patrol.db.schema-"))
                names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    };
    for (const auto* time : {"20260101T000000Z", "20260102T000000Z", "20260103T000000Z"})
        std::ofstream(file.string() + ".schema-0000-" + time) << "older";
    need(Store::open({.data_dir = folder.path()}));
    auto names = copies();
    REQUIRE(names.size() == migration_backups_kept);
    CHECK(names[0] == "patrol.db.schema-0000-20260102T000000Z");
    CHECK(names[2].starts_with("patrol.db.schema-0001-"));
    need(Store::open({.data_dir = folder.path()}));
    CHECK(copies() == names);  // nothing to migrate, nothing to save

    const StoreOptions other{.data_dir = folder.path() / "other"};
    need(restore(other, folder.path() / names[2]));
    CHECK(need(need(Store::open(other))->settings().get("kept")) == "yes");
}

TEST_CASE("a database that cannot be saved is not migrated") {
    const TemporaryFolder folder;
    CHECK(failure(backup_before_migration(folder.path() / "none" / "patrol.db", 1, noon)) == "unavailable");
}

}  // namespace patrol::store
